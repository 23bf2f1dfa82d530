/**
 * `pnpm webinar`: a webinar in which everybody receives only the tracks of the stage, on the embedded sandbox.
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

/** Finds the room in progress with this name, or creates it. */
export const findOrCreate = (uniqueName: string) =>
  Rooms.create({ uniqueName, maxParticipants: 50 }).pipe(Effect.catchTag("RoomExists", () => Rooms.fetch(uniqueName)))

/** All participants receive only what these identities publish, now and later. */
export const setStage = Effect.fn("setStage")(function* (room: string, stage: Arr.NonEmptyReadonlyArray<string>) {
  const rules = Arr.map(stage, (publisher) => SubscribeRule.include({ publisher }))
  yield* Participants.stream(room).pipe(
    Stream.mapEffect(
      (participant) =>
        // A participant who left meanwhile needs no rules.
        SubscribeRules.update(room, participant.sid, rules).pipe(Effect.catchTag("NotFound", () => Effect.void)),
      { concurrency: 4 }
    ),
    Stream.runDrain
  )
})

/** The tracks that each participant receives. */
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

const printAudience = (title: string, room: string) =>
  Effect.flatMap(audience(room), (participants) =>
    Console.log(
      `\n${title}\n\n${table(
        ["participant", "receives"],
        participants.map(({ identity, receives }) => [identity, receives.join(", ")])
      )}`
    )
  )

/** A webinar from start to end. The sandbox's controls simulate the participants. */
export const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { sid } = yield* findOrCreate("All hands")
  for (const identity of ["host", "guest-1", "guest-2"]) {
    yield* sandbox.join(sid, identity)
    yield* sandbox.publishTrack(sid, identity, { kind: "video", name: `${identity}-cam` })
  }
  yield* printAudience("Everybody receives all tracks", sid)
  yield* setStage(sid, ["host"])
  yield* printAudience("The host is on stage", sid)
  yield* sandbox.publishTrack(sid, "host", { kind: "video", name: "slides" })
  yield* printAudience("The host shares slides. The rules apply to them too", sid)
  const room = yield* Rooms.complete(sid)
  yield* Console.log(`\nThe room is ${room.status}.`)
})

if (import.meta.main) await program.pipe(Effect.provide(Sandbox.layer({ rooms: [] })), Effect.runPromise)
