/**
 * `pnpm erase` as a process: on its own sandbox, and with `--live` on a sandbox server.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Practice from "../../examples/node-script/rooms.ts"
import { count, rooms, zed } from "../erasure/support/World.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command. Its environment has only these variables. `onOutput` may send it a signal. */
const erase = (
  args: ReadonlyArray<string>,
  environment: Record<string, string> = {},
  onOutput: (text: string) => NodeJS.Signals | undefined = () => undefined
) =>
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
      const signal = child.killed ? undefined : onOutput(text)
      if (signal !== undefined) child.kill(signal)
    })
    return Effect.sync(() => child.kill())
  })

/** A folder for the files of the command. */
const folder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(tmpdir(), "erase-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
)

const live = Effect.map(SandboxServer.baseUrl, (baseUrl) => ({
  TWILIO_ACCOUNT_SID: SandboxCredentials.defaults.accountSid,
  TWILIO_AUTH_TOKEN: SandboxCredentials.defaults.authToken,
  TWILIO_VIDEO_BASE_URL: baseUrl,
  ERASE_IDENTITY: zed
}))

const served = (rooms: ReadonlyArray<Scenario.ScenarioRoom>) =>
  SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layer({ rooms })))

/** What is needed for a request at Twilio, on a file of its own. */
const request = Effect.map(folder, (folder) => {
  const policy = ["--connected", "remove", "--share", "1", "--token-lifetime", "1 second"]
  return ["--live", "--yes", "--request", "req-17", ...policy, "--file", path.join(folder, "jobs.db")]
})

const assertNone = ({ stderr, stdout }: Ended, ...identities: ReadonlyArray<string>) => {
  for (const identity of identities) assert.notInclude(stdout + stderr, identity)
}

describe("pnpm erase", () => {
  it.live("goes on after Ctrl-C and after kill -9, and ends with a valid receipt", () =>
    Effect.gen(function* () {
      const dir = yield* folder
      const file = path.join(dir, "jobs.db")
      const on = (signal: NodeJS.Signals, line: RegExp) =>
        erase(["--file", file], {}, (text) => (line.test(text) ? signal : undefined))
      const first = yield* on("SIGINT", /Sweep 1 {2}[1-9]/u)
      assert.deepStrictEqual([first.code, first.stderr], [130, ""])
      assert.match(first.stdout, /\nInterrupted\. Run the same command again to go on\.\n$/u)
      assert.strictEqual((yield* on("SIGKILL", /Sweep 1 {2}\d\d/u)).code, "SIGKILL")

      const last = yield* erase(["--file", file])
      assert.deepStrictEqual([last.code, last.stderr], [0, ""])
      assert.include(last.stdout, "Complete")
      assert.include(last.stdout, "61 Anonymized")
      // eslint-disable-next-line no-control-regex -- a log has none
      assert.notMatch(last.stdout, /[\r\u001B]/u)
      assertNone(first, ...Practice.identities)
      assertNone(last, ...Practice.identities)
      const preview = yield* erase(["--file", file, "--dry-run"])
      assert.match(preview.stdout, /rooms +601\n +participations +0\n/u)

      const again = yield* erase(["--file", file])
      assert.strictEqual(again.code, 0)
      assert.include(again.stdout, "This request is done")
      const receipt = path.join(dir, "demo.receipt.json")
      assert.match((yield* erase(["verify", receipt])).stdout, /^Valid: /u)
      fs.writeFileSync(receipt, fs.readFileSync(receipt, "utf8").replace('"Anonymized"', '"NotFound"'))
      const changed = yield* erase(["verify", receipt])
      assert.deepStrictEqual([changed.code, changed.stdout], [1, ""])
      assert.include(changed.stderr, "participation 1")
    }).pipe(Effect.scoped)
  )

  it.live("counts with --dry-run, and changes nothing", () =>
    Effect.gen(function* () {
      const ended = yield* erase(["--live", "--dry-run"], yield* live)
      assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      assert.match(ended.stdout, /rooms +5\n +participations +7\n +of these connected +2\n +unreadable +0\n/u)
      assertNone(ended, "Zzyx")
      const methods = (yield* Sandbox.Sandbox.use((sandbox) => sandbox.requests)).map(({ method }) => method)
      assert.deepStrictEqual([...new Set(methods)], ["GET"])
    }).pipe(Effect.provide(served(rooms)))
  )

  it.live("refuses --live without --yes, a request's ID, an identity or credentials", () =>
    Effect.gen(function* () {
      const { ERASE_IDENTITY: identity, ...credentials } = yield* live
      const [, , ...args] = yield* request
      const refusals = [
        [["--live", ...args], { ...credentials, ERASE_IDENTITY: identity }, "pass --yes"],
        [["--live", "--yes"], { ...credentials, ERASE_IDENTITY: identity }, "Pass --request"],
        [["--live", "--yes", ...args], credentials, "Set ERASE_IDENTITY"],
        [["--live", "--yes", ...args], { ERASE_IDENTITY: identity }, "TWILIO_ACCOUNT_SID"],
        [["--live", "--yes", "--postgres", "--request", "req-17"], credentials, "DATABASE_URL"]
      ] as const
      for (const [args, environment, message] of refusals) {
        const ended = yield* erase(args, environment)
        assert.strictEqual(ended.code, 1)
        assert.include(ended.stderr, message)
        assertNone(ended, "Zzyx")
      }
      assert.deepStrictEqual(yield* Sandbox.Sandbox.use((sandbox) => sandbox.requests), [])
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )

  it.live("exits with 1 if it's stalled, and goes on with --resume", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.setFaults([
        { operations: ["UpdateRoomParticipantAnonymize"], skip: 2, fault: { type: "status", status: 403 } }
      ])
      const [args, environment] = [yield* request, yield* live]
      const stalled = yield* erase(args, environment)
      assert.strictEqual(stalled.code, 1)
      assert.match(stalled.stderr, /^\nStalled: .*HTTP 403.*\n.*--resume/u)
      yield* sandbox.setFaults([])
      const still = yield* erase(args, environment)
      assert.deepStrictEqual([still.code, still.stderr], [1, stalled.stderr])
      const resumed = yield* erase([...args, "--resume"], environment)
      assert.deepStrictEqual([resumed.code, resumed.stderr], [0, ""])
      assert.include(resumed.stdout, "7 Anonymized")
      const conflict = yield* erase(args, { ...environment, ERASE_IDENTITY: "Ann" })
      assert.strictEqual(conflict.code, 1)
      assert.include(conflict.stderr, "for other identities")
      for (const ended of [stalled, still, resumed]) assertNone(ended, "Zzyx")
      assert.strictEqual(yield* count(zed), 0)
      assert.strictEqual(yield* count("Ann"), 4)
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )

  it.live("waits until everybody has left, without --connected remove", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const run = Effect.runPromiseWith(yield* Effect.context<never>())
      const leave = Effect.forEach(["Now", "Tunnel"], (room) => sandbox.leave(room, zed))
      const args = (yield* request).map((arg) => (arg === "remove" ? "wait" : arg))
      let left: Promise<unknown> | undefined
      const ended = yield* erase(args, yield* live, (text) => {
        if (text.includes("Waits until everybody")) left ??= run(leave)
        return undefined
      })
      assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      assert.include(ended.stdout, "7 Anonymized")
      assert.isDefined(left)
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )

  it.live("exits with 1 if records are left, and lists them", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.setFaults([
        { operations: ["UpdateRoomParticipantAnonymize"], skip: 2, fault: { type: "status", status: 400 } }
      ])
      const ended = yield* erase(yield* request, yield* live)
      assert.strictEqual(ended.code, 1)
      assert.match(ended.stdout, /outcome +Partial/u)
      assert.match(ended.stdout, /2 Anonymized/u)
      assert.match(ended.stdout, /RM[0-9a-f]{32} {2}PA[0-9a-f]{32} {2}Refused +400/u)
      assert.strictEqual(yield* count(zed), 5)
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )

  it.live("refuses a file that another process has open", () =>
    Effect.gen(function* () {
      const args = yield* request
      const filename = args.at(-1) ?? ""
      yield* Layer.build(SqliteClient.layer({ filename }))
      const refused = yield* erase(args, yield* live)
      assert.strictEqual(refused.code, 1)
      assert.match(refused.stderr, /^The database is open already/u)
      assert.deepStrictEqual(yield* Sandbox.Sandbox.use((sandbox) => sandbox.requests), [])
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )

  it.live("destroys the identities with --cancel, and writes a receipt", () =>
    Effect.gen(function* () {
      const [args, environment] = [yield* request, yield* live]
      const lifetime = args.map((arg) => (arg === "1 second" ? "1 hour" : arg))
      const interrupted = yield* erase(lifetime, environment, (text) =>
        text.includes("Waits until") ? "SIGINT" : undefined
      )
      assert.strictEqual(interrupted.code, 130)
      const canceled = yield* erase([...lifetime, "--cancel"], environment)
      assert.deepStrictEqual([canceled.code, canceled.stderr], [0, ""])
      assert.match(canceled.stdout, /outcome +Canceled/u)
      assert.match(canceled.stdout, /7 Anonymized/u)
    }).pipe(Effect.scoped, Effect.provide(served(rooms)))
  )
})
