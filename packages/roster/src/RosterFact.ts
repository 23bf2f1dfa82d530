/**
 * What is known of a room: a status callback, or a list that was read. Facts are plain JSON, so that stores can send them.
 * `RoomState` folds them into the room's state.
 *
 * @since 0.1.0
 */
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as Option from "effect/Option"

/**
 * The room that a fact is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface InRoom {
  readonly roomSid: string
  /** The room's unique name, or its SID if it has none. */
  readonly roomName: string
}

/**
 * A participant of a callback or a list. The identity is missing if the roster keeps none.
 *
 * @category models
 * @since 0.1.0
 */
export interface FactParticipant {
  readonly sid: string
  readonly identity?: string | undefined
}

/**
 * A status callback. `at` is its `Timestamp`, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Callback extends InRoom {
  readonly _tag: "Callback"
  readonly event:
    | "RoomCreated"
    | "RoomEnded"
    | "ParticipantConnected"
    | "ParticipantDisconnected"
    | "TrackAdded"
    | "TrackRemoved"
    | "TrackEnabled"
    | "TrackDisabled"
  readonly at: number
  /** Twilio calls it internal: it may be missing, constant or random. A gap only raises doubt. */
  readonly sequence?: number
  readonly participant?: FactParticipant
  readonly track?: { readonly sid: string; readonly kind: string }
}

/**
 * A list of the participants who are connected or reconnecting. `at` is the time of its request, by Twilio's clock: see
 * `RoomState.timeOf`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantsListed extends InRoom {
  readonly _tag: "ParticipantsListed"
  readonly at: number
  /** The same by our clock. */
  readonly readAt: number
  /** False if a record couldn't be decoded. Then nobody is missing. */
  readonly isComplete: boolean
  readonly participants: ReadonlyArray<
    FactParticipant & { readonly joined?: number; readonly status: "connected" | "reconnecting" }
  >
  /** The SIDs of those who were known when the list was requested, and aren't in it. */
  readonly absent: ReadonlyArray<string>
  /** The highest sequence number known when the list was requested: gaps below it don't matter any more. */
  readonly sequence?: number | undefined
}

/**
 * A list of the tracks that a participant publishes, with the same members as {@link ParticipantsListed}.
 *
 * @category models
 * @since 0.1.0
 */
export interface TracksListed extends InRoom {
  readonly _tag: "TracksListed"
  readonly at: number
  readonly isComplete: boolean
  readonly participantSid: string
  readonly tracks: ReadonlyArray<{
    readonly sid: string
    readonly kind: string
    readonly name: string
    readonly isEnabled: boolean
  }>
  readonly absent: ReadonlyArray<string>
}

/**
 * The room's record was read. `ended` is missing while the room is in progress.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomRead extends InRoom {
  readonly _tag: "RoomRead"
  readonly created?: number
  readonly ended?: number
}

/**
 * Everything that changes a room's state.
 *
 * @category models
 * @since 0.1.0
 */
export type RosterFact = Callback | ParticipantsListed | TracksListed | RoomRead

/**
 * The fact of a status callback. `None` for recordings and for events that this release doesn't know: they don't say who is
 * in the room.
 *
 * @example
 * ```ts
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as RosterFact from "@effect-twilio-video/roster/RosterFact"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const event = Effect.runSync(
 *   StatusCallback.decode({
 *     AccountSid: "AC0123456789abcdef0123456789abcdef",
 *     RoomName: "Clinic",
 *     RoomSid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *     RoomStatus: "in-progress",
 *     RoomType: "group",
 *     StatusCallbackEvent: "room-created",
 *     Timestamp: "2026-03-01T12:00:00.000Z",
 *     SequenceNumber: "0"
 *   })
 * )
 *
 * Option.map(RosterFact.fromCallback(event), ({ event, at }) => [event, at])
 * // => Option.some(["RoomCreated", Date.parse("2026-03-01T12:00:00Z")])
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const fromCallback = (event: StatusCallbackEvent.StatusCallbackEvent): Option.Option<Callback> => {
  switch (event._tag) {
    case "Unknown":
    case "RecordingStarted":
    case "RecordingCompleted":
    case "RecordingFailed":
      return Option.none()
    default:
      return Option.some({
        _tag: "Callback",
        event: event._tag,
        roomSid: event.roomSid,
        roomName: event.roomName,
        at: event.timestamp.epochMilliseconds,
        ...(Option.isSome(event.sequenceNumber) ? { sequence: event.sequenceNumber.value } : {}),
        ...("participantSid" in event
          ? { participant: { sid: event.participantSid, identity: event.participantIdentity } }
          : {}),
        ...("trackSid" in event ? { track: { sid: event.trackSid, kind: event.trackKind } } : {})
      })
  }
}

const withoutName = ({ sid }: FactParticipant): FactParticipant => ({ sid })

/**
 * The fact without identities, for a roster of SIDs only.
 *
 * @example
 * ```ts
 * import * as RosterFact from "@effect-twilio-video/roster/RosterFact"
 *
 * const joined: RosterFact.Callback = {
 *   _tag: "Callback",
 *   event: "ParticipantConnected",
 *   roomSid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *   roomName: "Clinic",
 *   at: 1000,
 *   participant: { sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293", identity: "Zoe" }
 * }
 *
 * RosterFact.withoutIdentities(joined)
 * // => { ...joined, participant: { sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293" } }
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const withoutIdentities = (fact: RosterFact): RosterFact => {
  switch (fact._tag) {
    case "Callback":
      return fact.participant === undefined ? fact : { ...fact, participant: withoutName(fact.participant) }
    case "ParticipantsListed":
      return {
        ...fact,
        participants: fact.participants.map((participant) => ({ ...participant, identity: undefined }))
      }
    case "TracksListed":
    case "RoomRead":
      return fact
  }
}

/**
 * When it happened or was read, in milliseconds since 1970 by Twilio's clock. For a room's record: when the room ended, or
 * else was created.
 *
 * @category getters
 * @since 0.1.0
 */
export const timeOf = (fact: RosterFact): number =>
  fact._tag === "RoomRead" ? (fact.ended ?? fact.created ?? 0) : fact.at
