/**
 * Reads lists from Twilio, and adds them to the store as facts.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import type * as Room from "@effect-twilio-video/core/Room"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RoomState from "../RoomState.ts"
import type * as RosterFact from "../RosterFact.ts"
import type * as RosterStore from "../RosterStore.ts"
import * as Membership from "./Membership.ts"
import * as Sequence from "./Sequence.ts"

export type ReadError = NotFound.NotFound | TwilioError.TwilioError | RosterStore.RosterUnavailable

export interface Reading {
  /** Reads who is in a room. */
  readonly participants: (room: RosterFact.InRoom) => Effect.Effect<RosterStore.StoredRoom, ReadError>
  /** Reads the tracks that a participant publishes. */
  readonly tracks: (room: RosterFact.InRoom, participantSid: string) => Effect.Effect<RosterStore.StoredRoom, ReadError>
  /** Reads a room's record, by SID or name. */
  readonly room: (room: string) => Effect.Effect<RosterFact.InRoom, ReadError>
  /** Reads which rooms are in progress, and learns of those that have ended. */
  readonly rooms: Effect.Effect<void, Exclude<ReadError, NotFound.NotFound>>
}

interface Complete<A> {
  readonly items: ReadonlyArray<A>
  /** False if a record couldn't be decoded. */
  readonly isComplete: boolean
}

const pageSize = 1000

/** All pages of a list. */
const all = <A, E, R>(
  list: (options: { readonly pageSize: number; readonly pageToken?: string }) => Effect.Effect<Page.Page<A>, E, R>
): Effect.Effect<Complete<A>, E, R> =>
  Effect.gen(function* () {
    const items: Array<A> = []
    let isComplete = true
    let pageToken: string | undefined
    do {
      const page: Page.Page<A> = yield* list({ pageSize, ...(pageToken === undefined ? {} : { pageToken }) })
      items.push(...page.items)
      isComplete &&= page.undecodable.length === 0
      pageToken = Option.getOrUndefined(page.nextPageToken)
    } while (pageToken !== undefined)
    return { items, isComplete }
  })

const millis = (date: Option.Option<DateTime.Utc>): number | undefined =>
  Option.isSome(date) ? date.value.epochMilliseconds : undefined

const inRoom = ({ sid, uniqueName }: Room.Room): RosterFact.InRoom => ({
  roomSid: sid,
  roomName: uniqueName
})

const recordOf = (room: Room.Room, now: number): RosterFact.RoomRead => ({
  ...inRoom(room),
  _tag: "RoomRead",
  created: room.dateCreated.epochMilliseconds,
  ...(room.status === "in-progress" ? {} : { ended: millis(room.endTime) ?? now })
})

const present = (room: RoomState.RoomState): ReadonlyArray<string> =>
  Object.entries(room.participants).flatMap(([sid, participant]) =>
    RoomState.isPresent(room, participant) ? [sid] : []
  )

interface Listed {
  readonly connected: Complete<Participant.Participant>
  readonly reconnecting: Complete<Participant.Participant>
}

const listed = (
  { connected, reconnecting }: Listed,
  known: ReadonlyArray<string>
): Pick<RosterFact.ParticipantsListed, "absent" | "isComplete" | "participants"> => {
  const bySid = new Map(
    // Participants in both lists have connected again.
    [...reconnecting.items, ...connected.items].map((participant) => [participant.sid as string, participant])
  )
  return {
    isComplete: connected.isComplete && reconnecting.isComplete,
    participants: [...bySid.values()].map(({ dateCreated, identity, sid, startTime, status }) => ({
      sid,
      identity,
      joined: millis(startTime) ?? dateCreated.epochMilliseconds,
      status: status === "reconnecting" ? ("reconnecting" as const) : ("connected" as const)
    })),
    absent: known.filter((sid) => !bySid.has(sid))
  }
}

interface Services {
  readonly participants: Participants.Service
  readonly rooms: Rooms.Service
  readonly tracks: PublishedTracks.Service
}

type Store = Pick<RosterStore.Service, "apply" | "read" | "rooms">

const stateOf = (store: Store, room: RosterFact.InRoom) =>
  Effect.map(store.read(room.roomSid), (stored) => stored?.state ?? RoomState.empty(room))

/**
 * Twilio may list those who reconnect only under that status. Participants who begin to reconnect between the two requests
 * are in neither list, so look again before anybody counts as gone.
 */
const listParticipants = Effect.fnUntraced(function* (
  { participants }: Services,
  roomSid: string,
  known: ReadonlyArray<string>
) {
  const lists = (status: Participant.KnownStatus) =>
    all((options) => participants.list(roomSid, { ...options, status }))
  const reconnecting = yield* lists("reconnecting")
  const connected = yield* lists("connected")
  const first = listed({ connected, reconnecting }, known)
  if (first.absent.length === 0) return first
  const again = yield* lists("reconnecting")
  const items = [...reconnecting.items, ...again.items]
  return listed({ connected, reconnecting: { items, isComplete: reconnecting.isComplete && again.isComplete } }, known)
})

const readRoom = Effect.fnUntraced(function* ({ rooms }: Services, room: string) {
  const record = yield* rooms.fetch(room)
  return recordOf(record, yield* Clock.currentTimeMillis)
})

const readRooms = Effect.fnUntraced(function* (store: Store, services: Services) {
  const known = new Map((yield* store.rooms).map((room) => [room.roomSid, room]))
  const inProgress = yield* all((options) => services.rooms.list({ ...options, status: "in-progress" }))
  const now = yield* Clock.currentTimeMillis
  for (const room of inProgress.items) {
    if (!known.delete(room.sid)) yield* store.apply(inRoom(room), [recordOf(room, now)])
  }
  // Those that aren't listed have ended, unless they're new or couldn't be decoded.
  for (const room of known.values()) {
    const record = yield* readRoom(services, room.roomSid).pipe(Effect.catchTag("NotFound", () => Effect.undefined))
    if (record?.ended !== undefined) yield* store.apply(room, [record])
  }
})

const listOf = Effect.fnUntraced(function* (store: Store, services: Services, room: RosterFact.InRoom) {
  const state = yield* stateOf(store, room)
  const readAt = yield* Clock.currentTimeMillis
  const lists = yield* listParticipants(services, room.roomSid, present(state))
  // Both lists are empty in a room that has ended.
  const record = lists.participants.length === 0 ? [yield* readRoom(services, room.roomSid)] : []
  const list: RosterFact.ParticipantsListed = {
    ...room,
    ...lists,
    _tag: "ParticipantsListed",
    at: RoomState.timeOf(state, readAt),
    readAt,
    sequence: Sequence.highest(state.sequence)
  }
  return { list, facts: [list, ...record] }
})

/** Whether somebody would be there who isn't in the list, and of whom the clocks leave open whether they joined after it. */
const contradicts = (list: RosterFact.ParticipantsListed, room: RoomState.RoomState): boolean => {
  const state = RoomState.apply(room, list)
  const isOpen = (participant: RoomState.ParticipantState) => {
    const { found = Membership.never, seen = Membership.never } = participant
    return RoomState.isPresent(state, participant) && found < list.at && seen <= list.at + Membership.clockSkew
  }
  return list.isComplete && Object.values(state.participants).some(isOpen)
}

const readParticipants = Effect.fnUntraced(function* (store: Store, services: Services, room: RosterFact.InRoom) {
  const { facts, list } = yield* listOf(store, services, room)
  // A callback arrived meanwhile, of somebody who either left before the list, or joined after it. Another list tells.
  const isContradicted = contradicts(list, yield* stateOf(store, room))
  return yield* store.apply(room, isContradicted ? (yield* listOf(store, services, room)).facts : facts)
})

const readTracks = Effect.fnUntraced(function* (
  store: Store,
  { tracks }: Services,
  room: RosterFact.InRoom,
  participantSid: string
) {
  const state = yield* stateOf(store, room)
  const readAt = yield* Clock.currentTimeMillis
  const { isComplete, items } = yield* all((options) => tracks.list(room.roomSid, participantSid, options))
  const found = new Set(items.map(({ sid }) => sid as string))
  const known = Object.keys(state.participants[participantSid]?.tracks ?? {})
  const fact: RosterFact.TracksListed = {
    ...room,
    _tag: "TracksListed",
    at: RoomState.timeOf(state, readAt),
    isComplete,
    participantSid,
    tracks: items.map(({ enabled, kind, name, sid }) => ({ sid, kind, name, isEnabled: enabled })),
    absent: known.filter((sid) => !found.has(sid))
  }
  return yield* store.apply(room, [fact])
})

/** Reads with the operations of the context. */
export const make = Effect.fnUntraced(function* (
  store: Store
): Effect.fn.Return<Reading, never, Participants.Participants | PublishedTracks.PublishedTracks | Rooms.Rooms> {
  const services: Services = {
    participants: yield* Participants.Participants,
    rooms: yield* Rooms.Rooms,
    tracks: yield* PublishedTracks.PublishedTracks
  }
  return {
    rooms: readRooms(store, services),
    participants: (room) => readParticipants(store, services, room),
    tracks: (room, participantSid) => readTracks(store, services, room, participantSid),
    room: Effect.fnUntraced(function* (room) {
      const record = yield* readRoom(services, room)
      yield* store.apply(record, [record])
      return { roomSid: record.roomSid, roomName: record.roomName }
    })
  }
})
