import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as DurableObjects from "./support/DurableObjects.ts"

it.live("stores a room", () =>
  Effect.gen(function* () {
    const namespace = yield* DurableObjects.serve()
    yield* Effect.gen(function* () {
      const store = yield* RosterStore.RosterStore
      const room = { roomSid: "RM1", roomName: "a" }
      console.log(yield* store.read("RM1"))
      console.log(
        yield* store.apply(room, [
          {
            ...room,
            _tag: "Callback",
            event: "ParticipantConnected",
            at: 1000,
            participant: { sid: "PA1", identity: "Alice" }
          }
        ])
      )
      console.log(yield* store.read("RM1"), yield* store.find("a"), yield* store.rooms, yield* store.changes("RM1", 0))
      assert.isTrue(true)
    }).pipe(Effect.provide(RosterDurableObject.layer({ namespace })))
  })
)
