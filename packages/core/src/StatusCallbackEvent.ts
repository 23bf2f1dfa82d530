/**
 * What Twilio tells of a room by status callbacks: the events, and their order in time. Holds no codec (see
 * `StatusCallbackEventForm`) and no signature (see `StatusCallback`).
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as order from "effect/Order"
import type * as Participant from "./Participant.ts"
import type * as PublishedTrack from "./PublishedTrack.ts"
import type * as Room from "./Room.ts"
import type * as Sid from "./Sid.ts"

/**
 * A callback's parameters by name. A name that comes more than once has a list.
 *
 * @category models
 * @since 0.1.0
 */
export type Parameters = Readonly<Record<string, string | ReadonlyArray<string>>>

/**
 * What all documented events tell.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Happening {
  /** The account that the room belongs to. */
  readonly accountSid: Sid.AccountSid
  readonly roomSid: Sid.RoomSid
  /** The room's unique name, or else its SID. */
  readonly roomName: string
  readonly roomType: Room.Type
  /** When it happened. Callbacks may come in another order: see {@link Order}. */
  readonly timestamp: DateTime.Utc
}

/**
 * What events of a room tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomHappening extends Happening {
  readonly roomStatus: Room.Status
  /**
   * Not ordered; combined with the room's SID it identifies duplicates. Twilio calls it internal, so it may go: `None`
   * if it's missing or isn't a whole number.
   */
  readonly sequenceNumber: Option.Option<number>
}

/**
 * What events of a participant tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantHappening extends RoomHappening {
  readonly participantSid: Sid.ParticipantSid
  readonly participantStatus: Participant.Status
  readonly participantIdentity: string
}

/**
 * What events of a track tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackHappening extends ParticipantHappening {
  readonly trackSid: Sid.TrackSid
  readonly trackKind: PublishedTrack.Kind
}

/**
 * What events of a recording tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecordingHappening extends Happening {
  /** `RT` and 32 hexadecimal digits. */
  readonly recordingSid: string
  readonly participantSid: Sid.ParticipantSid
  /** The track that is recorded. */
  readonly sourceSid: Sid.TrackSid
  readonly participantIdentity: Option.Option<string>
  /** The track's name, or else its SID. */
  readonly trackName: Option.Option<string>
  readonly recordingUri: Option.Option<string>
  /** `mka` or `mkv`. */
  readonly container: Option.Option<string>
  /** `PCMU`, `OPUS`, `VP8` or `H264`. */
  readonly codec: Option.Option<string>
  /** `audio` or `video`. */
  readonly type: Option.Option<string>
  /** From the point in time that all recordings of a room count from, in whole milliseconds. */
  readonly offsetFromTwilioVideoEpoch: Option.Option<Duration.Duration>
}

/**
 * A room was made.
 *
 * @category events
 * @since 0.1.0
 */
export class RoomCreated extends Data.TaggedClass("RoomCreated")<RoomHappening> {}

/**
 * A room is over.
 *
 * @category events
 * @since 0.1.0
 */
export class RoomEnded extends Data.TaggedClass("RoomEnded")<
  RoomHappening & {
    /** How long the room lasted. */
    readonly roomDuration: Option.Option<Duration.Duration>
  }
> {}

/**
 * Somebody joined.
 *
 * @category events
 * @since 0.1.0
 */
export class ParticipantConnected extends Data.TaggedClass("ParticipantConnected")<ParticipantHappening> {}

/**
 * Somebody left, was removed, or was in a room that ended.
 *
 * @category events
 * @since 0.1.0
 */
export class ParticipantDisconnected extends Data.TaggedClass("ParticipantDisconnected")<
  ParticipantHappening & {
    /** How long the participant was connected. */
    readonly participantDuration: Option.Option<Duration.Duration>
  }
> {}

/**
 * A track was published.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackAdded extends Data.TaggedClass("TrackAdded")<TrackHappening> {}

/**
 * A track is published no more.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackRemoved extends Data.TaggedClass("TrackRemoved")<TrackHappening> {}

/**
 * A track is not muted any more.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackEnabled extends Data.TaggedClass("TrackEnabled")<TrackHappening> {}

/**
 * A track was muted.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackDisabled extends Data.TaggedClass("TrackDisabled")<TrackHappening> {}

/**
 * A track is being recorded.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingStarted extends Data.TaggedClass("RecordingStarted")<RecordingHappening> {}

/**
 * A recording is ready.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingCompleted extends Data.TaggedClass("RecordingCompleted")<
  RecordingHappening & {
    /** Where the media are, at Twilio. */
    readonly mediaUri: Option.Option<string>
    /** Where the media are, if Twilio does not store them. */
    readonly mediaExternalLocation: Option.Option<string>
    readonly duration: Option.Option<Duration.Duration>
    /** In bytes. */
    readonly size: Option.Option<number>
  }
> {}

/**
 * A recording could not be started or completed.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingFailed extends Data.TaggedClass("RecordingFailed")<
  RecordingHappening & {
    /** `RecordingStart`, `RecordingComplete` or `RecordingUpload`. */
    readonly failedOperation: Option.Option<string>
  }
> {}

/**
 * An event that Twilio adds after this release, with all that came, and what could be read of it.
 *
 * @category events
 * @since 0.1.0
 */
export class Unknown extends Data.TaggedClass("Unknown")<{
  /** The event's name on the wire, as `room-created`. */
  readonly event: string
  /** All parameters, as they came; of one that came more than once, the first. */
  readonly parameters: Readonly<Record<string, string>>
  readonly accountSid: Option.Option<Sid.AccountSid>
  readonly roomSid: Option.Option<Sid.RoomSid>
  readonly timestamp: Option.Option<DateTime.Utc>
}> {}

/**
 * An event that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type Known =
  | RoomCreated
  | RoomEnded
  | ParticipantConnected
  | ParticipantDisconnected
  | TrackAdded
  | TrackRemoved
  | TrackEnabled
  | TrackDisabled
  | RecordingStarted
  | RecordingCompleted
  | RecordingFailed

/**
 * Any event, told by its tag. Twilio has none for a participant who reconnects, for anonymization, and for rules.
 *
 * @category models
 * @since 0.1.0
 */
export type StatusCallbackEvent = Known | Unknown

const millis = (event: StatusCallbackEvent): number => {
  if (event._tag !== "Unknown") return event.timestamp.epochMilliseconds
  return Option.isSome(event.timestamp) ? event.timestamp.value.epochMilliseconds : Infinity
}

/**
 * By the time at which things happened. Twilio promises no order of delivery, and says of the sequence number that it
 * is none. An event without a time comes last.
 *
 * @example
 * ```ts
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
 * import * as Arr from "effect/Array"
 * import * as Effect from "effect/Effect"
 *
 * const events = ["2026-03-01T12:00:01Z", "2026-03-01T12:00:00Z"].map((Timestamp) =>
 *   Effect.runSync(StatusCallback.decode({ StatusCallbackEvent: "room-flooded", Timestamp }))
 * )
 *
 * Arr.sort(events, StatusCallbackEvent.Order)[0] === events[1] // => true
 * ```
 * @category ordering
 * @since 0.1.0
 */
export const Order: order.Order<StatusCallbackEvent> = order.mapInput(order.Number, millis)

/**
 * A callback of a known event lacks a parameter, or has one that cannot be read. `parameter` is its name on the wire,
 * as `ParticipantSid`. An event that is new is none of these: it is an `Unknown` event.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCallback extends Data.TaggedError("InvalidCallback")<{
  readonly parameter: string
  readonly message: string
}> {}
