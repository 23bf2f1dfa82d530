/**
 * A small model of Twilio Video's rooms: what is documented of them, and what the sandbox assumes by default where
 * nothing is, as naive code over plain data. Shares no code with the sandbox or with the library, and sends nothing;
 * SIDs and the passing of time are told to it.
 */

export interface Rule {
  readonly type: "include" | "exclude"
  readonly all?: true
  readonly publisher?: string
  readonly track?: string
  readonly kind?: Kind
}

export type Kind = "audio" | "video" | "data"

export interface Track {
  readonly sid: string
  /** The place in the order in which everything came to be, in the whole world. */
  readonly order: number
  readonly name: string
  readonly kind: Kind
  readonly created: number
  enabled: boolean
  updated: number | undefined
}

export interface Participant {
  readonly sid: string
  readonly order: number
  readonly created: number
  identity: string
  status: "connected" | "reconnecting" | "disconnected"
  updated: number
  ended: number | undefined
  /** Those published now. */
  tracks: Array<Track>
  rules: ReadonlyArray<Rule>
  rulesCreated: number | undefined
  rulesUpdated: number | undefined
}

/** Durations are milliseconds. No empty timeout ends a room when the last one leaves; no unused one lets it wait. */
export interface Limits {
  readonly maxParticipants: number
  readonly maxParticipantDuration: number
  readonly emptyRoomTimeout: number
  readonly unusedRoomTimeout: number
}

export interface Room {
  readonly sid: string
  readonly order: number
  readonly created: number
  readonly name: string | undefined
  readonly limits: Limits
  updated: number
  ended: number | undefined
  readonly participants: Array<Participant>
}

/** The timeouts, each by what it is about. */
export type Timeout = "unused" | "empty" | "duration" | "age"

export interface World {
  now: number
  /** How many things came to be. */
  count: number
  readonly accountSid: string
  rooms: Array<Room>
  /** How often each timeout ended a room or a participant's stay, and how often a newcomer did. */
  readonly happened: Record<Timeout | "duplicate", number>
}

/** A refusal: the error's tag with what tells it from others of its tag, and Twilio's code where there is one. */
export interface Refusal {
  readonly error: string
  readonly code: number | undefined
}

/** A record as plain data, dates as Twilio writes them; an item has its place in the order for paging. */
export interface Item {
  readonly order: number
  readonly view: unknown
}

export type Outcome = { readonly value: unknown } | Refusal

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute

const oldestAge = 24 * hour

const usual: Limits = {
  maxParticipants: 50,
  maxParticipantDuration: 4 * hour,
  emptyRoomTimeout: 5 * minute,
  unusedRoomTimeout: 5 * minute
}

export const make = (accountSid: string, now: number): World => ({
  now,
  count: 0,
  accountSid,
  rooms: [],
  happened: { unused: 0, empty: 0, duration: 0, age: 0, duplicate: 0 }
})

// ---- how records look ----

const date = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

const dateOrNull = (millis: number | undefined): string | null => (millis === undefined ? null : date(millis))

const wholeSeconds = (from: number, to: number | undefined): number | null =>
  to === undefined ? null : Math.floor((to - from) / second)

const viewRoom = (world: World, room: Room) => {
  const path = `/v1/Rooms/${room.sid}`
  return {
    sid: room.sid,
    accountSid: world.accountSid,
    uniqueName: room.name ?? room.sid,
    status: room.ended === undefined ? "in-progress" : "completed",
    type: "group",
    dateCreated: date(room.created),
    dateUpdated: date(room.updated),
    endTime: dateOrNull(room.ended),
    duration: wholeSeconds(room.created, room.ended),
    maxParticipants: room.limits.maxParticipants,
    maxParticipantDuration: room.limits.maxParticipantDuration / second,
    emptyRoomTimeout: room.limits.emptyRoomTimeout / minute,
    unusedRoomTimeout: room.limits.unusedRoomTimeout / minute,
    path,
    participants: `${path}/Participants`
  }
}

const viewParticipant = (world: World, room: Room, participant: Participant) => {
  const path = `/v1/Rooms/${room.sid}/Participants/${participant.sid}`
  return {
    sid: participant.sid,
    roomSid: room.sid,
    accountSid: world.accountSid,
    identity: participant.identity,
    status: participant.status,
    dateCreated: date(participant.created),
    dateUpdated: date(participant.updated),
    startTime: date(participant.created),
    endTime: dateOrNull(participant.ended),
    duration: wholeSeconds(participant.created, participant.ended),
    path,
    links: {
      published_tracks: `${path}/PublishedTracks`,
      subscribed_tracks: `${path}/SubscribedTracks`,
      subscribe_rules: `${path}/SubscribeRules`,
      anonymize: `${path}/Anonymize`
    }
  }
}

const viewPublished = (room: Room, publisher: Participant, track: Track) => ({
  sid: track.sid,
  roomSid: room.sid,
  participantSid: publisher.sid,
  name: track.name,
  kind: track.kind,
  enabled: track.enabled,
  dateCreated: date(track.created),
  dateUpdated: dateOrNull(track.updated),
  path: `/v1/Rooms/${room.sid}/Participants/${publisher.sid}/PublishedTracks/${track.sid}`
})

const viewSubscribed = (room: Room, subscriber: Participant, publisher: Participant, track: Track) => ({
  ...viewPublished(room, publisher, track),
  participantSid: subscriber.sid,
  publisherSid: publisher.sid,
  path: `/v1/Rooms/${room.sid}/Participants/${subscriber.sid}/SubscribedTracks/${track.sid}`
})

const viewRules = (room: Room, participant: Participant) => ({
  participantSid: participant.sid,
  roomSid: room.sid,
  rules: participant.rules,
  dateCreated: dateOrNull(participant.rulesCreated),
  dateUpdated: dateOrNull(participant.rulesUpdated)
})

// ---- refusals ----

const refusal = (error: string, code?: number): Refusal => ({ error, code })

const unsent = refusal("TwilioError InvalidArgument")

const completed = refusal("TwilioError InvalidRequest", 53118)

export const isRefusal = (found: object): found is Refusal => "error" in found

// ---- looking up ----

const isSid = (prefix: "RM" | "PA" | "MT", text: string): boolean => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(text)

export const isLive = (participant: Participant): boolean => participant.status !== "disconnected"

export const isOpen = (room: Room): boolean => room.ended === undefined

export const findRoom = (world: World, address: string): Room | undefined =>
  isSid("RM", address)
    ? world.rooms.find((room) => room.sid === address)
    : world.rooms.find((room) => isOpen(room) && room.name === address)

export const findParticipant = (room: Room, address: string): Participant | undefined =>
  isSid("PA", address)
    ? room.participants.find((participant) => participant.sid === address)
    : room.participants.find((participant) => isLive(participant) && participant.identity === address)

const findTrack = (participant: Participant, address: string): Track | undefined =>
  isSid("MT", address)
    ? participant.tracks.find((track) => track.sid === address)
    : participant.tracks.find((track) => track.name === address)

/** What no URL can carry, so that the client sends nothing. */
export const isUnsendable = (segment: string): boolean =>
  segment === "" || segment === "." || segment === ".." || !segment.isWellFormed()

const restRoom = (world: World, address: string): Room | Refusal => {
  if (isUnsendable(address)) return unsent
  return findRoom(world, address) ?? refusal(`NotFound room by ${isSid("RM", address) ? "sid" : "name"}`, 20404)
}

interface Place {
  readonly room: Room
  readonly participant: Participant
}

const restParticipant = (world: World, roomAddress: string, address: string): Place | Refusal => {
  if (isUnsendable(roomAddress) || isUnsendable(address)) return unsent
  const room = findRoom(world, roomAddress)
  const participant = room && findParticipant(room, address)
  return room === undefined || participant === undefined
    ? refusal(`NotFound participant by ${isSid("PA", address) ? "sid" : "identity"}`, 20404)
    : { room, participant }
}

const controlRoom = (world: World, address: string): Room | Refusal =>
  findRoom(world, address) ?? refusal("SandboxError no-such-room", 53106)

const controlParticipant = (world: World, roomAddress: string, address: string): Place | Refusal => {
  const room = controlRoom(world, roomAddress)
  if (isRefusal(room)) return room
  const participant = findParticipant(room, address)
  return participant === undefined ? refusal("SandboxError no-such-participant", 53204) : { room, participant }
}

// ---- time ----

const disconnect = (participant: Participant, at: number): void => {
  participant.status = "disconnected"
  participant.ended = at
  participant.updated = at
  participant.tracks = []
}

const complete = (room: Room, at: number): void => {
  for (const participant of room.participants.filter(isLive)) disconnect(participant, at)
  room.ended = at
  room.updated = at
}

interface Due {
  readonly at: number
  readonly timeout: Timeout
  readonly happen: () => void
}

const duesOf = (room: Room): ReadonlyArray<Due> => {
  const { emptyRoomTimeout, maxParticipantDuration, unusedRoomTimeout } = room.limits
  const end = (timeout: Timeout, at: number): Due => ({ at, timeout, happen: () => complete(room, at) })
  const dues = [end("age", room.created + oldestAge)]
  if (room.participants.length === 0) {
    if (unusedRoomTimeout > 0) dues.push(end("unused", room.created + unusedRoomTimeout))
  } else if (!room.participants.some(isLive)) {
    const lastLeft = Math.max(...room.participants.map((participant) => participant.ended ?? 0))
    dues.push(end("empty", lastLeft + emptyRoomTimeout))
  }
  for (const participant of room.participants.filter(isLive)) {
    const at = participant.created + maxParticipantDuration
    dues.push({ at, timeout: "duration", happen: () => disconnect(participant, at) })
  }
  return dues
}

const nextDue = (world: World): Due | undefined =>
  world.rooms
    .filter(isOpen)
    .flatMap(duesOf)
    .reduce<Due | undefined>((first, due) => (first === undefined || due.at < first.at ? due : first), undefined)

/** When the next timeout is due, if any is. */
export const nextDeadline = (world: World): number | undefined => nextDue(world)?.at

/** Lets time go on: what becomes due happens at its own time, in order. */
export const advance = (world: World, to: number): void => {
  for (let due = nextDue(world); due !== undefined && due.at <= to; due = nextDue(world)) {
    due.happen()
    world.happened[due.timeout] += 1
  }
  world.now = to
}

const movedOrNot = (at: number | undefined, by: number): number | undefined => (at === undefined ? undefined : at + by)

/** The same world, earlier or later. */
export const moved = (world: World, by: number): World => ({
  ...world,
  now: world.now + by,
  rooms: world.rooms.map((room) => ({
    ...room,
    created: room.created + by,
    updated: room.updated + by,
    ended: movedOrNot(room.ended, by),
    participants: room.participants.map((participant) => ({
      ...participant,
      created: participant.created + by,
      updated: participant.updated + by,
      ended: movedOrNot(participant.ended, by),
      rulesCreated: movedOrNot(participant.rulesCreated, by),
      rulesUpdated: movedOrNot(participant.rulesUpdated, by),
      tracks: participant.tracks.map((track) => ({
        ...track,
        created: track.created + by,
        updated: movedOrNot(track.updated, by)
      }))
    }))
  }))
})

// ---- rooms ----

export interface Creation extends Partial<Limits> {
  readonly uniqueName?: string
}

const isTaken = (world: World, name: string | undefined): boolean =>
  name !== undefined && world.rooms.some((room) => isOpen(room) && room.name === name)

const addRoom = (world: World, sid: string, { uniqueName, ...limits }: Creation): Outcome => {
  const room: Room = {
    sid,
    order: world.count++,
    created: world.now,
    name: uniqueName,
    limits: { ...usual, ...limits },
    updated: world.now,
    ended: undefined,
    participants: []
  }
  world.rooms.push(room)
  return { value: viewRoom(world, room) }
}

const isOutside = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && (value < least || value > most)

export const createRoom = (world: World, sid: string, creation: Creation): Outcome => {
  const { emptyRoomTimeout, maxParticipantDuration, maxParticipants, uniqueName, unusedRoomTimeout } = creation
  if (uniqueName === "" || uniqueName?.isWellFormed() === false) return unsent
  const invalid = (code: number) => refusal("TwilioError InvalidRequest", code)
  if (uniqueName !== undefined && [...uniqueName].length > 128) return invalid(53101)
  if (isOutside(maxParticipants, 1, 50)) return invalid(53107)
  if (isOutside(emptyRoomTimeout, minute, hour) || isOutside(unusedRoomTimeout, minute, hour)) return invalid(53109)
  if (isOutside(maxParticipantDuration, 10 * minute, 24 * hour)) return invalid(53123)
  return isTaken(world, uniqueName) ? refusal("RoomExists", 53113) : addRoom(world, sid, creation)
}

/** The control, which has neither Twilio's ranges nor its defaults for rooms made by REST alone. */
export const openRoom = (world: World, sid: string, creation: Creation): Outcome =>
  isTaken(world, creation.uniqueName) ? refusal("SandboxError room-exists", 53113) : addRoom(world, sid, creation)

export const fetchRoom = (world: World, address: string): Outcome => {
  const room = restRoom(world, address)
  return isRefusal(room) ? room : { value: viewRoom(world, room) }
}

export const completeRoom = (world: World, address: string): Outcome => {
  const room = restRoom(world, address)
  if (isRefusal(room)) return room
  if (!isOpen(room)) return refusal("RoomNotInProgress", 53112)
  complete(room, world.now)
  return { value: viewRoom(world, room) }
}

export const completeRoomByControl = (world: World, address: string): Outcome => {
  const room = controlRoom(world, address)
  if (isRefusal(room)) return room
  if (!isOpen(room)) return refusal("SandboxError room-completed", 53118)
  complete(room, world.now)
  return { value: viewRoom(world, room) }
}

/** Filters as a caller gives them; dates are milliseconds, and are sent in whole seconds. */
export interface Dates {
  readonly dateCreatedAfter?: number
  readonly dateCreatedBefore?: number
}

export interface RoomFilters extends Dates {
  readonly status?: string
  readonly uniqueName?: string
}

const isWithin = (created: number, { dateCreatedAfter, dateCreatedBefore }: Dates): boolean => {
  const at = Math.floor(created / second)
  return (
    (dateCreatedAfter === undefined || at >= Math.floor(dateCreatedAfter / second)) &&
    (dateCreatedBefore === undefined || at < Math.floor(dateCreatedBefore / second))
  )
}

const newestFirst = (items: ReadonlyArray<Item>): ReadonlyArray<Item> =>
  [...items].sort((one, other) => other.order - one.order)

export const listRooms = (world: World, filters: RoomFilters): ReadonlyArray<Item> =>
  newestFirst(
    world.rooms
      .filter((room) => (isOpen(room) ? "in-progress" : "completed") === (filters.status ?? "in-progress"))
      .filter((room) => filters.uniqueName === undefined || (room.name ?? room.sid) === filters.uniqueName)
      .filter((room) => isWithin(room.created, filters))
      .map((room) => ({ order: room.order, view: viewRoom(world, room) }))
  )

// ---- participants ----

const identityLength = (identity: string): number =>
  [...identity].reduce((length, character) => length + (character > "\u00ff" ? 2 : 1), 0)

export const join = (
  world: World,
  sid: string,
  address: string,
  identity: string,
  automaticSubscription: boolean
): Outcome => {
  const room = controlRoom(world, address)
  if (isRefusal(room)) return room
  if (identity === "") return refusal("SandboxError invalid-identity", 53200)
  if (!identity.isWellFormed()) return refusal("SandboxError identity-not-unicode", 53202)
  if (identityLength(identity) > 128) return refusal("SandboxError identity-too-long", 53201)
  if (!isOpen(room)) return refusal("SandboxError room-completed", 53118)
  const live = room.participants.filter(isLive)
  const namesakes = live.filter((participant) => participant.identity === identity)
  // The newcomer takes the place of the one before, so that a full room lets it in.
  if (live.length - namesakes.length >= room.limits.maxParticipants) return refusal("SandboxError room-full", 53105)
  for (const namesake of namesakes) {
    disconnect(namesake, world.now)
    world.happened.duplicate += 1
  }
  const participant: Participant = {
    sid,
    order: world.count++,
    created: world.now,
    identity,
    status: "connected",
    updated: world.now,
    ended: undefined,
    tracks: [],
    rules: [{ type: automaticSubscription ? "include" : "exclude", all: true }],
    rulesCreated: undefined,
    rulesUpdated: undefined
  }
  room.participants.push(participant)
  return { value: viewParticipant(world, room, participant) }
}

export type Move = "leave" | "loseConnection" | "regainConnection"

export const move = (world: World, what: Move, roomAddress: string, address: string): Outcome => {
  const found = controlParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  if (what === "regainConnection") {
    if (participant.status !== "reconnecting") return refusal("SandboxError not-reconnecting")
    participant.status = "connected"
    participant.updated = world.now
  } else if (what === "loseConnection") {
    if (participant.status !== "connected") return refusal("SandboxError not-connected")
    participant.status = "reconnecting"
    participant.updated = world.now
  } else {
    if (!isLive(participant)) return refusal("SandboxError not-connected")
    disconnect(participant, world.now)
  }
  return { value: viewParticipant(world, room, participant) }
}

export const fetchParticipant = (world: World, roomAddress: string, address: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  return isRefusal(found) ? found : { value: viewParticipant(world, found.room, found.participant) }
}

export interface ParticipantFilters extends Dates {
  readonly status?: string
  readonly identity?: string
}

export const listParticipants = (
  world: World,
  address: string,
  filters: ParticipantFilters
): ReadonlyArray<Item> | Refusal => {
  if (filters.identity === "" || filters.identity?.isWellFormed() === false) return unsent
  const room = restRoom(world, address)
  if (isRefusal(room)) return room
  const status = filters.status ?? (isOpen(room) ? "connected" : "disconnected")
  return newestFirst(
    room.participants
      .filter((participant) => participant.status === status)
      .filter((participant) => filters.identity === undefined || participant.identity === filters.identity)
      .filter((participant) => isWithin(participant.created, filters))
      .map((participant) => ({ order: participant.order, view: viewParticipant(world, room, participant) }))
  )
}

export const update = (world: World, roomAddress: string, address: string, status: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  if (!isOpen(room)) return completed
  if (status !== "disconnected") return refusal("TwilioError InvalidRequest", 53209)
  if (isLive(participant)) disconnect(participant, world.now)
  return { value: viewParticipant(world, room, participant) }
}

/** `Disconnected` or `AlreadyGone`, and the record that came with it. */
export const ensureDisconnected = (world: World, roomAddress: string, address: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found === unsent ? found : { value: ["AlreadyGone", null] }
  const { participant, room } = found
  if (!isLive(participant)) return { value: ["AlreadyGone", viewParticipant(world, room, participant)] }
  disconnect(participant, world.now)
  return { value: ["Disconnected", viewParticipant(world, room, participant)] }
}

export const anonymize = (world: World, roomAddress: string, address: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  if (participant.identity !== participant.sid) {
    participant.identity = participant.sid
    participant.updated = world.now
  }
  const { links: _, path, ...record } = viewParticipant(world, room, participant)
  return { value: { ...record, path: `${path}/Anonymize` } }
}

// ---- tracks ----

export interface Publication {
  readonly kind: Kind
  readonly name?: string
  readonly enabled?: boolean
}

export const publish = (
  world: World,
  sid: string,
  roomAddress: string,
  address: string,
  { enabled, kind, name }: Publication
): Outcome => {
  const found = controlParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  if (!isLive(participant)) return refusal("SandboxError not-connected")
  if (name === "") return refusal("SandboxError invalid-track", 53301)
  if (name !== undefined && [...name].length > 128) return refusal("SandboxError track-name-too-long", 53302)
  if (participant.tracks.some((track) => track.name === name)) return refusal("SandboxError track-exists", 53304)
  const track: Track = {
    sid,
    order: world.count++,
    name: name ?? sid,
    kind,
    created: world.now,
    enabled: enabled ?? true,
    updated: undefined
  }
  participant.tracks.push(track)
  return { value: viewPublished(room, participant, track) }
}

export type TrackChange = "unpublishTrack" | "enableTrack" | "disableTrack"

export const changeTrack = (
  world: World,
  what: TrackChange,
  roomAddress: string,
  address: string,
  trackAddress: string
): Outcome => {
  const found = controlParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  const track = findTrack(participant, trackAddress)
  if (track === undefined) return refusal("SandboxError no-such-track")
  if (what === "unpublishTrack") {
    participant.tracks = participant.tracks.filter((other) => other !== track)
  } else if (track.enabled !== (what === "enableTrack")) {
    track.enabled = !track.enabled
    track.updated = world.now
  }
  return { value: viewPublished(room, participant, track) }
}

export const listPublished = (world: World, roomAddress: string, address: string): ReadonlyArray<Item> | Refusal => {
  const found = restParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  return newestFirst(
    participant.tracks.map((track) => ({ order: track.order, view: viewPublished(room, participant, track) }))
  )
}

export const fetchPublished = (world: World, roomAddress: string, address: string, trackAddress: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (found === unsent || isUnsendable(trackAddress)) return unsent
  const track = isRefusal(found) ? undefined : findTrack(found.participant, trackAddress)
  return isRefusal(found) || track === undefined
    ? refusal(`NotFound published-track by ${isSid("MT", trackAddress) ? "sid" : "name"}`, 20404)
    : { value: viewPublished(found.room, found.participant, track) }
}

/** The SIDs of the tracks that rules come to: starting from nothing, each rule adds what it matches or takes it away. */
const targets = (room: Room, subscriber: Participant): ReadonlySet<string> => {
  const set = new Set<string>()
  for (const rule of subscriber.rules) {
    for (const publisher of room.participants) {
      if (publisher === subscriber) continue
      const isPublisher =
        rule.publisher === undefined ||
        rule.publisher === publisher.sid ||
        (!isSid("PA", rule.publisher) && rule.publisher === publisher.identity)
      for (const track of publisher.tracks) {
        const isTrack =
          rule.track === undefined ||
          rule.track === track.sid ||
          (!isSid("MT", rule.track) && rule.track === track.name)
        const isKind = rule.kind === undefined || rule.kind === track.kind
        if (!isPublisher || !isTrack || !isKind) continue
        if (rule.type === "include") set.add(track.sid)
        else set.delete(track.sid)
      }
    }
  }
  return set
}

const subscribed = ({ participant: subscriber, room }: Place): ReadonlyArray<Item & { readonly sid: string }> => {
  if (!isLive(subscriber)) return []
  const sids = targets(room, subscriber)
  return room.participants.flatMap((publisher) =>
    publisher.tracks
      .filter((track) => sids.has(track.sid))
      .map((track) => ({
        sid: track.sid,
        order: track.order,
        view: viewSubscribed(room, subscriber, publisher, track)
      }))
  )
}

export const listSubscribed = (world: World, roomAddress: string, address: string): ReadonlyArray<Item> | Refusal => {
  const found = restParticipant(world, roomAddress, address)
  return isRefusal(found) ? found : newestFirst(subscribed(found))
}

export const fetchSubscribed = (world: World, roomAddress: string, address: string, trackAddress: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (found === unsent || !isSid("MT", trackAddress)) return unsent
  const track = isRefusal(found) ? undefined : subscribed(found).find(({ sid }) => sid === trackAddress)
  return track === undefined ? refusal("NotFound subscribed-track by sid", 20404) : { value: track.view }
}

// ---- rules ----

export const fetchRules = (world: World, roomAddress: string, address: string): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  return isRefusal(found) ? found : { value: viewRules(found.room, found.participant) }
}

/** New rules, or none for a text that is no valid rules: then the old ones stay. */
export const updateRules = (
  world: World,
  roomAddress: string,
  address: string,
  rules: ReadonlyArray<Rule> | undefined
): Outcome => {
  const found = restParticipant(world, roomAddress, address)
  if (isRefusal(found)) return found
  const { participant, room } = found
  if (!isOpen(room)) return completed
  if (rules === undefined) return refusal("InvalidSubscribeRules", 53215)
  participant.rules = rules
  participant.rulesCreated ??= world.now
  participant.rulesUpdated = world.now
  return { value: viewRules(room, participant) }
}
