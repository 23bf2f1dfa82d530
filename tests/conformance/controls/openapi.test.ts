import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

interface Media {
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}

interface Operation {
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string }>
  readonly requestBody?: Media & { readonly required: boolean }
  readonly responses: Readonly<Record<string, Media>>
}

interface Document {
  readonly openapi: string
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Sent {
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string>>
}

const serve = SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()), Layer.orDie)

const read = (path: string) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.promise(async () => (await fetch(`${baseUrl}${path}`)).json())
  )

/** Sends a request to Twilio's API. */
const twilio = (path: string) =>
  Effect.gen(function* () {
    const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
    const baseUrl = yield* SandboxServer.baseUrl
    const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`
    return yield* Effect.promise(() => fetch(`${baseUrl}${path}`, { headers: { authorization } }))
  })

const document: Effect.Effect<Document, never, Effect.Services<ReturnType<typeof read>>> = read("/sandbox/openapi.json")

const firstEvent = async (response: Response): Promise<string> => {
  for await (const chunk of response.body ?? []) return new TextDecoder().decode(chunk)
  return ""
}

/** Calls a control, and checks its body and its response against the document. */
const caller = Effect.map(Effect.all([document, SandboxServer.baseUrl]), ([{ components, paths }, baseUrl]) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  const called = new Set<string>()
  const check = (media: Media | undefined, value: unknown, where: string, type = "application/json") => {
    const schema = media?.content[type]?.schema
    if (schema === undefined) return assert.fail(`${where} isn't in the document`)
    const validate = ajv.compile({ ...schema, components })
    assert.isTrue(validate(value), `${where}: ${ajv.errorsText(validate.errors)}`)
  }
  const call = (name: string, parameters: Readonly<Record<string, string>> = {}, { body, query = {} }: Sent = {}) =>
    Effect.promise(async () => {
      const [method = "", path = ""] = name.split(" ")
      const operation = paths[path]?.[method.toLowerCase()]
      if (operation === undefined) return assert.fail(`${name} isn't in the document`)
      called.add(name)
      if (body !== undefined) check(operation.requestBody, body, `the body of ${name}`)
      const url = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(parameters[name] ?? ""))
      const search = new URLSearchParams(query).toString()
      const response = await fetch(`${baseUrl}${url}${search === "" ? "" : `?${search}`}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      const type = response.headers.get("content-type") ?? ""
      const content: unknown = type === "text/event-stream" ? await firstEvent(response) : await response.json()
      const { responses } = operation
      const refused = response.status < 500 ? responses["4XX"] : undefined
      check(responses[response.status] ?? refused, content, `${response.status} of ${name}`, type)
      return content
    })
  return { call, called }
})

describe("the OpenAPI document of the controls", () => {
  it.live("has exactly the router's controls", () =>
    Effect.gen(function* () {
      const { openapi, paths } = yield* document
      assert.strictEqual(openapi, "3.1.0")
      const documented = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
      )
      const { controls } = yield* read("/sandbox")
      assert.sameMembers(documented, controls)
    }).pipe(Effect.provide(serve))
  )

  it.live("names the parameters in each path", () =>
    Effect.gen(function* () {
      const { paths } = yield* document
      for (const [path, methods] of Object.entries(paths)) {
        const inPath = Array.from(path.matchAll(/\{(\w+)\}/gu), ([, name]) => name)
        for (const { parameters } of Object.values(methods)) {
          const named = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)
          assert.deepStrictEqual(named, inPath)
        }
      }
    }).pipe(Effect.provide(serve))
  )

  it.live("describes the bodies and responses of every control", () =>
    Effect.gen(function* () {
      const { call, called } = yield* caller
      yield* session(call)
      const { controls } = yield* read("/sandbox")
      assert.deepStrictEqual(
        controls.filter((name: string) => !called.has(name)),
        []
      )
    }).pipe(Effect.provide(serve))
  )
})

type Call = Effect.Success<typeof caller>["call"]

const alice = { room: "DailyStandup", participant: "Alice" }

const participant = "/sandbox/rooms/{room}/participants/{participant}"

const inRooms = Effect.fnUntraced(function* (call: Call) {
  yield* call("POST /sandbox/rooms", {}, { body: { uniqueName: "Huddle", emptyRoomTimeout: "10 minutes" } })
  yield* call("POST /sandbox/rooms/{room}/participants", { room: "Huddle" }, { body: { identity: "Zoe" } })
  yield* call("POST /sandbox/rooms/{room}/participants", { room: "Huddle" }, { body: { identities: ["Yves", "Xan"] } })
  const { credentials } = yield* Sandbox.Sandbox
  const apiKey = ApiKey.layer({ ...credentials, apiKeySecret: Redacted.make(credentials.apiKeySecret) })
  const { token } = yield* Effect.provide(AccessToken.mint({ identity: "Zoe", room: "Webinar" }), apiKey)
  yield* call("POST /sandbox/participants", {}, { body: { token: Redacted.value(token) } })
  yield* call("POST /sandbox/participants", {}, { body: { token: "malformed" } })
  yield* call(`POST ${participant}/lose-connection`, alice)
  yield* call(`POST ${participant}/regain-connection`, alice)
  yield* call(`POST ${participant}/tracks`, alice, { body: { kind: "data", name: "chat" } })
  for (const change of ["disable", "enable", "unpublish"]) {
    yield* call(`POST ${participant}/tracks/{track}/${change}`, { ...alice, track: "chat" })
  }
  yield* call("GET /sandbox/rooms/{room}/timeline", alice)
  yield* call("GET /sandbox/rooms/{room}/subscriptions", alice, { query: { from: "0", to: "2" } })
  yield* call(`POST ${participant}/anonymize`, { ...alice, participant: "Bob" })
  yield* call(`POST ${participant}/remove`, { ...alice, participant: "Carl" })
  yield* call(`POST ${participant}/leave`, alice)
  yield* call("POST /sandbox/rooms/{room}/complete", { room: "Huddle" })
})

/** Calls every control at least once. */
const session = Effect.fnUntraced(function* (call: Call) {
  const { rooms } = yield* read("/sandbox/state")
  yield* call("POST /sandbox/seed", {}, { body: { rooms: [{ uniqueName: "Empty", openedAgo: "1 minute" }] } })
  yield* call("POST /sandbox/reset")
  const scenario = yield* call("GET /sandbox/scenario")
  yield* call("POST /sandbox/seed", {}, { body: scenario })
  yield* call("POST /sandbox/add-rooms", {}, { body: { rooms: [{ uniqueName: "Added" }] } })
  const state = yield* call("GET /sandbox/state")
  yield* call("PUT /sandbox/state", {}, { body: state, query: { times: "move" } })
  assert.strictEqual(rooms.length, 3)
  yield* call("GET /sandbox/openapi.json")
  yield* call("GET /sandbox/events")
  yield* call("GET /sandbox/options")
  yield* call("PATCH /sandbox/options", {}, { body: { quota: null, assumptions: { listOrder: "oldest-first" } } })
  yield* call("GET /sandbox/clock")
  yield* call("PUT /sandbox/clock", {}, { body: { rate: 0, advance: "1 second" } })
  yield* call("PUT /sandbox/faults", {}, { body: [{ skip: 1, times: 1, fault: { type: "reset" } }] })
  yield* call("GET /sandbox/faults")
  yield* call("DELETE /sandbox/faults")
  yield* inRooms(call)
  yield* twilio("/v1/Rooms/Nowhere")
  const [request] = (yield* call("GET /sandbox/requests", {}, { query: { status: "4xx" } })) as [{ id: string }] // One.
  yield* call("GET /sandbox/requests/counts", {}, { query: { operation: "FetchRoom" } })
  yield* call("GET /sandbox/requests/{id}", { id: request.id })
  yield* call("PUT /sandbox/callbacks/faults", {}, { body: [{ rate: 0, fault: { type: "lost" } }] })
  yield* call("GET /sandbox/callbacks/faults")
  yield* call("DELETE /sandbox/callbacks/faults")
  yield* call("POST /sandbox/rooms", {}, { body: { statusCallback: "https://app.example.com/callbacks" } })
  const [callback] = (yield* call("GET /sandbox/callbacks")) as [{ id: string }] // The host isn't allowed.
  yield* call("GET /sandbox/callbacks/{id}", { id: callback.id })
  yield* call("POST /sandbox/callbacks/{id}/replay", { id: callback.id })
  for (const log of ["requests", "callbacks"]) {
    yield* call(`GET /sandbox/${log}`)
    yield* call(`DELETE /sandbox/${log}`)
  }
  yield* call("GET /sandbox/callbacks/counts")
  yield* call("POST /sandbox/callbacks/await", {}, { body: { timeout: "5 seconds" } })
})
