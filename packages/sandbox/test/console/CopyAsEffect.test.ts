/**
 * "Copy as Effect": the program calls the accessor of the operation, compiles, and sends the request again.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { promisify } from "node:util"
import * as CopyAsEffect from "../../console/src/views/CopyAsEffect.ts"
import { accountSid, authToken } from "../support/Calls.ts"
import { hostileNames } from "../support/HostileNames.ts"

const run = promisify(execFile)

const root = path.resolve(import.meta.dirname, "../../../..")

/** Writes programs to a new folder, with the packages that they import. Returns their paths. */
const write = (programs: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(path.join(tmpdir(), "copy-as-effect-"))
      symlinkSync(path.join(root, "packages/sandbox/node_modules"), path.join(folder, "node_modules"))
      writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }))
      const files = programs.map((program, index) => {
        writeFileSync(path.join(folder, `${index}.ts`), program)
        return `${index}.ts`
      })
      return { folder, files }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

/** The compiler's messages about the programs. */
const compile = Effect.fnUntraced(function* (programs: ReadonlyArray<string>) {
  const { files, folder } = yield* write(programs)
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: path.join(root, "tsconfig.base.json"),
      compilerOptions: { composite: false, noEmit: true },
      files
    })
  )
  const compiler = path.join(root, "node_modules/typescript/bin/tsc")
  return yield* Effect.promise(() =>
    run(process.execPath, [compiler], { cwd: folder }).then(
      ({ stdout }) => stdout,
      (failure: { readonly stdout: string }) => failure.stdout
    )
  )
})

const program = (request: CopyAsEffect.Request): string => CopyAsEffect.toEffect(request) ?? ""

/** The expression of the program, and the comments before it. */
const call = (request: CopyAsEffect.Request): string =>
  /^(?:\/\/.*\n)*const program = [^]*?(?=\n\n)/mu.exec(program(request))?.[0].replace("const program = ", "") ?? ""

const room = "/v1/Rooms/DailyStandup"

const alice = `${room}/Participants/Alice`

const sid = `MT${"1".repeat(32)}`

const rule = '{"type":"include","all":null,"kind":"audio"}'

const requests: ReadonlyArray<readonly [request: CopyAsEffect.Request, expected: string]> = [
  [{ operation: "CreateRoom", path: "/v1/Rooms" }, "Rooms.create()"],
  [
    {
      operation: "CreateRoom",
      path: "/v1/Rooms",
      form: [
        ["UniqueName", "Huddle"],
        ["MaxParticipants", "2"]
      ]
    },
    'Rooms.create({ uniqueName: "Huddle", maxParticipants: 2 })'
  ],
  [
    {
      operation: "CreateRoom",
      path: "/v1/Rooms",
      form: [
        ["Type", "group"],
        ["StatusCallback", "http://127.0.0.1:1/"],
        ["StatusCallbackMethod", "GET"],
        ["RecordParticipantsOnConnect", "true"],
        ["VideoCodecs", "VP8"],
        ["VideoCodecs", "H264"],
        ["RecordingRules", `[${rule},{"type":"exclude","all":"true"}]`],
        ["TranscriptionsConfiguration", '{"a":[1,null,{"b":"c"}]}'],
        ["MaxParticipantDuration", "600"],
        ["EmptyRoomTimeout", "1"],
        ["UnusedRoomTimeout", "2"],
        ["EnableTurn", "true"],
        ["MaxParticipants", "many"],
        ["VideoCodecs ", "x"]
      ]
    },
    `// Left out, since the accessor doesn't take it: "EnableTurn", "MaxParticipants", "VideoCodecs ".
Rooms.create({
  type: "group",
  statusCallback: "http://127.0.0.1:1/",
  statusCallbackMethod: "GET",
  recordParticipantsOnConnect: true,
  videoCodecs: ["VP8","H264"],
  recordingRules: [{"type":"include","kind":"audio"},{"type":"exclude","all":true}],
  transcriptionsConfiguration: {"a":[1,null,{"b":"c"}]},
  maxParticipantDuration: "600 seconds",
  emptyRoomTimeout: "1 minutes",
  unusedRoomTimeout: "2 minutes"
})`
  ],
  [
    { operation: "CreateRoom", path: "/v1/Rooms", form: [["TranscriptionsConfiguration", '{"__proto__":1}']] },
    `// Left out, since the accessor doesn't take it: "TranscriptionsConfiguration".\nRooms.create()`
  ],
  [
    { operation: "ListRoom", path: "/v1/Rooms?Status=completed&PageSize=2&Page=1&PageToken=PAx" },
    'Rooms.list({ status: "completed", pageSize: 2, pageToken: "PAx" })'
  ],
  [{ operation: "FetchRoom", path: room }, 'Rooms.fetch("DailyStandup")'],
  [{ operation: "UpdateRoom", path: room, form: [["Status", "completed"]] }, 'Rooms.complete("DailyStandup")'],
  [
    { operation: "UpdateRoom", path: room, form: [["Status", "over"]] },
    `// The accessor sends the Status "completed", the request "over".\nRooms.complete("DailyStandup")`
  ],
  [
    { operation: "ListRoomParticipant", path: `${room}/Participants?Identity=a%2Bb&DateCreatedAfter=2026-03-01` },
    'Participants.list("DailyStandup", { identity: "a+b", dateCreatedAfter: "2026-03-01" })'
  ],
  [{ operation: "FetchRoomParticipant", path: alice }, 'Participants.fetch("DailyStandup", "Alice")'],
  [
    { operation: "UpdateRoomParticipant", path: alice, form: [["Status", "disconnected"]] },
    'Participants.disconnect("DailyStandup", "Alice")'
  ],
  [
    { operation: "UpdateRoomParticipant", path: alice, form: [["Status", "gone"]] },
    'Participants.update("DailyStandup", "Alice", { status: "gone" })'
  ],
  [
    { operation: "UpdateRoomParticipant", path: alice },
    '// The request was an update without a Status, which has no accessor.\nParticipants.fetch("DailyStandup", "Alice")'
  ],
  [
    { operation: "UpdateRoomParticipantAnonymize", path: `${alice}/Anonymize` },
    'Participants.anonymize("DailyStandup", "Alice")'
  ],
  [
    { operation: "ListRoomParticipantPublishedTrack", path: `${alice}/PublishedTracks/` },
    'PublishedTracks.list("DailyStandup", "Alice")'
  ],
  [
    { operation: "FetchRoomParticipantPublishedTrack", path: `${alice}/PublishedTracks/a%2Fb` },
    'PublishedTracks.fetch("DailyStandup", "Alice", "a/b")'
  ],
  [
    { operation: "ListRoomParticipantSubscribedTrack", path: `${alice}/SubscribedTracks?PageSize=3&x=y` },
    `// Left out, since the accessor doesn't take it: "x".\nSubscribedTracks.list("DailyStandup", "Alice", { pageSize: 3 })`
  ],
  [
    { operation: "FetchRoomParticipantSubscribedTrack", path: `${alice}/SubscribedTracks/${sid}` },
    `SubscribedTracks.fetch("DailyStandup", "Alice", "${sid}")`
  ],
  [
    { operation: "FetchRoomParticipantSubscribeRule", path: `${alice}/SubscribeRules` },
    'SubscribeRules.fetch("DailyStandup", "Alice")'
  ],
  [
    {
      operation: "UpdateRoomParticipantSubscribeRule",
      path: `${alice}/SubscribeRules`,
      form: [["Rules", `[${rule}]`]]
    },
    'SubscribeRules.update("DailyStandup", "Alice", [{"type":"include","kind":"audio"}])'
  ],
  ...["", "no", "{}", "[]", "[1]", '[{"all":true}]', '[{"type":"include","kind":1}]'].map(
    (text) =>
      [
        { operation: "UpdateRoomParticipantSubscribeRule", path: `${alice}/SubscribeRules`, form: [["Rules", text]] },
        '// The request was an update with Rules that the accessor doesn\'t take.\nSubscribeRules.fetch("DailyStandup", "Alice")'
      ] as const
  )
]

const hostile: ReadonlyArray<CopyAsEffect.Request> = hostileNames.flatMap((name) => [
  { operation: "FetchRoomParticipant", path: `${room}/Participants/${encodeURIComponent(name)}` },
  { operation: "CreateRoom", path: "/v1/Rooms", form: [["UniqueName", name]] },
  {
    operation: "CreateRoom",
    path: "/v1/Rooms",
    form: [["TranscriptionsConfiguration", JSON.stringify({ [name]: name })]]
  },
  { operation: "CreateRoom", path: "/v1/Rooms", form: [[name, name]] },
  { operation: "UpdateRoom", path: room, form: [["Status", name]] },
  {
    operation: "UpdateRoomParticipantSubscribeRule",
    path: `${alice}/SubscribeRules`,
    form: [["Rules", JSON.stringify([{ type: "include", publisher: name }])]]
  }
])

const server = SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))

describe("a request copied as Effect", () => {
  for (const [index, [request, expected]] of requests.entries()) {
    it(`calls the nearest accessor: ${request.operation}, example ${index + 1}`, () => {
      assert.strictEqual(call(request), expected)
    })
  }

  it("without an operation has no program", () => {
    assert.isUndefined(CopyAsEffect.toEffect({ path: "/v1/Nothing" }))
  })

  it.live("compiles, whatever the request contains", () =>
    Effect.gen(function* () {
      const programs = [...requests.map(([request]) => request), ...hostile].map(program)
      for (const text of programs) assert.notMatch(text, /[\p{Bidi_Control}\u{2028}\u{2029}]|(?!\n)\p{Control}/u)
      assert.strictEqual(yield* compile(programs), "")
    })
  )

  it.live("that doesn't compile is reported by the compiler", () =>
    Effect.gen(function* () {
      assert.include(yield* compile([`${program({ operation: "FetchRoom", path: room })}program("x")\n`]), "error TS")
    })
  )

  it.live("removes participants with hostile identities when it's run", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const baseUrl = yield* SandboxServer.baseUrl
      const joined = yield* Effect.forEach(hostileNames, (name) => sandbox.join("DailyStandup", name))
      const { files, folder } = yield* write(
        joined.map(({ identity }) =>
          program({
            operation: "UpdateRoomParticipant",
            path: `${room}/Participants/${encodeURIComponent(identity)}`,
            form: [["Status", "disconnected"]]
          })
        )
      )
      writeFileSync(path.join(folder, "all.ts"), files.map((file) => `await import("./${file}")\n`).join(""))
      yield* Effect.promise(() =>
        run(process.execPath, ["all.ts"], {
          cwd: folder,
          env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_VIDEO_BASE_URL: baseUrl }
        })
      )
      const removed = (yield* sandbox.requests).flatMap(({ changes }) => changes.map((change) => change.participantSid))
      assert.deepStrictEqual(
        removed,
        joined.map(({ sid }) => sid)
      )
    }).pipe(Effect.provide(server))
  )
})
