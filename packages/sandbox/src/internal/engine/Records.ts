/**
 * The records of rooms, participants and tracks. Times are milliseconds since 1970.
 */
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Deadlines from "./Deadlines.ts"

/** What becomes due: a room ends or is forgotten, or a participant has stayed as long as allowed. */
export type Due =
  | { readonly _tag: "RoomOver" | "RoomForgotten"; readonly room: RoomRecord }
  | { readonly _tag: "TimeOver"; readonly participant: ParticipantRecord }

export type Deadline = Deadlines.Deadline<Due>

export type Status = "connected" | "reconnecting" | "disconnected"

/** What a room was made with. Durations are milliseconds. */
export interface RoomSettings {
  readonly type: string
  readonly statusCallback: string | undefined
  readonly statusCallbackMethod: "GET" | "POST"
  readonly maxParticipants: number
  readonly maxParticipantDuration: number
  /** 0: the room ends when the last participant leaves. */
  readonly emptyRoomTimeout: number
  /** 0: the room waits for ever. */
  readonly unusedRoomTimeout: number
  readonly recordParticipantsOnConnect: boolean
  readonly videoCodecs: ReadonlyArray<string>
  readonly mediaRegion: string
  readonly audioOnly: boolean
  readonly largeRoom: boolean
}

export interface RoomRecord {
  readonly sid: string
  /** The place in the order of making. */
  readonly position: number
  readonly uniqueName: string | undefined
  readonly settings: RoomSettings
  readonly created: number
  updated: number
  ended: number | undefined
  /** When something happened in it last. */
  latest: number
  /** In order of joining; never shortened, so that a participant's position is its place. */
  readonly participants: Array<ParticipantRecord>
  /** Those who have not left, by SID. */
  readonly live: Map<string, ParticipantRecord>
  /**
   * Those of them who have an identity of their own, by it. Not the anonymized: somebody else may have one's SID for an
   * identity, and a SID is no look-up by identity.
   */
  readonly named: Map<string, ParticipantRecord>
  /** When the last one left, while nobody is there; not if nobody ever was. */
  emptySince: number | undefined
  /** When the room is too old, and once it's completed, when it's forgotten. */
  deadline: Deadline | undefined
  /** When the room ends unless somebody joins. */
  idleDeadline: Deadline | undefined
  /** How many events there were for status callbacks, sent or not. */
  events: number
  /** In order of publishing; never shortened, so that a track's position is its place. */
  readonly tracks: Array<TrackRecord>
  /** Those published now, by SID. */
  readonly published: Map<string, TrackRecord>
}

export interface ParticipantRecord {
  readonly sid: string
  readonly room: RoomRecord
  readonly position: number
  identity: string
  /** The identity before anonymization, where an assumption needs it. */
  erasedIdentity: string | undefined
  status: Status
  readonly created: number
  updated: number
  ended: number | undefined
  /** Those published now, in order of publishing. */
  readonly tracks: Array<TrackRecord>
  rules: ReadonlyArray<SubscribeRule.SubscribeRule>
  rulesCreated: number | undefined
  rulesUpdated: number | undefined
  /** When the participant's time is over. */
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
