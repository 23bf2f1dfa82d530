/**
 * Every operation of every service, called with names that need encoding: its request, its record, and the path in its
 * errors.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Room from "@effect-twilio-video/core/Room"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Stub from "./Stub.ts"

export type Failure =
  | SubscribeRules.InvalidSubscribeRules
  | NotFound.NotFound
  | Rooms.RoomExists
  | Rooms.RoomNotInProgress
  | TwilioError.TwilioError

/** The path parameters of a call. */
export interface Place {
  readonly room: string
  readonly participant: string
  readonly track: string
}

export const byName: Place = {
  room: "ward 6/b c?x=1&y#..é",
  participant: '100% "Ali ce"/../\\😀',
  track: "his screen+1 ;Ж"
}

export const bySid: Place = { room: Stub.roomSid, participant: Stub.sid("b"), track: Stub.trackSid }

const room = "/v1/Rooms/ward%206%2Fb%20c%3Fx%3D1%26y%23..%C3%A9"
const participant = `${room}/Participants/100%25%20%22Ali%20ce%22%2F..%2F%5C%F0%9F%98%80`

/** The options of the operations below. */
const options = {
  uniqueName: "Dr. Who & co=1",
  statusCallback: "https://hooks.example/rooms?patient=Mallory",
  publisher: 'Bob "the" Builder+',
  track: "bob's cam/é",
  term: "Dr. Trent <oncology>"
}

const { publisher, statusCallback, term, track, uniqueName } = options

/** All text of the application that the operations below send. */
export const texts: ReadonlyArray<string> = [...Object.values(byName), ...Object.values(options)]

const html = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")

const strict = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/gu, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** The forms of a text in a message or a log: plain, decomposed, and as in JSON, HTML, URLs and forms. */
export const formsOf = (text: string): ReadonlyArray<string> => {
  const encoded = encodeURIComponent(text)
  const json = JSON.stringify(text).slice(1, -1)
  return [
    ...new Set([text, text.normalize("NFD"), json, html(text), encoded, strict(text), encoded.replaceAll("%20", "+")])
  ]
}

const rules = [
  SubscribeRule.include({ all: true }),
  SubscribeRule.exclude({ publisher, track, kind: "video" })
] as const

const encodedRules =
  "%5B%7B%22type%22%3A%22include%22%2C%22all%22%3Atrue%7D%2C" +
  "%7B%22type%22%3A%22exclude%22%2C%22publisher%22%3A%22Bob%20%5C%22the%5C%22%20Builder%2B%22%2C" +
  "%22track%22%3A%22bob's%20cam%2F%C3%A9%22%2C%22kind%22%3A%22video%22%7D%5D"

export interface Operation {
  /** Service and method, as in spans. */
  readonly name: string
  readonly endpoint: keyof typeof Wire.operations
  /** Returns the record, or the records of a list. */
  readonly call: (place: Place) => Effect.Effect<unknown, Failure, TwilioVideo.Services>
  /** The body of a success, and its decoded record. */
  readonly body: unknown
  readonly record: unknown
  /** The path and query for `byName`. */
  readonly url: string
  /** The body, if the operation has one. */
  readonly form?: string
  /** The path in errors for `byName`. */
  readonly maskedPath: string
  /** The target of `NotFound` for `byName`; `undefined` if the operation has no `NotFound`. */
  readonly target?: NotFound.Target
}

const one = <A, I>(codec: Schema.Codec<A, I>, body: unknown) => ({
  body,
  record: Schema.decodeUnknownSync(codec)(body)
})

const many = <A, I>(codec: Schema.Codec<A, I>, item: Record<string, unknown>, key: string) => ({
  body: Stub.list([item], null, undefined, key),
  record: [Schema.decodeUnknownSync(codec)(item)]
})

const inRoom = { resource: "room", lookup: "name" } as const
const ofParticipant = { resource: "participant", lookup: "identity" } as const

const maskedPaths = {
  rooms: "/v1/Rooms",
  room: "/v1/Rooms/{name}",
  participants: "/v1/Rooms/{name}/Participants",
  participant: "/v1/Rooms/{name}/Participants/{identity}"
}

/** The operations on a list, which differ in their default page size. */
const lists = <A>(
  service: string,
  operation: Pick<Operation, "endpoint" | "body" | "record" | "url" | "maskedPath" | "target"> & {
    readonly list: (place: Place) => Effect.Effect<Page.Page<A>, Failure, TwilioVideo.Services>
    readonly stream: (place: Place) => Stream.Stream<A, Failure, TwilioVideo.Services>
  }
): ReadonlyArray<Operation> => {
  const { list, stream, url, ...rest } = operation
  return [
    { ...rest, name: `${service}.list`, call: (place) => Effect.map(list(place), (page) => page.items), url },
    {
      ...rest,
      name: `${service}.stream`,
      call: (place) => Stream.runCollect(stream(place)),
      url: `${url}${url.includes("?") ? "&" : "?"}PageSize=1000`
    }
  ]
}

export const all: ReadonlyArray<Operation> = [
  {
    ...one(Room.RoomJson, Stub.room()),
    name: "Rooms.create",
    endpoint: "CreateRoom",
    call: () =>
      Rooms.create({
        uniqueName,
        statusCallback,
        recordingRules: rules,
        transcriptionsConfiguration: { hints: [1, "", { term }] }
      }),
    url: "/v1/Rooms",
    form:
      "UniqueName=Dr.%20Who%20%26%20co%3D1&StatusCallback=https%3A%2F%2Fhooks.example%2Frooms%3Fpatient%3DMallory" +
      `&RecordingRules=${encodedRules}&TranscriptionsConfiguration=%7B%22hints%22%3A%5B1%2C%22%22%2C%7B%22term%22%3A%22` +
      "Dr.%20Trent%20%3Concology%3E%22%7D%5D%7D",
    maskedPath: maskedPaths.rooms
  },
  {
    ...one(Room.RoomJson, Stub.room()),
    name: "Rooms.fetch",
    endpoint: "FetchRoom",
    call: ({ room }) => Rooms.fetch(room),
    url: room,
    maskedPath: maskedPaths.room,
    target: inRoom
  },
  ...lists("Rooms", {
    ...many(Room.RoomJson, Stub.room(), "rooms"),
    endpoint: "ListRoom",
    list: () => Rooms.list({ uniqueName }),
    stream: () => Rooms.stream({ uniqueName }),
    url: "/v1/Rooms?UniqueName=Dr.%20Who%20%26%20co%3D1",
    maskedPath: maskedPaths.rooms
  }),
  {
    ...one(Room.RoomJson, Stub.room({ status: "completed" })),
    name: "Rooms.complete",
    endpoint: "UpdateRoom",
    call: ({ room }) => Rooms.complete(room),
    url: room,
    form: "Status=completed",
    maskedPath: maskedPaths.room,
    target: inRoom
  },
  {
    ...one(Participant.ParticipantJson, Stub.body()),
    name: "Participants.fetch",
    endpoint: "FetchRoomParticipant",
    call: ({ participant, room }) => Participants.fetch(room, participant),
    url: participant,
    maskedPath: maskedPaths.participant,
    target: ofParticipant
  },
  ...lists("Participants", {
    ...many(Participant.ParticipantJson, Stub.body(), "participants"),
    endpoint: "ListRoomParticipant",
    list: ({ room }) => Participants.list(room, { identity: publisher }),
    stream: ({ room }) => Participants.stream(room, { identity: publisher }),
    url: `${room}/Participants?Identity=Bob%20%22the%22%20Builder%2B`,
    maskedPath: maskedPaths.participants,
    target: inRoom
  }),
  {
    ...one(Participant.ParticipantJson, Stub.body()),
    name: "Participants.update",
    endpoint: "UpdateRoomParticipant",
    call: ({ participant, room }) => Participants.disconnect(room, participant),
    url: participant,
    form: "Status=disconnected",
    maskedPath: maskedPaths.participant,
    target: ofParticipant
  },
  {
    ...one(Participant.AnonymizedParticipantJson, Stub.body({ identity: Stub.sid("b") })),
    name: "Participants.anonymize",
    endpoint: "UpdateRoomParticipantAnonymize",
    call: ({ participant, room }) => Participants.anonymize(room, participant),
    url: `${participant}/Anonymize`,
    maskedPath: `${maskedPaths.participant}/Anonymize`,
    target: ofParticipant
  },
  {
    ...one(PublishedTrack.PublishedTrackJson, Stub.publishedTrack()),
    name: "PublishedTracks.fetch",
    endpoint: "FetchRoomParticipantPublishedTrack",
    call: ({ participant, room, track }) => PublishedTracks.fetch(room, participant, track),
    url: `${participant}/PublishedTracks/his%20screen%2B1%20%3B%D0%96`,
    maskedPath: `${maskedPaths.participant}/PublishedTracks/{name}`,
    target: { resource: "published-track", lookup: "name" }
  },
  ...lists("PublishedTracks", {
    ...many(PublishedTrack.PublishedTrackJson, Stub.publishedTrack(), "published_tracks"),
    endpoint: "ListRoomParticipantPublishedTrack",
    list: ({ participant, room }) => PublishedTracks.list(room, participant),
    stream: ({ participant, room }) => PublishedTracks.stream(room, participant),
    url: `${participant}/PublishedTracks`,
    maskedPath: `${maskedPaths.participant}/PublishedTracks`,
    target: ofParticipant
  }),
  {
    ...one(SubscribedTrack.SubscribedTrackJson, Stub.subscribedTrack()),
    name: "SubscribedTracks.fetch",
    endpoint: "FetchRoomParticipantSubscribedTrack",
    // By SID only.
    call: ({ participant, room }) => SubscribedTracks.fetch(room, participant, Stub.trackSid),
    url: `${participant}/SubscribedTracks/${Stub.trackSid}`,
    maskedPath: `${maskedPaths.participant}/SubscribedTracks/${Stub.trackSid}`,
    target: { resource: "subscribed-track", lookup: "sid" }
  },
  ...lists("SubscribedTracks", {
    ...many(SubscribedTrack.SubscribedTrackJson, Stub.subscribedTrack(), "subscribed_tracks"),
    endpoint: "ListRoomParticipantSubscribedTrack",
    list: ({ participant, room }) => SubscribedTracks.list(room, participant),
    stream: ({ participant, room }) => SubscribedTracks.stream(room, participant),
    url: `${participant}/SubscribedTracks`,
    maskedPath: `${maskedPaths.participant}/SubscribedTracks`,
    target: ofParticipant
  }),
  {
    ...one(SubscribeRule.SubscribeRuleSetJson, Stub.ruleSet()),
    name: "SubscribeRules.fetch",
    endpoint: "FetchRoomParticipantSubscribeRule",
    call: ({ participant, room }) => SubscribeRules.fetch(room, participant),
    url: `${participant}/SubscribeRules`,
    maskedPath: `${maskedPaths.participant}/SubscribeRules`,
    target: ofParticipant
  },
  {
    ...one(SubscribeRule.SubscribeRuleSetJson, Stub.ruleSet()),
    name: "SubscribeRules.update",
    endpoint: "UpdateRoomParticipantSubscribeRule",
    call: ({ participant, room }) => SubscribeRules.update(room, participant, rules),
    url: `${participant}/SubscribeRules`,
    form: `Rules=${encodedRules}`,
    maskedPath: `${maskedPaths.participant}/SubscribeRules`,
    target: ofParticipant
  }
]

/** The path in errors for `bySid`. */
export const maskedPathBySid = (operation: Operation): string =>
  operation.maskedPath
    .replace("/Rooms/{name}", `/Rooms/${bySid.room}`)
    .replace("{identity}", bySid.participant)
    .replace("{name}", bySid.track)

/** All text of an error. */
export const textOf = (error: Failure): string => [error.message, error.stack, JSON.stringify(error)].join("\n")

/** The text of the application that an error contains, in any form. */
export const leaks = (error: Failure): ReadonlyArray<string> => {
  const all = textOf(error).toLowerCase()
  return texts.filter((text) => formsOf(text).some((form) => all.includes(form.toLowerCase())))
}
