import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
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
})
