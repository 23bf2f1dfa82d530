import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { accountSid, authToken, basic } from "./support/Calls.ts"
import * as Events from "./support/Events.ts"
import { control, serve, twilio } from "./support/Served.ts"

const isSnapshot = ({ event }: Events.Received) => event.type === "snapshot"

const rooms = { rooms: [{ uniqueName: "Huddle", participants: [{ identity: "Zoe" }] }] }

const path = "/v1/Rooms/Huddle/Participants"

describe("the events of a served sandbox", () => {
  it.live("are a new snapshot when the sandbox restarts", () =>
    Effect.gen(function* () {
      const [first, second] = yield* Effect.all([Events.open(), Events.open()])
      yield* Effect.all([first.until(isSnapshot), second.until(isSnapshot)])
      yield* control("POST", "/sandbox/reset")
      const [last] = (yield* first.until(isSnapshot)).slice(-1)
      yield* second.until(isSnapshot)
      assert.deepNestedInclude(last?.event, { "rooms[0].uniqueName": "Huddle" })
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )

  it.live("don't show requests from before the log was cleared", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      yield* reader.until(isSnapshot)
      yield* twilio(path)
      yield* control("DELETE", "/sandbox/requests")
      const types = (yield* Events.untilNow(reader)).map(({ event }) => event.type)
      assert.isNotEmpty(types)
      assert.isTrue(types.lastIndexOf("requests-cleared") > types.lastIndexOf("request"), String(types))
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )

  it.live("don't repeat an erased identity for a reader that returns", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      const [{ id: before = "" } = {}] = yield* reader.until(isSnapshot)
      yield* control("POST", "/sandbox/rooms/Huddle/participants", { identity: "Yasmin" })
      yield* reader.until(({ event }) => event.type === "change" && event.change.type === "participant-connected")
      yield* control("POST", "/sandbox/rooms/Huddle/participants/Yasmin/anonymize")
      const returned = yield* Events.open({ "last-event-id": before })
      const received = yield* returned.until(
        ({ event }) =>
          event.type === "snapshot" || (event.type === "change" && event.change.type === "participant-anonymized")
      )
      assert.notInclude(JSON.stringify(received), "Yasmin")
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )

  it.live("show requests with any path", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      yield* reader.until(isSnapshot)
      const paths = [
        "/v1/Rooms/%E0%A4%A",
        "/v1/Rooms/%",
        "/v1/Rooms/%3Cb%3E%20/Participants/%3Cimg%20src=x%3E",
        "/nowhere"
      ]
      for (const path of paths) yield* twilio(path)
      const shown = (yield* Events.untilNow(reader)).flatMap(({ event }) =>
        event.type === "request" ? event.request.path : []
      )
      assert.deepStrictEqual(shown, paths)
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )

  it.live("reach the readers of each server of a sandbox", () =>
    Effect.gen(function* () {
      const first = yield* Events.open()
      yield* Effect.gen(function* () {
        const second = yield* Events.open()
        yield* Effect.all([first.until(isSnapshot), second.until(isSnapshot)])
        yield* control("POST", "/sandbox/rooms/Huddle/participants", { identity: "Yasmin" })
        for (const reader of [first, second]) yield* reader.until(({ event }) => event.type === "change")
      }).pipe(Effect.scoped, Effect.provide(SandboxServer.layer()))
      yield* control("POST", "/sandbox/rooms/Huddle/participants/Yasmin/leave")
      yield* first.until(({ event }) => event.type === "change")
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )

  it.live("are a new snapshot for a reader that is too slow", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      const [first] = yield* reader.until(isSnapshot)
      // More than what is kept and what a connection buffers.
      for (let batch = 0; batch < 20; batch++) {
        for (let request = 0; request < 20; request++) {
          yield* HttpClient.get(`http://sandbox.test/v1/Rooms?x=${"x".repeat(100_000)}`)
        }
        // Ends the batch.
        yield* control("GET", "/sandbox/rooms/Huddle/timeline")
      }
      const last = (yield* reader.until(({ event, id }) => event.type === "snapshot" && id !== first?.id)).at(-1)
      assert.deepNestedInclude(last?.event, { "rooms[0].connected": 1 })
      yield* control("POST", "/sandbox/rooms/Huddle/participants/Zoe/leave")
      yield* reader.until(({ event }) => event.type === "change" && event.change.type === "participant-disconnected")
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.provideMerge(Sandbox.layerHttpClient, serve({ ...rooms, requestLogBytes: 4_000_000 })))
    )
  )

  it.live("show that a client gave a request up", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      yield* reader.until(isSnapshot)
      yield* control("PUT", "/sandbox/faults", [{ fault: { type: "delay", millis: 3_600_000 } }])
      const baseUrl = yield* SandboxServer.baseUrl
      const headers = { authorization: basic(accountSid, authToken) }
      const sent = yield* Effect.forkChild(
        Effect.promise((signal) => fetch(`${baseUrl}${path}`, { headers, signal })),
        { startImmediately: true }
      )
      yield* reader.until(({ event }) => event.type === "request")
      yield* Fiber.interrupt(sent)
      yield* reader.until(({ event }) => event.type === "request" && event.request.abandoned === true)
    }).pipe(Effect.scoped, Effect.provide(serve(rooms)))
  )
})
