/**
 * Each operation of Twilio's OpenAPI document, sent to a sandbox on loopback: the response is what COVERAGE.md says.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync } from "node:fs"
import * as OpenApi from "./OpenApi.ts"

const page = readFileSync(new URL("../../../packages/sandbox/COVERAGE.md", import.meta.url), "utf8")

/** The rows of the page: operation, resource, method, path, and what the sandbox does. */
const rows = page
  .split("\n")
  .filter((line) => /^\| [A-Z]/u.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
  .map(([, id = "", , method = "", template = "", answer = ""]) => ({ id, method, template, answer }))

const forms: Readonly<Record<string, string>> = {
  UpdateRoom: "Status=completed",
  UpdateRoomParticipant: "Status=disconnected",
  UpdateRoomParticipantSubscribeRule: `Rules=${encodeURIComponent('[{"type":"include","all":true}]')}`
}

/** Fills a template with records of the default scenario. `track` is the SID of a track that Alice is subscribed to. */
const fill = (template: string, track: string): string =>
  template
    .replace(/(?<=\/Rooms\/)\{\w+\}/u, "DailyStandup")
    .replace(/(?<=\/Participants\/)\{\w+\}/u, "Alice")
    .replace(/(?<=\/PublishedTracks\/)\{\w+\}/u, "alice-cam")
    .replace(/(?<=\/SubscribedTracks\/)\{\w+\}/u, track)
    .replaceAll(/\{\w+\}/gu, `RT${"0".repeat(32)}`)

const authorization = (sandbox: Sandbox.Service): string =>
  `Basic ${btoa(`${sandbox.credentials.accountSid}:${sandbox.credentials.authToken}`)}`

/** Sends the operations to a sandbox with the default scenario, and returns the status of each. */
const statusesOf = (operations: ReadonlyArray<{ readonly id: string; readonly method: string; template: string }>) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const origin = yield* SandboxServer.baseUrl
    const state = yield* sandbox.exportState
    const track = state.rooms.flatMap(({ tracks }) => tracks).find(({ name }) => name === "bob-cam")?.sid ?? ""
    return yield* Effect.forEach(operations, ({ id, method, template }) =>
      sandbox.reset.pipe(
        Effect.andThen(
          Effect.promise(() =>
            fetch(origin + fill(template, track), {
              method,
              headers: {
                authorization: authorization(sandbox),
                "content-type": "application/x-www-form-urlencoded"
              },
              ...(method === "POST" ? { body: forms[id] ?? "" } : {})
            })
          )
        ),
        Effect.map(({ status }) => status)
      )
    )
  }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))))

describe("COVERAGE.md", () => {
  it("lists each operation of Twilio's document once", () => {
    const sorted = (operations: ReadonlyArray<{ readonly id: string; method: string; template: string }>) =>
      operations.map(({ id, method, template }) => `${id} ${method} ${template}`).toSorted()
    assert.deepStrictEqual(sorted(rows), sorted(OpenApi.operations))
  })

  it.live("says what a served sandbox responds with", () =>
    Effect.gen(function* () {
      const statuses = yield* statusesOf(rows)
      const success = (id: string) => OpenApi.operation(id).success?.status
      assert.deepStrictEqual(
        rows.map(({ id }, index) => [id, statuses[index]]),
        rows.map(({ answer, id }) => [id, answer === "emulated" ? success(id) : 501])
      )
      assert.strictEqual(rows.filter(({ answer }) => answer === "emulated").length, 14)
    })
  )

  it.live("lists paths with 501 that respond so to every method", () =>
    Effect.gen(function* () {
      const requests = rows
        .filter(({ answer }) => answer !== "emulated")
        .flatMap(({ id, template }) =>
          ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map((method) => ({ id, method, template }))
        )
      const statuses = yield* statusesOf(requests)
      assert.deepStrictEqual(
        requests.filter((_, index) => statuses[index] !== 501),
        []
      )
    })
  )
})
