/**
 * The Docker Compose file of docs/recipes.md, without Docker: the sandbox runs with the arguments of its service, except
 * that it listens on loopback.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Yaml from "effect/encoding/Yaml"
import * as Schema from "effect/Schema"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { request } from "node:http"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import * as Page from "./Page.ts"

const bin = fileURLToPath(new URL("../../packages/sandbox/src/bin.ts", import.meta.url))

const Compose = Schema.Struct({
  services: Schema.Struct({
    "video-sandbox": Schema.Struct({
      command: Schema.String,
      healthcheck: Schema.Struct({
        test: Schema.Tuple([Schema.Literal("CMD"), Schema.Literal("node"), Schema.Literal("-e"), Schema.String])
      })
    }),
    tests: Schema.Struct({ environment: Schema.Record(Schema.String, Schema.String) })
  })
})

const { services } = Schema.decodeUnknownSync(Compose)(Yaml.parse(Page.file("compose.yaml")))
const { command, healthcheck } = services["video-sandbox"]
const { environment } = services.tests
const args = command.split(" ").slice(3)
const origin = environment["TWILIO_VIDEO_BASE_URL"] ?? ""

const onLoopback = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["4010", "0"]
])

/** Starts the sandbox, and returns its URL. */
const start = Effect.acquireRelease(
  Effect.sync(() =>
    spawn(process.execPath, [bin, ...args.map((arg) => onLoopback.get(arg) ?? arg)], {
      stdio: ["ignore", "pipe", "inherit"]
    })
  ),
  (child) =>
    Effect.promise(async () => {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
    })
).pipe(
  Effect.flatMap((child) =>
    Effect.callback<string>((resume) => {
      createInterface(child.stdout).on("line", (line) => {
        const url = /^Base URL +(\S+)/u.exec(line)?.[1]
        if (url !== undefined) resume(Effect.succeed(url))
      })
      child.once("close", () => resume(Effect.die(new Error("The sandbox ended before it was ready"))))
    })
  )
)

/** Sends a request as another container does: with the service's name as its host. */
const ask = (url: string, path: string, authorization = "") =>
  Effect.promise(
    () =>
      new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
        request(`${url}${path}`, { headers: { host: new URL(origin).host, authorization } })
          .on(
            "response",
            (response) => void text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
          )
          .on("error", reject)
          .end()
      })
  )

/** The exit code of the health check for a sandbox at this URL. */
const check = (url: string) =>
  Effect.callback<number | null>((resume) => {
    const script = healthcheck.test[3].replace("http://127.0.0.1:4010", url)
    const child = execFile(process.execPath, ["-e", script], () => resume(Effect.succeed(child.exitCode)))
  })

describe("the recipe for Docker Compose", () => {
  it.live("uses flags that the command has", () =>
    Effect.promise(async () => {
      const help = await text(spawn(process.execPath, [bin, "--help"]).stdout)
      for (const flag of command.match(/--[a-z-]+/gu) ?? []) assert.include(help, flag)
    })
  )

  it.live("lets a container use the sandbox by its service's name, and the URLs in responses too", () =>
    Effect.gen(function* () {
      const url = yield* start
      const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = environment
      const basic = `Basic ${btoa(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`)}`
      const page = yield* ask(url, "/v1/Rooms?PageSize=1", basic)
      assert.strictEqual(page.status, 200, page.body)
      assert.isTrue(JSON.parse(page.body).meta.next_page_url.startsWith(`${origin}/v1/Rooms?`))
    })
  )

  it.live("gives the tests the token that the controls require", () =>
    Effect.gen(function* () {
      const url = yield* start
      assert.strictEqual((yield* ask(url, "/sandbox/state")).status, 401)
      const { SANDBOX_CONTROL_TOKEN } = environment
      assert.strictEqual((yield* ask(url, "/sandbox/state", `Bearer ${SANDBOX_CONTROL_TOKEN}`)).status, 200)
    })
  )

  it.live("finds the sandbox healthy while it listens", () =>
    Effect.gen(function* () {
      const url = yield* start.pipe(
        Effect.tap((url) => Effect.map(check(url), (code) => assert.strictEqual(code, 0))),
        Effect.scoped
      )
      assert.strictEqual(yield* check(url), 1)
    })
  )
})
