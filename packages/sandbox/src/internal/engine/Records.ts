/**
 * The records of rooms, participants and tracks. Times are milliseconds since 1970.
 */
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Deadlines from "./Deadlines.ts"
import type { RecordIndex } from "./RecordIndex.ts"

/** What a deadline does: end a room, remove it, or disconnect a participant who has reached the longest stay. */
export type Due =
  | { readonly _tag: "RoomOver" | "RoomForgotten"; readonly room: RoomRecord }
  | { readonly _tag: "TimeOver"; readonly participant: ParticipantRecord }

export type Deadline = Deadlines.Deadline<Due>

export type Status = "connected" | "reconnecting" | "disconnected"

/** The settings of a room. Durations are milliseconds. */
export interface RoomSettings {
  readonly type: string
  readonly statusCallback: string | undefined
  readonly statusCallbackMethod: "GET" | "POST"
  readonly maxParticipants: number
  readonly maxParticipantDuration: number
  /** 0 ends the room when its last participant leaves. */
  readonly emptyRoomTimeout: number
  /** 0 is no limit. */
  readonly unusedRoomTimeout: number
  readonly recordParticipantsOnConnect: boolean
  readonly videoCodecs: ReadonlyArray<string>
  readonly mediaRegion: string
  readonly audioOnly: boolean
  readonly largeRoom: boolean
}

export interface RoomRecord {
  readonly sid: string
  /** The room's index in the order of creation. */
  readonly position: number
  readonly uniqueName: string | undefined
  readonly settings: RoomSettings
  readonly created: number
  updated: number
  ended: number | undefined
  /** The time of its latest change. */
  latest: number
  /** In order of joining. Nobody is removed, so a participant's position is its index. */
  readonly participants: Array<ParticipantRecord>
  /** The participants by status and identity. */
  readonly roster: RecordIndex<ParticipantRecord, Status>
  /** When the last participant left. `undefined` while somebody is in the room, and if nobody has ever joined. */
  emptySince: number | undefined
  /** The maximum age of a room in progress; the removal of a completed one. */
  deadline: Deadline | undefined
  /** The unused or empty timeout: the room ends unless somebody joins before. */
  idleDeadline: Deadline | undefined
  /** The number of status callback events so far, sent or not. */
  events: number
  /** In order of publication. No track is removed, so a track's position is its index. */
  readonly tracks: Array<TrackRecord>
  /** The tracks that are published now, by SID. */
  readonly published: Map<string, TrackRecord>
}

export interface ParticipantRecord {
  readonly sid: string
  readonly room: RoomRecord
  readonly position: number
  identity: string
  /** The identity before anonymization; kept only for the assumption `identityFilterFindsAnonymized`. */
  erasedIdentity: string | undefined
  status: Status
  readonly created: number
  updated: number
  ended: number | undefined
  /** The tracks that are published now, in order of publication. */
  readonly tracks: Array<TrackRecord>
  rules: ReadonlyArray<SubscribeRule.SubscribeRule>
  rulesCreated: number | undefined
  rulesUpdated: number | undefined
  /** The longest stay: the participant is disconnected then. */
  deadline: Deadline | undefined
}

export class TrackRecord implements SubscribeRules.RoomTrack {
  readonly sid: string
  readonly publisher: ParticipantRecord
  readonly position: number
  readonly name: string
  readonly kind: PublishedTrack.KnownKind
  readonly created: number
  enabled: boolean
  updated: number | undefined
  unpublished: number | undefined

  constructor(
    track: Pick<TrackRecord, "sid" | "publisher" | "position" | "name" | "kind" | "created" | "enabled"> &
      Partial<Pick<TrackRecord, "updated" | "unpublished">>
  ) {
    this.sid = track.sid
    this.publisher = track.publisher
    this.position = track.position
    this.name = track.name
    this.kind = track.kind
    this.created = track.created
    this.enabled = track.enabled
    this.updated = track.updated
    this.unpublished = track.unpublished
  }

  get publisherSid(): string {
    return this.publisher.sid
  }

  get publisherIdentity(): string {
    return this.publisher.identity
  }
}
