/**
 * The records of Twilio's package and of the library in one common form: dates as text, durations in Twilio's units
 * (seconds, or minutes for a room's timeouts), null for a missing value.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Room from "@effect-twilio-video/core/Room"
import type * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { RoomInstance } from "twilio/lib/rest/video/v1/room.js"
import type { ParticipantInstance } from "twilio/lib/rest/video/v1/room/participant.js"
import type { AnonymizeInstance } from "twilio/lib/rest/video/v1/room/participant/anonymize.js"
import type { PublishedTrackInstance } from "twilio/lib/rest/video/v1/room/participant/publishedTrack.js"
import type { SubscribedTrackInstance } from "twilio/lib/rest/video/v1/room/participant/subscribedTrack.js"
import type { SubscribeRulesInstance } from "twilio/lib/rest/video/v1/room/participant/subscribeRules.js"

export interface RoomView {
  readonly sid: string
  readonly accountSid: string | null
  readonly uniqueName: string
  readonly status: string
  readonly type: string
  readonly dateCreated: string | null
  readonly dateUpdated: string | null
  readonly endTime: string | null
  readonly duration: number | null
  readonly statusCallback: string | null
  readonly statusCallbackMethod: string | null
  readonly maxParticipants: number | null
  readonly maxParticipantDuration: number | null
  readonly maxConcurrentPublishedTracks: number | null
  readonly recordParticipantsOnConnect: boolean | null
  readonly videoCodecs: ReadonlyArray<string>
  readonly mediaRegion: string | null
  readonly audioOnly: boolean | null
  readonly emptyRoomTimeout: number | null
  readonly unusedRoomTimeout: number | null
  readonly largeRoom: boolean | null
  readonly enableTurn: boolean | null
  readonly url: string | null
  readonly links: Readonly<Record<string, string>>
}

export interface AnonymizedView {
  readonly sid: string
  readonly roomSid: string
  readonly accountSid: string | null
  readonly status: string
  readonly identity: string
  readonly dateCreated: string | null
  readonly dateUpdated: string | null
  readonly startTime: string | null
  readonly endTime: string | null
  readonly duration: number | null
  readonly url: string | null
}

export interface ParticipantView extends AnonymizedView {
  readonly links: Readonly<Record<string, string>>
}

export interface TrackView {
  readonly sid: string
  readonly roomSid: string
  readonly participantSid: string
  readonly name: string
  readonly kind: string
  readonly enabled: boolean
  readonly dateCreated: string | null
  readonly dateUpdated: string | null
  readonly url: string | null
}

export interface SubscribedTrackView extends TrackView {
  readonly publisherSid: string
}

export interface RuleView {
  readonly type: string | null
  readonly all: boolean | null
  readonly publisher: string | null
  readonly track: string | null
  readonly kind: string | null
  readonly priority: string | null
}

export interface RulesView {
  readonly participantSid: string
  readonly roomSid: string
  readonly rules: ReadonlyArray<RuleView>
  readonly dateCreated: string | null
  readonly dateUpdated: string | null
}

// The package's types don't include null, but its records do.
const officialDate = (date: Date | null): string | null => (date === null ? null : date.toISOString())

export const ofOfficialAnonymized = (instance: ParticipantInstance | AnonymizeInstance): AnonymizedView => ({
  sid: instance.sid,
  roomSid: instance.roomSid,
  accountSid: instance.accountSid,
  status: instance.status,
  identity: instance.identity,
  dateCreated: officialDate(instance.dateCreated),
  dateUpdated: officialDate(instance.dateUpdated),
  startTime: officialDate(instance.startTime),
  endTime: officialDate(instance.endTime),
  duration: instance.duration,
  url: instance.url
})

export const ofOfficialRoom = (instance: RoomInstance): RoomView => ({
  sid: instance.sid,
  accountSid: instance.accountSid,
  uniqueName: instance.uniqueName,
  status: instance.status,
  type: instance.type,
  dateCreated: officialDate(instance.dateCreated),
  dateUpdated: officialDate(instance.dateUpdated),
  endTime: officialDate(instance.endTime),
  duration: instance.duration,
  statusCallback: instance.statusCallback,
  statusCallbackMethod: instance.statusCallbackMethod,
  maxParticipants: instance.maxParticipants,
  maxParticipantDuration: instance.maxParticipantDuration,
  maxConcurrentPublishedTracks: instance.maxConcurrentPublishedTracks,
  recordParticipantsOnConnect: instance.recordParticipantsOnConnect,
  videoCodecs: instance.videoCodecs,
  mediaRegion: instance.mediaRegion,
  audioOnly: instance.audioOnly,
  emptyRoomTimeout: instance.emptyRoomTimeout,
  unusedRoomTimeout: instance.unusedRoomTimeout,
  largeRoom: instance.largeRoom,
  enableTurn: instance.enableTurn,
  url: instance.url,
  links: instance.links
})

export const ofOfficial = (instance: ParticipantInstance): ParticipantView => ({
  ...ofOfficialAnonymized(instance),
  links: instance.links
})

export const ofOfficialTrack = (instance: PublishedTrackInstance | SubscribedTrackInstance): TrackView => ({
  sid: instance.sid,
  roomSid: instance.roomSid,
  participantSid: instance.participantSid,
  name: instance.name,
  kind: instance.kind,
  enabled: instance.enabled,
  dateCreated: officialDate(instance.dateCreated),
  dateUpdated: officialDate(instance.dateUpdated),
  url: instance.url
})

export const ofOfficialSubscribedTrack = (instance: SubscribedTrackInstance): SubscribedTrackView => ({
  ...ofOfficialTrack(instance),
  publisherSid: instance.publisherSid
})

const ruleView = (rule: { readonly [K in keyof RuleView]?: RuleView[K] | undefined }): RuleView => ({
  type: rule.type ?? null,
  all: rule.all ?? null,
  publisher: rule.publisher ?? null,
  track: rule.track ?? null,
  kind: rule.kind ?? null,
  priority: rule.priority ?? null
})

export const ofOfficialRules = (instance: SubscribeRulesInstance): RulesView => ({
  participantSid: instance.participantSid,
  roomSid: instance.roomSid,
  rules: instance.rules.map(ruleView),
  dateCreated: officialDate(instance.dateCreated),
  dateUpdated: officialDate(instance.dateUpdated)
})

const ourDate = (date: Option.Option<DateTime.Utc>): string | null =>
  Option.getOrNull(Option.map(date, DateTime.formatIso))

const ourSeconds = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.getOrNull(Option.map(duration, Duration.toSeconds))

const ourMinutes = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.getOrNull(Option.map(duration, Duration.toMinutes))

export const ofOursRoom = (room: Room.Room): RoomView => ({
  sid: room.sid,
  accountSid: Option.getOrNull(room.accountSid),
  uniqueName: room.uniqueName,
  status: room.status,
  type: room.type,
  dateCreated: DateTime.formatIso(room.dateCreated),
  dateUpdated: ourDate(room.dateUpdated),
  endTime: ourDate(room.endTime),
  duration: ourSeconds(room.duration),
  statusCallback: Option.getOrNull(room.statusCallback),
  statusCallbackMethod: Option.getOrNull(room.statusCallbackMethod),
  maxParticipants: Option.getOrNull(room.maxParticipants),
  maxParticipantDuration: ourSeconds(room.maxParticipantDuration),
  maxConcurrentPublishedTracks: Option.getOrNull(room.maxConcurrentPublishedTracks),
  recordParticipantsOnConnect: Option.getOrNull(room.recordParticipantsOnConnect),
  videoCodecs: room.videoCodecs,
  mediaRegion: Option.getOrNull(room.mediaRegion),
  audioOnly: Option.getOrNull(room.audioOnly),
  emptyRoomTimeout: ourMinutes(room.emptyRoomTimeout),
  unusedRoomTimeout: ourMinutes(room.unusedRoomTimeout),
  largeRoom: Option.getOrNull(room.largeRoom),
  enableTurn: Option.getOrNull(room.enableTurn),
  url: Option.getOrNull(room.url),
  links: room.links
})

export const ofOursAnonymized = (
  participant: Participant.Participant | Participant.AnonymizedParticipant
): AnonymizedView => ({
  sid: participant.sid,
  roomSid: participant.roomSid,
  accountSid: Option.getOrNull(participant.accountSid),
  status: participant.status,
  identity: participant.identity,
  dateCreated: DateTime.formatIso(participant.dateCreated),
  dateUpdated: ourDate(participant.dateUpdated),
  startTime: ourDate(participant.startTime),
  endTime: ourDate(participant.endTime),
  duration: ourSeconds(participant.duration),
  url: Option.getOrNull(participant.url)
})

export const ofOurs = (participant: Participant.Participant): ParticipantView => ({
  ...ofOursAnonymized(participant),
  links: participant.links
})

export const ofOursTrack = (track: PublishedTrack.PublishedTrack | SubscribedTrack.SubscribedTrack): TrackView => ({
  sid: track.sid,
  roomSid: track.roomSid,
  participantSid: track.participantSid,
  name: track.name,
  kind: track.kind,
  enabled: track.enabled,
  dateCreated: DateTime.formatIso(track.dateCreated),
  dateUpdated: ourDate(track.dateUpdated),
  url: Option.getOrNull(track.url)
})

export const ofOursSubscribedTrack = (track: SubscribedTrack.SubscribedTrack): SubscribedTrackView => ({
  ...ofOursTrack(track),
  publisherSid: track.publisherSid
})

export const ofOursRules = (set: SubscribeRule.SubscribeRuleSet): RulesView => ({
  participantSid: set.participantSid,
  roomSid: set.roomSid,
  rules: set.rules.map(ruleView),
  dateCreated: ourDate(set.dateCreated),
  dateUpdated: ourDate(set.dateUpdated)
})
