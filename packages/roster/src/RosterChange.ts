/**
 * What changed in a room, as its readers see it.
 *
 * @since 0.1.0
 */
import type * as Sid from "@effect-twilio-video/core/Sid"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/**
 * A published track.
 *
 * @category models
 * @since 0.1.0
 */
export interface Track {
  readonly sid: Sid.TrackSid
  readonly kind: PublishedTrack.Kind
  /** `None` until the participant's tracks are read: callbacks have no names. */
  readonly name: Option.Option<string>
  /** False while the track is muted or the camera is off. */
  readonly isEnabled: boolean
}

/**
 * A participant who is in the room.
 *
 * @category models
 * @since 0.1.0
 */
export interface Participant {
  readonly sid: Sid.ParticipantSid
  /** `None` if the roster keeps no identities. */
  readonly identity: Option.Option<string>
  readonly status: "connected" | "reconnecting"
  /** When the participant joined. `None` if only tracks were reported so far. */
  readonly joinedAt: Option.Option<DateTime.Utc>
  readonly tracks: ReadonlyArray<Track>
  /** When the tracks were read last. `None` if only callbacks reported them. */
  readonly tracksReadAt: Option.Option<DateTime.Utc>
}

/**
 * The tags of changes. `Left` includes that the participant's tracks are unpublished. `Updated`: something else is known or
 * different, such as when the participant joined, or the name of a track.
 *
 * @category models
 * @since 0.1.0
 */
export type ParticipantTag = "Joined" | "Left" | "Reconnecting" | "Reconnected" | "Updated"

/**
 * The tags of changes of a track.
 *
 * @category models
 * @since 0.1.0
 */
export type TrackTag = "TrackPublished" | "TrackUnpublished" | "TrackEnabled" | "TrackDisabled"

interface At {
  /** When it happened, by the callback that reported it; or when the list was read that shows it. */
  readonly at: DateTime.Utc
}

/**
 * A change in a room. `participant` and `track` are as after the change, or as before it if they've gone.
 *
 * @example
 * ```ts
 * import type * as RosterChange from "@effect-twilio-video/roster/RosterChange"
 *
 * const describe = (change: RosterChange.RosterChange): string => {
 *   switch (change._tag) {
 *     case "RoomEnded":
 *       return "The room has ended."
 *     case "TrackDisabled":
 *       return `${change.participant.sid} turned ${change.track.kind} off.`
 *     default:
 *       return `${change._tag}: ${change.participant.sid}`
 *   }
 * }
 * ```
 * @category models
 * @since 0.1.0
 */
export type RosterChange =
  | ({ readonly _tag: ParticipantTag; readonly participant: Participant } & At)
  | ({ readonly _tag: TrackTag; readonly participant: Participant; readonly track: Track } & At)
  | ({ readonly _tag: "RoomEnded" } & At)

/**
 * A published track in a log, as plain JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredTrack {
  readonly sid: string
  readonly kind: string
  readonly name?: string | undefined
  readonly isEnabled: boolean
}

/**
 * A participant in a log, as plain JSON. Times are milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredParticipant {
  readonly sid: string
  readonly identity?: string | undefined
  readonly status: "connected" | "reconnecting"
  readonly joinedAt?: number | undefined
  readonly tracks: ReadonlyArray<StoredTrack>
  readonly tracksReadAt?: number | undefined
}

interface StoredAt {
  readonly at: number
}

/**
 * A {@link RosterChange} in a log, as plain JSON. Times are milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export type StoredChange =
  | ({ readonly _tag: ParticipantTag; readonly participant: StoredParticipant } & StoredAt)
  | ({ readonly _tag: TrackTag; readonly participant: StoredParticipant; readonly track: StoredTrack } & StoredAt)
  | ({ readonly _tag: "RoomEnded" } & StoredAt)

const dateOf = (millis: number | undefined): Option.Option<DateTime.Utc> =>
  millis === undefined ? Option.none() : Option.some(DateTime.makeUnsafe(millis))

const trackOf = ({ isEnabled, kind, name, sid }: StoredTrack): Track => ({
  sid: sid as Sid.TrackSid,
  kind,
  name: Option.fromUndefinedOr(name),
  isEnabled
})

/** @internal */
export const participantOf = (participant: StoredParticipant): Participant => ({
  sid: participant.sid as Sid.ParticipantSid,
  identity: Option.fromUndefinedOr(participant.identity),
  status: participant.status,
  joinedAt: dateOf(participant.joinedAt),
  tracks: participant.tracks.map(trackOf),
  tracksReadAt: dateOf(participant.tracksReadAt)
})

/** @internal */
export const fromStored = (change: StoredChange): RosterChange => {
  const at = DateTime.makeUnsafe(change.at)
  if (change._tag === "RoomEnded") return { _tag: change._tag, at }
  const participant = participantOf(change.participant)
  return "track" in change
    ? { _tag: change._tag, at, participant, track: trackOf(change.track) }
    : { _tag: change._tag, at, participant }
}
