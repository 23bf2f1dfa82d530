/**
 * The erasure of an identity on the sandbox: as an Effect, and as a process.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Erasure from "../../examples/node-script/erasure.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const who = "Zed Zzyx"

/** Completed rooms, newest first, each with one participant to erase and one to keep. */
const past = (count: number): ReadonlyArray<Scenario.ScenarioRoom> =>
  Array.from({ length: count }, (_, index) => {
    const openedAgo = `${24 * (index + 1)} hours` as const
    return {
      uniqueName: `Past ${index}`,
      openedAgo,
      completedAgo: `${24 * (index + 1) - 1} hours` as const,
      participants: [who, "Ann"].map((identity) => ({ identity, joinedAgo: openedAgo }))
    }
  })

const rooms: ReadonlyArray<Scenario.ScenarioRoom> = [
  {
    uniqueName: "Now",
    openedAgo: "1 hour",
    participants: [
      { identity: "Ann", joinedAgo: "1 hour" },
      { identity: who, joinedAgo: "50 minutes", leftAgo: "40 minutes" },
      { identity: who, joinedAgo: "30 minutes", leftAgo: "20 minutes" },
      { identity: who, joinedAgo: "10 minutes" },
      { identity: who.toLowerCase(), joinedAgo: "10 minutes" },
      { identity: `${who} II`, joinedAgo: "10 minutes", leftAgo: "5 minutes" }
    ]
  },
  { uniqueName: "Tunnel", openedAgo: "1 minute", participants: [{ identity: who, reconnecting: true }] },
  ...past(3)
]

/** The number of records with an identity, in all rooms. */
const count = (identity: string) =>
  Effect.map(
    Sandbox.Sandbox.use((sandbox) => sandbox.exportState),
    (state) => state.rooms.flatMap(({ participants }) => participants).filter((one) => one.identity === identity).length
  )

const changes = (request: Omit<Erasure.Request, "identity"> = {}) =>
  Effect.gen(function* () {
    const progress = new Erasure.Progress()
    const erasures = yield* Stream.runCollect(Erasure.erase({ identity: who, ...request }, progress))
    return { progress, erasures }
  })

describe("the erasure", () => {
  it.effect("anonymizes all participants with the identity, in every status and room, and no others", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count(who), 7)
      const { erasures, progress } = yield* changes()
      assert.deepStrictEqual(
        [progress.rooms, progress.erased, progress.problems, progress.isComplete, progress.resume],
        [5, 7, [], true, Option.none()]
      )
      assert.strictEqual(yield* count(who), 0)
      assert.deepStrictEqual(
        [yield* count(who.toLowerCase()), yield* count(`${who} II`), yield* count("Ann")],
        [1, 1, 4]
      )
      assert.notInclude(JSON.stringify(erasures.map(({ erasures }) => erasures)), "Zzyx")
      // Connected participants stay connected.
      const participants = yield* Participants.Participants
      const now = yield* participants.list("Now", { status: "connected" })
      assert.strictEqual(now.items.length, 3)
      assert.strictEqual((yield* changes()).progress.erased, 0)
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("searches rooms from `after` (inclusive) to `before` (exclusive)", () =>
    Effect.gen(function* () {
      const [newest, , oldest] = (yield* Rooms.Rooms.use((rooms) => rooms.list({ status: "completed" }))).items
      if (newest === undefined || oldest === undefined) return assert.fail("no rooms")
      const { progress } = yield* changes({ after: oldest.dateCreated, before: newest.dateCreated })
      assert.deepStrictEqual([progress.rooms, progress.erased], [2, 2])
      assert.strictEqual(yield* count(who), 5)
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("filters by identity, and checks each record", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const participants = yield* Participants.Participants
      yield* changes().pipe(
        Effect.provideService(Participants.Participants, {
          ...participants,
          list: (room, options) =>
            Effect.zipWith(
              participants.list(room, options),
              participants.list(room, { status: options?.status }),
              (asked, all) => ({ ...asked, items: [...asked.items, ...all.items] })
            )
        })
      )
      assert.strictEqual(yield* count(who), 0)
      assert.deepStrictEqual(
        [yield* count(who.toLowerCase()), yield* count(`${who} II`), yield* count("Ann")],
        [1, 1, 4]
      )
      const lists = (yield* sandbox.requests).filter(({ operation }) => operation === "ListRoomParticipant")
      assert.deepStrictEqual(
        [lists.length, lists.filter(({ path }) => path.includes("Identity=Zed%20Zzyx")).length],
        [30, 15]
      )
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("reports a record that keeps the identity, and one that isn't found", () =>
    Effect.gen(function* () {
      const participants = yield* Participants.Participants
      const erasing = (anonymize: Participants.Service["anonymize"]) =>
        changes().pipe(Effect.provideService(Participants.Participants, { ...participants, anonymize }))
      const { progress: unchanged } = yield* erasing((room, sid) => participants.fetch(room, sid))
      assert.deepStrictEqual([unchanged.erased, unchanged.problems.length], [0, 7])
      assert.strictEqual(unchanged.problems[0]?.problem, "The record still has the identity.")
      const { progress: gone } = yield* erasing((room) => participants.anonymize(room, `PA${"0".repeat(32)}`))
      assert.deepStrictEqual([gone.erased, gone.problems.length], [0, 7])
      assert.match(gone.problems[0]?.problem ?? "", /HTTP 404/u)
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("reports a record that can't be decoded, and erases the others", () =>
    Effect.gen(function* () {
      const participants = yield* Participants.Participants
      const sid = `PA${"0".repeat(32)}`
      const error = TwilioError.make(new TwilioError.UnexpectedResponse({ message: "Bad.", problem: "wrong-shape" }))
      const { progress } = yield* changes().pipe(
        Effect.provideService(Participants.Participants, {
          ...participants,
          list: (room, options) =>
            Effect.map(participants.list(room, options), (page) => ({
              ...page,
              undecodable: [{ sid: Option.some(sid), error }]
            }))
        })
      )
      assert.deepStrictEqual([progress.erased, progress.problems.length], [7, 5])
      assert.deepStrictEqual(
        new Set(progress.problems.map(({ participantSid, problem }) => `${participantSid} ${problem}`)),
        new Set([`${sid} Bad.`])
      )
      assert.strictEqual(yield* count(who), 0)
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("continues after a failure, reports it, and a second run completes the erasure", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.setFaults([
        { operations: ["UpdateRoomParticipantAnonymize"], skip: 4, times: 1, fault: { type: "status", status: 503 } },
        { operations: ["ListRoomParticipant"], skip: 13, times: 1, fault: { type: "status", status: 403 } }
      ])
      const { progress } = yield* changes({ concurrency: 1 }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries))
      assert.deepStrictEqual(
        [progress.rooms, progress.erased, progress.problems.length, progress.isComplete],
        [5, 5, 2, true]
      )
      assert.match(progress.problems[0]?.problem ?? "", /HTTP 503/u)
      assert.match(progress.problems[0]?.participantSid ?? "", /^PA[0-9a-f]{32}$/u)
      assert.match(progress.problems[1]?.problem ?? "", /HTTP 403/u)
      assert.strictEqual(progress.problems[1]?.participantSid, "")
      assert.strictEqual(yield* count(who), 2)
      assert.strictEqual((yield* changes()).progress.erased, 2)
      assert.strictEqual(yield* count(who), 0)
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it("resume is set only if all newer rooms are done", () => {
    const at = (text: string) => DateTime.makeUnsafe(text)
    const room = (status: string, created: string) =>
      // The fields that `Progress` reads.
      ({ sid: "RM1", status, dateCreated: at(created) }) as Erasure.RoomErasure["room"]
    const after = (...erasures: ReadonlyArray<Partial<Erasure.RoomErasure>>) => {
      const progress = new Erasure.Progress()
      for (const erasure of erasures) {
        progress.add({ room: room("completed", "2026-01-01"), erasures: [], problem: undefined, ...erasure })
      }
      return progress.resume
    }
    const second = { room: room("completed", "2026-01-02") }
    const first = { room: room("completed", "2026-01-01") }
    assert.deepStrictEqual(after(), Option.none())
    assert.deepStrictEqual(after({ room: room("in-progress", "2026-01-03") }), Option.none())
    assert.deepStrictEqual(after(second, first), Option.some("2026-01-01T00:00:01Z"))
    assert.deepStrictEqual(after(second, { ...first, problem: "no" }), Option.some("2026-01-02T00:00:01Z"))
    assert.deepStrictEqual(after({ ...second, problem: "no" }, first), Option.none())
    const problem = { roomSid: "RM1", participantSid: "PA1", problem: "no" }
    assert.deepStrictEqual(after({ ...second, erasures: [problem] }, first), Option.none())
    // Not newest first, so newer rooms may be missing.
    assert.deepStrictEqual(after(first, second), Option.none())
    assert.deepStrictEqual(after(first, second, first), Option.none())
  })
})

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs the script. Its environment has only these variables. */
const erase = (args: ReadonlyArray<string>, environment: Record<string, string> = {}, stopAt?: RegExp) =>
  Effect.callback<Ended>((resume) => {
    const clean = Object.entries(process.env).filter(([name]) => !/^(TWILIO|ERASE)_/u.test(name))
    const child = execFile(
      process.execPath,
      ["examples/node-script/erase.ts", ...args],
      { cwd: root, env: { ...Object.fromEntries(clean), ...environment } },
      (_, stdout, stderr) => resume(Effect.succeed({ code: child.exitCode ?? child.signalCode ?? "", stdout, stderr }))
    )
    let text = ""
    child.stdout?.on("data", (chunk) => {
      text += String(chunk)
      if (stopAt?.test(text) !== true) return
      stopAt = undefined
      child.kill("SIGINT")
    })
    return Effect.sync(() => child.kill())
  })

const live = Effect.map(SandboxServer.baseUrl, (baseUrl) => ({
  TWILIO_ACCOUNT_SID: SandboxCredentials.defaults.accountSid,
  TWILIO_AUTH_TOKEN: SandboxCredentials.defaults.authToken,
  TWILIO_VIDEO_BASE_URL: baseUrl,
  ERASE_IDENTITY: who
}))

const served = (rooms: ReadonlyArray<Scenario.ScenarioRoom>) =>
  SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls({ rooms })))

/** The numbers in the report's table. */
const totals = ({ stdout }: Ended): ReadonlyArray<string> =>
  /^ +rooms searched .*\n.*\n(.*)$/mu.exec(stdout)?.[1]?.trim().split(/ +/u) ?? []

describe("pnpm erase", () => {
  it.live("erases Alice on a sandbox", () =>
    Effect.gen(function* () {
      const ended = yield* erase([])
      assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      assert.deepStrictEqual(totals(ended), ["3", "2", "0", "yes"])
      assert.strictEqual(ended.stdout.match(/erased {2}RM[0-9a-f]{32} {2}PA[0-9a-f]{32}/gu)?.length, 2)
      assert.notInclude(ended.stdout, "Alice")
    })
  )

  it.live("fails with --live without an identity or credentials", () =>
    Effect.gen(function* () {
      const nobody = yield* erase(["--live"])
      assert.strictEqual(nobody.code, 1)
      assert.include(nobody.stderr, "The identity is missing.")
      const stranger = yield* erase(["--live", "--identity", who])
      assert.strictEqual(stranger.code, 1)
      assert.include(stranger.stderr, "TWILIO_ACCOUNT_SID")
      assert.notInclude(stranger.stderr, "Zzyx")
    })
  )

  it.live("reports failures by SID and exits with 1, and with 0 after a second run", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.setFaults([
        { operations: ["UpdateRoomParticipantAnonymize"], skip: 2, fault: { type: "status", status: 403 } }
      ])
      const partly = yield* erase(["--live"], yield* live)
      assert.deepStrictEqual([partly.code, totals(partly)], [1, ["5", "2", "5", "yes"]])
      assert.match(partly.stdout, /RM[0-9a-f]{32} {2}PA[0-9a-f]{32} {2}.*HTTP 403/u)
      assert.include(partly.stdout, "Run it again")
      assert.notInclude(partly.stdout + partly.stderr, "Zzyx")
      yield* sandbox.setFaults([])
      const rest = yield* erase(["--live"], yield* live)
      assert.deepStrictEqual([rest.code, totals(rest)], [0, ["5", "5", "0", "yes"]])
      assert.strictEqual(yield* count(who), 0)
    }).pipe(Effect.provide(served(rooms)))
  )

  it.live("prints its progress if listing rooms fails", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.setFaults([{ operations: ["ListRoom"], skip: 1, fault: { type: "status", status: 403 } }])
      const ended = yield* erase(["--live"], yield* live)
      assert.deepStrictEqual([ended.code, totals(ended)], [1, ["2", "4", "0", "no"]])
      assert.match(ended.stderr, /^Failed to list the rooms\. Forbidden: .*HTTP 403/u)
    }).pipe(Effect.provide(served(rooms)))
  )

  it.live("prints where to continue after an interruption, and continues there", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      // Of twenty records, nine are erased at once, in any order, and the others after a minute.
      yield* sandbox.setFaults([
        { operations: ["UpdateRoomParticipantAnonymize"], skip: 9, fault: { type: "delay", millis: 60_000 } }
      ])
      const interrupted = yield* erase(["--live"], yield* live, /erased/u)
      assert.strictEqual(interrupted.code, 130)
      const [rooms = "", erased, problems, complete] = totals(interrupted)
      assert.deepStrictEqual([rooms, problems, complete], [erased, "0", "no"])
      const [, before = ""] = /Continue with --before (\S+)/u.exec(interrupted.stdout) ?? []
      assert.match(before, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u)
      yield* sandbox.setFaults([])
      const rest = yield* erase(["--live", "--before", before], yield* live)
      assert.strictEqual(rest.code, 0)
      // The last room of the first run is searched again.
      assert.strictEqual(totals(rest)[0], String(20 - Number(rooms) + 1))
      assert.strictEqual(yield* count(who), 0)
      assert.strictEqual(yield* count("Ann"), 20)
    }).pipe(Effect.provide(served(past(20))))
  )
})
