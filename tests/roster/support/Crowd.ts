/**
 * Random participants: they join, leave, publish, mute and lose their connection in rooms of the sandbox. Rooms end, and new
 * ones start with the same names.
 */
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxError from "@effect-twilio-video/sandbox/SandboxError"
import * as Effect from "effect/Effect"
import type * as Random from "effect/Random"
import * as EngineRoster from "../../../packages/sandbox/src/internal/engine/Roster.ts"
import type { ParticipantRecord, RoomRecord } from "../../../packages/sandbox/src/internal/engine/Records.ts"
import type { RoomEngine } from "../../../packages/sandbox/src/internal/engine/RoomEngine.ts"

const settings = {
  emptyRoomTimeout: "24 hours",
  unusedRoomTimeout: "24 hours",
  maxParticipantDuration: "24 hours"
} as const

/** How many people know a room's name. Somebody who joins twice replaces the first participant. */
const people = 24

/** How long a connection lasts, and how long it takes to reconnect, at least: longer than to read a room. */
const steadyMillis = 5000

export interface World {
  readonly sandbox: Sandbox.Service
  readonly engine: RoomEngine
  readonly random: Random.Random
}

const below = ({ random }: World, limit: number): number => Math.floor(random.nextDoubleUnsafe() * limit)

const pick = <A>(world: World, values: ReadonlyArray<A>): A | undefined => values[below(world, values.length)]

const join = (world: World, { sid }: RoomRecord) => world.sandbox.join(sid, `person ${below(world, people)}`)

const onTrack = (
  world: World,
  { room, sid, tracks }: ParticipantRecord
): Effect.Effect<unknown, SandboxError.SandboxError> => {
  const { sandbox } = world
  const track = pick(world, tracks)
  if (track === undefined || (tracks.length < 3 && below(world, 3) === 0)) {
    return sandbox.publishTrack(room.sid, sid, { kind: below(world, 2) === 0 ? "audio" : "video" })
  }
  if (below(world, 3) === 0) return sandbox.unpublishTrack(room.sid, sid, track.sid)
  return track.enabled ? sandbox.disableTrack(room.sid, sid, track.sid) : sandbox.enableTrack(room.sid, sid, track.sid)
}

const onParticipant = (
  world: World,
  participant: ParticipantRecord
): Effect.Effect<unknown, SandboxError.SandboxError> => {
  const { room, sid, status, updated } = participant
  const isSteady = world.engine.store.now - updated > steadyMillis
  if (status === "reconnecting") return isSteady ? world.sandbox.regainConnection(room.sid, sid) : Effect.void
  if (isSteady && below(world, 6) === 0) return world.sandbox.loseConnection(room.sid, sid)
  return onTrack(world, participant)
}

/** Lets something happen in a room: one change, or the end of the room with all who are there. */
export const act = (world: World, name: string): Effect.Effect<unknown> => {
  const room = world.engine.store.inProgress.get(name)
  if (room === undefined) return Effect.orDie(world.sandbox.openRoom({ uniqueName: name, ...settings }))
  const present = [...EngineRoster.present(room)]
  const participant = pick(world, present)
  const draw = world.random.nextDoubleUnsafe()
  if (draw < 0.01) return Effect.orDie(world.sandbox.completeRoom(room.sid))
  // Six are there on average: as many join as leave then.
  const joins = 0.4 - 0.04 * present.length
  if (participant === undefined || draw < joins) return Effect.orDie(join(world, room))
  if (draw < joins + 0.16) return Effect.orDie(world.sandbox.leave(room.sid, participant.sid))
  return Effect.orDie(onParticipant(world, participant))
}
