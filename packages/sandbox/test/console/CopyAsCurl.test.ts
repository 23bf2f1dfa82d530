/**
 * "Copy as curl": a shell passes the right arguments to curl, and curl sends the request again.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import * as CopyAsCurl from "../../console/src/views/CopyAsCurl.ts"
import { accountSid, authToken } from "../support/Calls.ts"
import { hostileNames } from "../support/HostileNames.ts"

const run = promisify(execFile)

const shell = (script: string) =>
  Effect.promise(() =>
    run("sh", ["-c", script], {
      env: { PATH: process.env.PATH, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken }
    })
  )

/** The arguments that a shell passes to curl. */
const argumentsOf = (request: CopyAsCurl.Request) =>
  Effect.map(
    shell(`curl() { printf '%s\\0' "$@"; }\n${CopyAsCurl.toCurl("http://127.0.0.1:4010", request)}`),
    ({ stdout }) => stdout.split("\0").slice(0, -1)
  )

const participant = (identity: string) => `/v1/Rooms/DailyStandup/Participants/${encodeURIComponent(identity)}`

const server = SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))

describe("a request copied as curl", () => {
  it.live("passes method, URL, credentials and form to curl", () =>
    Effect.gen(function* () {
      const args = yield* argumentsOf({
        method: "POST",
        path: participant("Alice"),
        form: [["Status", "disconnected"]]
      })
      assert.deepStrictEqual(args, [
        "-X",
        "POST",
        `http://127.0.0.1:4010${participant("Alice")}`,
        "-u",
        `${accountSid}:${authToken}`,
        "--data-urlencode",
        "Status=disconnected"
      ])
    })
  )

  it.live("passes hostile values unchanged, or encoded if a terminal would act on them", () =>
    Effect.gen(function* () {
      for (const name of hostileNames) {
        const args = yield* argumentsOf({ method: "POST", path: "/v1/Rooms", form: [[name, name]] })
        const [option, value = ""] = args.slice(5)
        const encoded = encodeURIComponent(name)
        assert.deepStrictEqual(
          [args.length, value],
          [7, option === "--data-raw" ? `${encoded}=${encoded}` : `${encoded}=${name}`]
        )
        assert.notMatch(value, /[\p{Control}\p{Bidi_Control}\u{2028}\u{2029}]/u)
      }
    })
  )

  it.live("passes paths that curl would change, and methods that aren't words", () =>
    Effect.gen(function* () {
      const origin = "http://127.0.0.1:4010"
      assert.include(yield* argumentsOf({ method: "GET", path: "/v1/Rooms/../{a}" }), "--path-as-is")
      assert.include(yield* argumentsOf({ method: "GET", path: "/v1/Rooms/%2e%2E?x" }), "--path-as-is")
      assert.include(yield* argumentsOf({ method: "GET", path: "/v1/Rooms/{a}" }), "--globoff")
      assert.include(
        yield* argumentsOf({ method: "GET", path: "/v1/Rooms/a'b c#é" }),
        `${origin}/v1/Rooms/a'b%20c%23%C3%A9`
      )
      assert.include(yield* argumentsOf({ method: "GET;x", path: "/v1/Rooms" }), "GET;x")
      assert.include(yield* argumentsOf({ method: "HEAD", path: "/v1/Rooms" }), "--head")
    })
  )

  it.live("run by curl, removes participants with hostile identities", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const origin = yield* SandboxServer.baseUrl
      for (const name of hostileNames) {
        yield* sandbox.join("DailyStandup", name)
        const request = { method: "POST", path: participant(name), form: [["Status", "disconnected"]] } as const
        const { stdout } = yield* shell(CopyAsCurl.toCurl(origin, request))
        const { identity, status } = JSON.parse(stdout)
        assert.deepStrictEqual({ identity, status }, { identity: name, status: "disconnected" })
      }
    }).pipe(Effect.provide(server))
  )

  it.live("run by curl, opens rooms with hostile names", () =>
    Effect.gen(function* () {
      const origin = yield* SandboxServer.baseUrl
      for (const name of hostileNames) {
        const { stdout } = yield* shell(
          CopyAsCurl.toCurl(origin, { method: "POST", path: "/v1/Rooms", form: [["UniqueName", name]] })
        )
        assert.strictEqual(JSON.parse(stdout).unique_name, name)
      }
    }).pipe(Effect.provide(server))
  )
})
