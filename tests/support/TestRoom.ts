/**
 * Opens a new room for each test, so that tests can share a sandbox.
 */
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

export const noon = DateTime.makeUnsafe("2026-03-01T12:00:00Z")

export const iso = (date: DateTime.DateTime): string => DateTime.formatIso(date)

let rooms = 0

/** Returns a room name that no other test uses. */
export const freshName = (): string => `room ${rooms++}`

/** Sets the clock to noon. */
export const atNoon = TestClock.setTime(DateTime.toEpochMillis(noon))

/** Opens a new room at noon. */
export const open = Effect.fnUntraced(function* (options: Sandbox.OpenRoomOptions = {}) {
  const sandbox = yield* Sandbox.Sandbox
  yield* atNoon
  const name = freshName()
  const room = yield* sandbox.openRoom({ uniqueName: name, ...options })
  return { sandbox, name, sid: room.sid }
})

/**
 * Opens the example room of Twilio's page on track subscriptions. Alice and Bob each publish a microphone, a camera and a
 * screen. Carl publishes a microphone, a camera and a data track.
 */
export const openStandup = Effect.fnUntraced(function* () {
  const room = yield* open()
  const joined: Record<string, string> = {}
  const participants = [
    ["Alice", "screen", "video"],
    ["Bob", "screen", "video"],
    ["Carl", "carl-data", "data"]
  ] as const
  for (const [identity, third, kind] of participants) {
    const lower = identity.toLowerCase()
    const { sid } = yield* room.sandbox.join(room.name, identity)
    joined[identity] = sid
    const tracks: ReadonlyArray<readonly [string, PublishedTrack.KnownKind]> = [
      [`${lower}-audio`, "audio"],
      [`${lower}-cam`, "video"],
      [third, kind]
    ]
    for (const [name, kind] of tracks) yield* room.sandbox.publishTrack(room.name, sid, { name, kind })
  }
  return { ...room, alice: joined.Alice ?? "", bob: joined.Bob ?? "", carl: joined.Carl ?? "" }
})
