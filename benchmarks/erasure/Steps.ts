/**
 * The steps of an erasure without an engine or a store: what a program does that's never interrupted and proves nothing.
 */
import * as ErasureSteps from "@effect-twilio-video/erasure/ErasureSteps"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** As many requests at a time as a job sends. */
const concurrency = 32

/** Searches all rooms and anonymizes, searches those in progress again, and confirms. Returns the number of those erased. */
export const run = Effect.fnUntraced(function* (people: ReadonlyArray<ErasureSteps.Person>) {
  const erase = (rooms: ReadonlyArray<ErasureSteps.RoomToSearch>) =>
    Stream.fromIterable(rooms).pipe(
      Stream.mapEffect((room) => ErasureSteps.find(room, people), { concurrency, unordered: true }),
      Stream.flatMap(({ participations }) => Stream.fromIterable(participations)),
      Stream.mapEffect((found) => ErasureSteps.anonymize(found, people, { connected: "remove" }), {
        concurrency,
        unordered: true
      }),
      Stream.runCollect
    )
  const rooms = (yield* Stream.runCollect(ErasureSteps.plan())).flatMap((window) => window.rooms)
  const outcomes = [...(yield* erase(rooms)), ...(yield* erase(rooms.filter(({ inProgress }) => inProgress)))]
  const confirmed = yield* Effect.forEach(outcomes, (outcome) => ErasureSteps.confirm(outcome, people), { concurrency })
  return confirmed.filter(({ outcome }) => outcome === "Anonymized").length
})
