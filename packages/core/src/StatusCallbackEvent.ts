/**
 * The events of Twilio's status callbacks, and their order in time. `StatusCallback` verifies, decodes and encodes
 * them.
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
 * The members of all documented events.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventBase {
  /** The account that the room belongs to. */
  readonly accountSid: Sid.AccountSid
  readonly roomSid: Sid.RoomSid
  /** The room's unique name, or its SID if it has none. */
  readonly roomName: string
  readonly roomType: Room.Type
  /** When the event happened. Callbacks may arrive in another order: see {@link Order}. */
  readonly timestamp: DateTime.Utc
}

/**
 * The members of room events.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomEvent extends EventBase {
  readonly roomStatus: Room.Status
  /**
   * Not ordered; combined with the room SID it identifies duplicates. `None` if it's missing or isn't a whole number:
   * Twilio calls it internal, so it may disappear.
   */
  readonly sequenceNumber: Option.Option<number>
}

/**
 * The members of participant events.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantEvent extends RoomEvent {
  readonly participantSid: Sid.ParticipantSid
  readonly participantStatus: Participant.Status
  readonly participantIdentity: string
}

/**
 * The members of track events.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackEvent extends ParticipantEvent {
  readonly trackSid: Sid.TrackSid
  readonly trackKind: PublishedTrack.Kind
}

/**
 * The members of recording events.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecordingEvent extends EventBase {
  /** `RT` and 32 hexadecimal digits. */
  readonly recordingSid: string
  readonly participantSid: Sid.ParticipantSid
  /** The recorded track. */
  readonly sourceSid: Sid.TrackSid
  readonly participantIdentity: Option.Option<string>
  /** The track's name, or its SID if it has none. */
  readonly trackName: Option.Option<string>
  readonly recordingUri: Option.Option<string>
  /** `mka` or `mkv`. */
  readonly container: Option.Option<string>
  /** `PCMU`, `OPUS`, `VP8` or `H264`. */
  readonly codec: Option.Option<string>
  /** `audio` or `video`. */
  readonly type: Option.Option<string>
  /** The start, relative to a time common to all recordings of the room. In whole milliseconds. */
  readonly offsetFromTwilioVideoEpoch: Option.Option<Duration.Duration>
}

/**
 * A room was created.
 *
 * @category events
 * @since 0.1.0
 */
export class RoomCreated extends Data.TaggedClass("RoomCreated")<RoomEvent> {}

/**
 * A room ended.
 *
 * @category events
 * @since 0.1.0
 */
export class RoomEnded extends Data.TaggedClass("RoomEnded")<
  RoomEvent & {
    /** How long the room lasted. */
    readonly roomDuration: Option.Option<Duration.Duration>
  }
> {}

/**
 * A participant joined.
 *
 * @category events
 * @since 0.1.0
 */
export class ParticipantConnected extends Data.TaggedClass("ParticipantConnected")<ParticipantEvent> {}

/**
 * A participant left or was removed, or the room ended.
 *
 * @category events
 * @since 0.1.0
 */
export class ParticipantDisconnected extends Data.TaggedClass("ParticipantDisconnected")<
  ParticipantEvent & {
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
export class TrackAdded extends Data.TaggedClass("TrackAdded")<TrackEvent> {}

/**
 * A track was unpublished.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackRemoved extends Data.TaggedClass("TrackRemoved")<TrackEvent> {}

/**
 * A track was unmuted.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackEnabled extends Data.TaggedClass("TrackEnabled")<TrackEvent> {}

/**
 * A track was muted.
 *
 * @category events
 * @since 0.1.0
 */
export class TrackDisabled extends Data.TaggedClass("TrackDisabled")<TrackEvent> {}

/**
 * A recording started.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingStarted extends Data.TaggedClass("RecordingStarted")<RecordingEvent> {}

/**
 * A recording is complete.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingCompleted extends Data.TaggedClass("RecordingCompleted")<
  RecordingEvent & {
    /** The URI of the media at Twilio. */
    readonly mediaUri: Option.Option<string>
    /** The URL of the media, if they're stored outside Twilio. */
    readonly mediaExternalLocation: Option.Option<string>
    readonly duration: Option.Option<Duration.Duration>
    /** In bytes. */
    readonly size: Option.Option<number>
  }
> {}

/**
 * A recording failed.
 *
 * @category events
 * @since 0.1.0
 */
export class RecordingFailed extends Data.TaggedClass("RecordingFailed")<
  RecordingEvent & {
    /** `RecordingStart`, `RecordingComplete` or `RecordingUpload`. */
    readonly failedOperation: Option.Option<string>
  }
> {}

/**
 * An event added by Twilio after this release.
 *
 * @category events
 * @since 0.1.0
 */
export class Unknown extends Data.TaggedClass("Unknown")<{
  /** The event's name on the wire, such as `room-created`. */
  readonly event: string
  /** All parameters. If a name is repeated, its first value. */
  readonly parameters: Readonly<Record<string, string>>
  readonly accountSid: Option.Option<Sid.AccountSid>
  readonly roomSid: Option.Option<Sid.RoomSid>
  readonly timestamp: Option.Option<DateTime.Utc>
}> {}

/**
 * A documented event.
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
 * Any event, distinguished by its tag. Twilio sends none for reconnection, anonymization or subscribe rules.
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
 * Orders events by timestamp; events without one come last. Twilio guarantees neither the order of delivery nor that
 * sequence numbers ascend.
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
