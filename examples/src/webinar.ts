/**
 * `pnpm webinar`: a room where everybody receives the stage and nobody else, on the embedded sandbox, told as tables.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { table } from "./table.ts"

/** The room in progress of this name: one is made where there is none. */
export const findOrCreate = (uniqueName: string) =>
  Rooms.create({ uniqueName, maxParticipants: 50 }).pipe(Effect.catchTag("RoomExists", () => Rooms.fetch(uniqueName)))

/** From now on everybody in the room receives what these people publish, also later, and what nobody else does. */
export const setStage = Effect.fn("setStage")(function* (room: string, stage: Arr.NonEmptyReadonlyArray<string>) {
  const rules = Arr.map(stage, (publisher) => SubscribeRule.include({ publisher }))
  yield* Participants.stream(room).pipe(
    Stream.mapEffect(
      (participant) =>
        // Somebody who left meanwhile needs no rules.
        SubscribeRules.update(room, participant.sid, rules).pipe(Effect.catchTag("NotFound", () => Effect.void)),
      { concurrency: 4 }
    ),
    Stream.runDrain
  )
})

/** Who receives what. */
export const audience = Effect.fn("audience")(function* (room: string) {
  return yield* Participants.stream(room).pipe(
    Stream.mapEffect((participant) =>
      Effect.map(Stream.runCollect(SubscribedTracks.stream(room, participant.sid)), (tracks) => ({
        identity: participant.identity,
        receives: tracks.map((track) => track.name).sort()
      }))
    ),
    Stream.runCollect
  )
})

const tell = (title: string, room: string) =>
  Effect.flatMap(audience(room), (people) =>
    Console.log(
      `\n${title}\n\n${table(
        ["who", "receives"],
        people.map(({ identity, receives }) => [identity, receives.join(", ")])
      )}`
    )
  )

/** A webinar from its opening to its end. What people do, the sandbox's controls do here. */
export const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { sid } = yield* findOrCreate("All hands")
  for (const identity of ["host", "guest-1", "guest-2"]) {
    yield* sandbox.join(sid, identity)
    yield* sandbox.publishTrack(sid, identity, { kind: "video", name: `${identity}-cam` })
  }
  yield* tell("Everybody receives everybody", sid)
  yield* setStage(sid, ["host"])
  yield* tell("The host is on stage", sid)
  yield* sandbox.publishTrack(sid, "host", { kind: "video", name: "slides" })
  yield* tell("The host shares slides: the rules hold for them too", sid)
  const room = yield* Rooms.complete(sid)
  yield* Console.log(`\nThe room is ${room.status}.`)
})

if (import.meta.main) await program.pipe(Effect.provide(Sandbox.layer({ rooms: [] })), Effect.runPromise)
