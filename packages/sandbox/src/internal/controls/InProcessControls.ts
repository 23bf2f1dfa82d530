/**
 * The in-process controls. Each one advances the time, runs the control and decodes the record as the client does.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Room from "@effect-twilio-video/core/Room"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SandboxError from "../../SandboxError.ts"
import type { ParticipantControl, Service, TrackControl } from "../../SandboxService.ts"
import * as Representation from "../api/Representation.ts"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"
import * as StateDocument from "../engine/StateDocument.ts"
import { StateReader } from "../engine/StateReader.ts"
import * as DeliveryFaults from "../callbacks/DeliveryFaults.ts"
import * as Faults from "../faults/Faults.ts"
import * as AccessTokens from "./AccessTokens.ts"
import * as Controls from "./Controls.ts"

const decodeParticipant = Schema.decodeSync(Participant.ParticipantJson)

const decodeRoom = Schema.decodeSync(Room.RoomJson)

const decodeTrack = Schema.decodeSync(PublishedTrack.PublishedTrackJson)

const origin = "https://video.twilio.com"

/** The sandbox's time. */
const currentTime = ({ engine }: Controls.Parts): Effect.Effect<number> =>
  Effect.map(Clock.Clock, (clock) => (engine.clock ?? clock).currentTimeMillisUnsafe())

/** Advances the time to now, then calls `run`. */
const atNow = <A>(parts: Controls.Parts, run: (now: number) => A): Effect.Effect<A> =>
  Effect.map(currentTime(parts), (now) => {
    parts.lifecycle.advance(now)
    return run(now)
  })

const roomControls = (parts: Controls.Parts) => {
  const { engine } = parts
  const options = () => Representation.options(engine, origin)
  const toParticipant = (record: ParticipantRecord) => decodeParticipant(Representation.participant(options(), record))
  const toRoom = (record: RoomRecord) => decodeRoom(Representation.room(options(), record))
  const toTrack = (record: TrackRecord) => decodeTrack(Representation.publishedTrack(options(), record))

  const control = <A, B>(
    decode: (record: A) => B,
    run: (now: number) => Result.Result<A, SandboxError.SandboxError>
  ): Effect.Effect<B, SandboxError.SandboxError> =>
    Effect.flatMap(atNow(parts, run), (result) => Effect.fromResult(Result.map(result, decode)))

  const ofParticipant =
    (change: Controls.ParticipantChange): ParticipantControl =>
    (room, participant) =>
      control(toParticipant, () => change(engine, room, participant))

  const ofTrack =
    (change: Controls.TrackChange): TrackControl =>
    (room, participant, track) =>
      control(toTrack, () => change(engine, room, participant, track))

  return {
    openRoom: (options = {}) => control(toRoom, () => Controls.openRoom(engine, options)),
    join: (room, identity, options) => control(toParticipant, () => Controls.join(engine, room, identity, options)),
    joinMany: (room, identities, options) =>
      control(
        (records) => records.map(toParticipant),
        () => Controls.joinMany(engine, room, identities, options)
      ),
    joinWithToken: (token, options) =>
      Effect.flatMap(
        AccessTokens.read(engine.credentials, Redacted.isRedacted(token) ? Redacted.value(token) : token),
        (claims) => control(toParticipant, (now) => Controls.joinWithToken(engine, claims, options, now))
      ),
    leave: ofParticipant(Controls.leave),
    loseConnection: ofParticipant(Controls.loseConnection),
    regainConnection: ofParticipant(Controls.regainConnection),
    publishTrack: (room, participant, publication) =>
      control(toTrack, () => Controls.publishTrack(engine, room, participant, publication)),
    unpublishTrack: ofTrack(Controls.unpublishTrack),
    enableTrack: ofTrack(Controls.enableTrack),
    disableTrack: ofTrack(Controls.disableTrack),
    completeRoom: (room) => control(toRoom, () => Controls.completeRoom(engine, room))
  } satisfies Partial<Service>
}

const stateControls = (parts: Controls.Parts) =>
  ({
    reset: Effect.map(currentTime(parts), (now) => Controls.reset(parts, now)),
    seed: (scenario) =>
      Effect.flatMap(currentTime(parts), (now) => Effect.fromResult(Controls.seed(parts, scenario, now))),
    addRooms: (scenario) =>
      Effect.flatMap(
        atNow(parts, (now) => parts.lifecycle.add(scenario, now)),
        Effect.fromResult
      ),
    exportState: atNow(parts, () => StateDocument.write(parts.engine.store)),
    importState: (state, options = {}) =>
      Effect.flatMap(currentTime(parts), (now) => {
        const reader = new StateReader()
        reader.readDocument(state)
        return Effect.fromResult(Controls.importState(parts, reader, options, now))
      })
  }) satisfies Partial<Service>

const callbackControls = (parts: Controls.Parts) => {
  const { callbacks } = parts
  return {
    callbacks: atNow(parts, () => callbacks.read()),
    callbackCounts: atNow(parts, () => callbacks.count()),
    awaitCallbacks: Effect.flatMap(currentTime(parts), (now) => Controls.awaitCallbacks(parts, now)),
    replayCallback: (id) =>
      Effect.flatMap(
        atNow(parts, () => callbacks.replay(id)),
        (replayed) => Effect.fromResult(Result.map(replayed, (delivery) => delivery.show()))
      ),
    setDeliveryFaults: (rules) =>
      Effect.fromResult(Result.map(DeliveryFaults.read(rules), (rules) => callbacks.faults.set(rules))),
    deliveryFaults: Effect.sync(() => callbacks.faults.read()),
    clearCallbacks: Effect.sync(() => callbacks.clear()),
    stopCallbacks: Effect.sync(() => callbacks.stop())
  } satisfies Partial<Service>
}

export const make = (parts: Controls.Parts): Service => {
  const { engine, faults, log } = parts
  return {
    ...roomControls(parts),
    ...stateControls(parts),
    setFaults: (rules) => Effect.fromResult(Result.map(Faults.read(rules), (rules) => faults.set(rules))),
    faults: Effect.sync(() => faults.read()),
    requests: Effect.sync(() => log.read()),
    clearRequests: Effect.sync(() => log.clear()),
    ...callbackControls(parts),
    credentials: engine.credentials
  }
}
