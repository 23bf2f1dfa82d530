/**
 * The roster with its store in memory: a list, a status callback, and the changes that a reader gets.
 */
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestEnvironment from "./TestEnvironment.ts"

const room = "DailyStandup"

const who = ({ participants }: Roster.RoomRoster): ReadonlyArray<string> =>
  participants.map(({ identity, status }) => `${Option.getOrNull(identity)}: ${status}`)

/** The callback of the participant who joined first, and has left now. */
const left = Effect.fnUntraced(function* ({ participants, roomName, roomSid }: Roster.RoomRoster) {
  return yield* StatusCallback.decode({
    AccountSid: TestEnvironment.accountSid,
    RoomName: roomName,
    RoomSid: roomSid,
    RoomStatus: "in-progress",
    RoomType: "group",
    ParticipantSid: participants[0]?.sid ?? "",
    ParticipantStatus: "disconnected",
    ParticipantIdentity: "Alice",
    StatusCallbackEvent: "participant-disconnected",
    Timestamp: new Date(yield* Clock.currentTimeMillis).toISOString()
  })
})

export const roster = Effect.gen(function* () {
  const listed = yield* Roster.participants(room, { maxAge: "1 minute" })
  const callback = yield* left(listed)
  const changes = yield* Roster.changes(room).pipe(
    // While the reader is at it, the callback arrives twice.
    Stream.tap(({ _tag }) =>
      _tag === "Reconnecting" ? Effect.andThen(Roster.record(callback), Roster.record(callback)) : Effect.void
    ),
    Stream.takeUntil(({ _tag }) => _tag === "Left"),
    Stream.runCollect
  )
  return {
    listed: who(listed),
    doubts: listed.freshness.doubts,
    remaining: who(yield* Roster.participants(room)),
    changes: changes.map(({ _tag }) => _tag)
  }
}).pipe(Effect.provide(Roster.layerOnDemand()))
