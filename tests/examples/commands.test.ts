/**
 * `pnpm demo` and `pnpm sandbox`, run as processes.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFile, spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program. Its environment has only these variables of Twilio. */
const run = (program: string, args: ReadonlyArray<string>, environment: Record<string, string> = {}) =>
  Effect.callback<Ended>((resume) => {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("TWILIO_"))
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd: root, env: { ...Object.fromEntries(clean), ...environment } },
      (_, stdout, stderr) => resume(Effect.succeed({ code: child.exitCode ?? -1, stdout, stderr }))
    )
    return Effect.sync(() => child.kill())
  })

const demo = (args: ReadonlyArray<string>, environment?: Record<string, string>) =>
  run("examples/src/demo.ts", args, environment)

/** The rows of the table under a heading, as cells. */
const rows = (output: string, heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const [, section = ""] = output.split(`\n${heading}\n`)
  const [, , ...lines] = (section.split(/\n\n\S/u)[0] ?? "").trim().split("\n")
  return lines.filter((line) => line.trim() !== "").map((line) => line.trim().split(/ {2,}/u))
}

const column = (output: string, heading: string, index: number) => rows(output, heading).map((row) => row[index])

const tour = (output: string, room: string) => {
  assert.deepStrictEqual(column(output, `1. Participants connected to ${room}`, 0), ["Erin", "Bob", "Alice"])
  const [found] = rows(output, "2. Alice, by identity")
  const sid = found?.[1] ?? ""
  assert.match(sid, /^PA[0-9a-f]{32}$/)
  assert.deepStrictEqual(rows(output, "3. Alice is removed")[0]?.slice(0, 3), ["Alice", sid, "disconnected"])
  const [notFound] = rows(output, "4. Alice, by identity again")
  assert.deepStrictEqual(notFound?.slice(0, 5), ["NotFound", "participant", "identity", "404", "20404"])
  assert.include(output, "An identity finds only connected")
  const [bySid] = rows(output, "5. The same participant by SID: the record remains")
  assert.deepStrictEqual(bySid?.slice(0, 3), ["Alice", sid, "disconnected"])
  assert.match(bySid?.[4] ?? "", /^14m/)
  assert.deepStrictEqual(column(output, "6. Disconnected participants", 0), ["Erin", "Dana", "Alice"])
  const [erased] = rows(output, "7. The record is anonymized: the identity can't be recovered")
  assert.deepStrictEqual(erased?.slice(0, 2), [sid, sid])
}

describe("pnpm demo", () => {
  it.live("lists, removes, explains and anonymizes on the sandbox over HTTP", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* demo([])
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.match(stdout, /^The sandbox listens on http:\/\/127\.0\.0\.1:\d+\./)
      tour(stdout, "DailyStandup")
    })
  )

  it.live("--live without credentials fails and names the missing variables", () =>
    Effect.gen(function* () {
      const without = yield* demo(["--live", "DailyStandup"])
      assert.strictEqual(without.code, 1)
      assert.match(without.stderr, /TWILIO_ACCOUNT_SID +missing +TWILIO_AUTH_TOKEN +missing/)
      assert.match(without.stderr, /TWILIO_API_KEY_SID +missing +TWILIO_API_KEY_SECRET +missing/)
      const half = yield* demo(["--live", "DailyStandup"], {
        TWILIO_ACCOUNT_SID: SandboxCredentials.defaults.accountSid
      })
      assert.strictEqual(half.code, 1)
      assert.match(half.stderr, /TWILIO_ACCOUNT_SID +set +TWILIO_AUTH_TOKEN +missing/)
    })
  )

  it.live("--live uses the environment, and only reads without --identity", () =>
    Effect.gen(function* () {
      const baseUrl = yield* SandboxServer.baseUrl
      const { accountSid, apiKeySecret, apiKeySid, authToken } = SandboxCredentials.defaults
      const where = { TWILIO_VIDEO_BASE_URL: baseUrl }
      const account = { ...where, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken }
      const key = { ...where, TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_KEY_SECRET: apiKeySecret }
      const sandbox = yield* Sandbox.Sandbox
      const before = (yield* sandbox.exportState).rooms
      const listed = yield* demo(["--live", "DailyStandup"], account)
      assert.strictEqual(listed.code, 0)
      assert.deepStrictEqual(column(listed.stdout, "Participants connected to DailyStandup", 0).slice(0, 3), [
        "Erin",
        "Bob",
        "Alice"
      ])
      assert.deepStrictEqual((yield* sandbox.exportState).rooms, before)
      const toured = yield* demo(["--live", "DailyStandup", "--identity", "Alice"], key)
      assert.deepStrictEqual([toured.code, toured.stderr], [0, ""])
      tour(toured.stdout, "DailyStandup")
      const again = yield* demo(["--live", "DailyStandup", "--identity", "Alice"], account)
      assert.strictEqual(again.code, 1)
      assert.match(again.stderr, /^NotFound: No connected participant in the room has this identity/)
      const refused = yield* demo(["--live", "DailyStandup"], { ...account, TWILIO_AUTH_TOKEN: "wrong-token" })
      assert.strictEqual(refused.code, 1)
      assert.match(refused.stderr, /^Unauthorized: .*HTTP 401, Twilio code 20003/)
      assert.notInclude(refused.stderr, "wrong-token")
    }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))))
  )
})

/** Starts `pnpm sandbox` until the test ends. Yields what it printed. */
const serve = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["packages/sandbox/src/bin.ts", "--port", "0", ...args], { cwd: root })
      ),
      (child) =>
        Effect.callback<void>((resume) => {
          child.once("exit", () => resume(Effect.void))
          child.kill("SIGTERM")
        })
    )
    return yield* Effect.callback<string>((resume) => {
      let text = ""
      child.stdout.on("data", (chunk) => {
        text += String(chunk)
        if (text.includes("/sandbox/reset")) resume(Effect.succeed(text))
      })
    })
  })

describe("pnpm sandbox", () => {
  it.live("prints commands that work", () =>
    Effect.gen(function* () {
      const printed = yield* serve([])
      assert.match(printed, /Base URL +http:\/\/127\.0\.0\.1:\d+\n/)
      assert.match(printed, /DailyStandup +RM[0-9a-f]{32} +in-progress +Alice, Bob, Carl, Erin/)
      for (const name of ["accountSid", "authToken", "apiKeySid", "apiKeySecret"] as const) {
        assert.include(printed, SandboxCredentials.defaults[name])
      }
      const commands = printed
        .split("\n")
        .filter((line) => line.trim().startsWith("curl "))
        .map((line) => line.trim())
      assert.strictEqual(commands.length, 7)
      const responses = yield* Effect.forEach(commands, (command) =>
        Effect.promise(async () => {
          const [, user] = /-u (\S+)/u.exec(command) ?? []
          const [, url = ""] = /(http:\S+)/u.exec(command) ?? []
          const [, data] = /-d '?([^']+)'?$/u.exec(command) ?? []
          const [, name, value = ""] = /--data-urlencode '(\w+)=([^']+)'$/u.exec(command) ?? []
          const body = name === undefined ? data : `${name}=${encodeURIComponent(value)}`
          const response = await fetch(url, {
            method: body === undefined ? "GET" : "POST",
            headers: {
              ...(user === undefined ? {} : { authorization: `Basic ${btoa(user)}` }),
              ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" })
            },
            ...(body === undefined ? {} : { body })
          })
          return [response.status, await response.text()] as const
        })
      )
      assert.deepStrictEqual(
        responses.map(([status]) => status),
        [200, 200, 200, 202, 201, 201, 200]
      )
      assert.include(responses[6]?.[1], "Zoe")
    })
  )

  it.live("starts from the scenario of a file, and reports one that it can't play", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "scenario-"))),
        (folder) => Effect.promise(() => rm(folder, { recursive: true }))
      )
      const file = join(folder, "scenario.json")
      yield* Effect.promise(() =>
        writeFile(file, '{"rooms":[{"uniqueName":"Huddle","participants":[{"identity":"Zoe"}]}]}')
      )
      assert.match(yield* serve(["--scenario", file]), /Huddle +RM[0-9a-f]{32} +in-progress +Zoe/)
      const start = (scenario: unknown) =>
        Effect.gen(function* () {
          yield* Effect.promise(() => writeFile(file, JSON.stringify(scenario)))
          return yield* run("packages/sandbox/src/bin.ts", ["--port", "0", "--scenario", file])
        })
      const misshapen = yield* start({ rooms: [{ uniqueName: 7 }] })
      assert.strictEqual(misshapen.code, 1)
      assert.include(misshapen.stderr, '["rooms"][0]["uniqueName"]')
      const impossible = yield* start({ rooms: [{ uniqueName: "Huddle" }, { uniqueName: "Huddle" }] })
      assert.deepStrictEqual(
        [impossible.code, impossible.stderr],
        [
          1,
          "--scenario: A room in progress already has this unique name. Complete it first, or use another name. Found at rooms[1] of the scenario.\n"
        ]
      )
    })
  )

  it.live("reports a port that is in use", () =>
    Effect.gen(function* () {
      const { port } = new URL(yield* SandboxServer.baseUrl)
      const { code, stderr } = yield* run("packages/sandbox/src/bin.ts", ["--port", port])
      assert.strictEqual(code, 1)
      assert.include(stderr, `can't listen on 127.0.0.1:${port}`)
      assert.include(stderr, "EADDRINUSE")
    }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))))
  )
})
