/**
 * A reference model of Twilio Video's rooms: the documented behavior, and the sandbox's default assumptions where Twilio
 * documents nothing, as simple code over plain data. It shares no code with the sandbox or the library. The caller gives
 * it SIDs and the time.
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
  /** The position in the order of creation, across all records. */
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
  /** The tracks published now. */
  tracks: Array<Track>
  rules: ReadonlyArray<Rule>
  rulesCreated: number | undefined
  rulesUpdated: number | undefined
}

/**
 * Durations in milliseconds. An empty timeout of 0 ends the room as soon as its last participant leaves; an unused
 * timeout of 0 never ends it.
 */
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

export type Timeout = "unused" | "empty" | "duration" | "age"

export interface State {
  now: number
  /** The number of records created. */
  count: number
  readonly accountSid: string
  rooms: Array<Room>
  /** How often each timeout, or a join with the same identity, ended a room or a participant's stay. */
  readonly endings: Record<Timeout | "duplicate", number>
}

/** The error's tag and reason, and Twilio's code if it has one. */
export interface Failure {
  readonly error: string
  readonly code: number | undefined
}

/** A record as plain data with dates in Twilio's format, and its position for paging. */
export interface Item {
  readonly order: number
  readonly view: unknown
}

export type Result = { readonly value: unknown } | Failure

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute

const maxRoomAge = 24 * hour

const defaults: Limits = {
  maxParticipants: 50,
  maxParticipantDuration: 4 * hour,
  emptyRoomTimeout: 5 * minute,
  unusedRoomTimeout: 5 * minute
}

export const make = (accountSid: string, now: number): State => ({
  now,
  count: 0,
  accountSid,
  rooms: [],
  endings: { unused: 0, empty: 0, duration: 0, age: 0, duplicate: 0 }
})

// ---- views ----

const date = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

const dateOrNull = (millis: number | undefined): string | null => (millis === undefined ? null : date(millis))

const wholeSeconds = (from: number, to: number | undefined): number | null =>
  to === undefined ? null : Math.floor((to - from) / second)

const viewRoom = (state: State, room: Room) => {
  const path = `/v1/Rooms/${room.sid}`
  return {
    sid: room.sid,
    accountSid: state.accountSid,
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

const viewParticipant = (state: State, room: Room, participant: Participant) => {
  const path = `/v1/Rooms/${room.sid}/Participants/${participant.sid}`
  return {
    sid: participant.sid,
    roomSid: room.sid,
    accountSid: state.accountSid,
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

// ---- failures ----

const failure = (error: string, code?: number): Failure => ({ error, code })

const notSent = failure("TwilioError InvalidArgument")

const completed = failure("TwilioError InvalidRequest", 53118)

export const isFailure = (found: object): found is Failure => "error" in found

// ---- looking up ----

const isSid = (prefix: "RM" | "PA" | "MT", text: string): boolean => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(text)

export const isLive = (participant: Participant): boolean => participant.status !== "disconnected"

export const isOpen = (room: Room): boolean => room.ended === undefined

export const findRoom = (state: State, address: string): Room | undefined =>
  isSid("RM", address)
    ? state.rooms.find((room) => room.sid === address)
    : state.rooms.find((room) => isOpen(room) && room.name === address)

export const findParticipant = (room: Room, address: string): Participant | undefined =>
  isSid("PA", address)
    ? room.participants.find((participant) => participant.sid === address)
    : room.participants.find((participant) => isLive(participant) && participant.identity === address)

const findTrack = (participant: Participant, address: string): Track | undefined =>
  isSid("MT", address)
    ? participant.tracks.find((track) => track.sid === address)
    : participant.tracks.find((track) => track.name === address)

/** No URL can carry the segment, so the client sends nothing. */
export const isUnsendable = (segment: string): boolean =>
  segment === "" || segment === "." || segment === ".." || !segment.isWellFormed()

const restRoom = (state: State, address: string): Room | Failure => {
  if (isUnsendable(address)) return notSent
  return findRoom(state, address) ?? failure(`NotFound room by ${isSid("RM", address) ? "sid" : "name"}`, 20404)
}

interface Place {
  readonly room: Room
  readonly participant: Participant
}

const restParticipant = (state: State, roomAddress: string, address: string): Place | Failure => {
  if (isUnsendable(roomAddress) || isUnsendable(address)) return notSent
  const room = findRoom(state, roomAddress)
  const participant = room && findParticipant(room, address)
  return room === undefined || participant === undefined
    ? failure(`NotFound participant by ${isSid("PA", address) ? "sid" : "identity"}`, 20404)
    : { room, participant }
}

const controlRoom = (state: State, address: string): Room | Failure =>
  findRoom(state, address) ?? failure("SandboxError no-such-room", 53106)

const controlParticipant = (state: State, roomAddress: string, address: string): Place | Failure => {
  const room = controlRoom(state, roomAddress)
  if (isFailure(room)) return room
  const participant = findParticipant(room, address)
  return participant === undefined ? failure("SandboxError no-such-participant", 53204) : { room, participant }
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

interface Deadline {
  readonly at: number
  readonly timeout: Timeout
  readonly apply: () => void
}

const deadlinesOf = (room: Room): ReadonlyArray<Deadline> => {
  const { emptyRoomTimeout, maxParticipantDuration, unusedRoomTimeout } = room.limits
  const end = (timeout: Timeout, at: number): Deadline => ({ at, timeout, apply: () => complete(room, at) })
  const deadlines = [end("age", room.created + maxRoomAge)]
  if (room.participants.length === 0) {
    if (unusedRoomTimeout > 0) deadlines.push(end("unused", room.created + unusedRoomTimeout))
  } else if (!room.participants.some(isLive)) {
    const lastLeft = Math.max(...room.participants.map((participant) => participant.ended ?? 0))
    deadlines.push(end("empty", lastLeft + emptyRoomTimeout))
  }
  for (const participant of room.participants.filter(isLive)) {
    const at = participant.created + maxParticipantDuration
    deadlines.push({ at, timeout: "duration", apply: () => disconnect(participant, at) })
  }
  return deadlines
}

const firstDeadline = (state: State): Deadline | undefined =>
  state.rooms
    .filter(isOpen)
    .flatMap(deadlinesOf)
    .reduce<Deadline | undefined>(
      (first, deadline) => (first === undefined || deadline.at < first.at ? deadline : first),
      undefined
    )

/** The time of the next timeout, if there is one. */
export const nextDeadline = (state: State): number | undefined => firstDeadline(state)?.at

/** Moves the clock. Each timeout on the way takes effect at its own time, in order. */
export const advance = (state: State, to: number): void => {
  for (
    let deadline = firstDeadline(state);
    deadline !== undefined && deadline.at <= to;
    deadline = firstDeadline(state)
  ) {
    deadline.apply()
    state.endings[deadline.timeout] += 1
  }
  state.now = to
}

const shift = (at: number | undefined, by: number): number | undefined => (at === undefined ? undefined : at + by)

/** The same state with every date moved. */
export const shifted = (state: State, by: number): State => ({
  ...state,
  now: state.now + by,
  rooms: state.rooms.map((room) => ({
    ...room,
    created: room.created + by,
    updated: room.updated + by,
    ended: shift(room.ended, by),
    participants: room.participants.map((participant) => ({
      ...participant,
      created: participant.created + by,
      updated: participant.updated + by,
      ended: shift(participant.ended, by),
      rulesCreated: shift(participant.rulesCreated, by),
      rulesUpdated: shift(participant.rulesUpdated, by),
      tracks: participant.tracks.map((track) => ({
        ...track,
        created: track.created + by,
        updated: shift(track.updated, by)
      }))
    }))
  }))
})

// ---- rooms ----

export interface Creation extends Partial<Limits> {
  readonly uniqueName?: string
}

const isTaken = (state: State, name: string | undefined): boolean =>
  name !== undefined && state.rooms.some((room) => isOpen(room) && room.name === name)

const addRoom = (state: State, sid: string, { uniqueName, ...limits }: Creation): Result => {
  const room: Room = {
    sid,
    order: state.count++,
    created: state.now,
    name: uniqueName,
    limits: { ...defaults, ...limits },
    updated: state.now,
    ended: undefined,
    participants: []
  }
  state.rooms.push(room)
  return { value: viewRoom(state, room) }
}

const isOutside = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && (value < least || value > most)

export const createRoom = (state: State, sid: string, creation: Creation): Result => {
  const { emptyRoomTimeout, maxParticipantDuration, maxParticipants, uniqueName, unusedRoomTimeout } = creation
  if (uniqueName === "" || uniqueName?.isWellFormed() === false) return notSent
  const invalid = (code: number) => failure("TwilioError InvalidRequest", code)
  if (uniqueName !== undefined && [...uniqueName].length > 128) return invalid(53101)
  if (isOutside(maxParticipants, 1, 50)) return invalid(53107)
  if (isOutside(emptyRoomTimeout, minute, hour) || isOutside(unusedRoomTimeout, minute, hour)) return invalid(53109)
  if (isOutside(maxParticipantDuration, 10 * minute, 24 * hour)) return invalid(53123)
  return isTaken(state, uniqueName) ? failure("RoomExists", 53113) : addRoom(state, sid, creation)
}

/** The control, which doesn't limit its settings to Twilio's ranges. */
export const openRoom = (state: State, sid: string, creation: Creation): Result =>
  isTaken(state, creation.uniqueName) ? failure("SandboxError room-exists", 53113) : addRoom(state, sid, creation)

export const fetchRoom = (state: State, address: string): Result => {
  const room = restRoom(state, address)
  return isFailure(room) ? room : { value: viewRoom(state, room) }
}

export const completeRoom = (state: State, address: string): Result => {
  const room = restRoom(state, address)
  if (isFailure(room)) return room
  if (!isOpen(room)) return failure("RoomNotInProgress", 53112)
  complete(room, state.now)
  return { value: viewRoom(state, room) }
}

export const completeRoomByControl = (state: State, address: string): Result => {
  const room = controlRoom(state, address)
  if (isFailure(room)) return room
  if (!isOpen(room)) return failure("SandboxError room-completed", 53118)
  complete(room, state.now)
  return { value: viewRoom(state, room) }
}

/** Milliseconds. The client sends whole seconds. */
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

export const listRooms = (state: State, filters: RoomFilters): ReadonlyArray<Item> =>
  newestFirst(
    state.rooms
      .filter((room) => (isOpen(room) ? "in-progress" : "completed") === (filters.status ?? "in-progress"))
      .filter((room) => filters.uniqueName === undefined || (room.name ?? room.sid) === filters.uniqueName)
      .filter((room) => isWithin(room.created, filters))
      .map((room) => ({ order: room.order, view: viewRoom(state, room) }))
  )

// ---- participants ----

const identityLength = (identity: string): number =>
  [...identity].reduce((length, character) => length + (character > "\u00ff" ? 2 : 1), 0)

export const join = (
  state: State,
  sid: string,
  address: string,
  identity: string,
  automaticSubscription: boolean
): Result => {
  const room = controlRoom(state, address)
  if (isFailure(room)) return room
  if (identity === "") return failure("SandboxError invalid-identity", 53200)
  if (!identity.isWellFormed()) return failure("SandboxError identity-not-unicode", 53202)
  if (identityLength(identity) > 128) return failure("SandboxError identity-too-long", 53201)
  if (!isOpen(room)) return failure("SandboxError room-completed", 53118)
  const live = room.participants.filter(isLive)
  const duplicates = live.filter((participant) => participant.identity === identity)
  // The new participant replaces the duplicate, so a full room accepts it.
  if (live.length - duplicates.length >= room.limits.maxParticipants) return failure("SandboxError room-full", 53105)
  for (const duplicate of duplicates) {
    disconnect(duplicate, state.now)
    state.endings.duplicate += 1
  }
  const participant: Participant = {
    sid,
    order: state.count++,
    created: state.now,
    identity,
    status: "connected",
    updated: state.now,
    ended: undefined,
    tracks: [],
    rules: [{ type: automaticSubscription ? "include" : "exclude", all: true }],
    rulesCreated: undefined,
    rulesUpdated: undefined
  }
  room.participants.push(participant)
  return { value: viewParticipant(state, room, participant) }
}

export type Move = "leave" | "loseConnection" | "regainConnection"

export const move = (state: State, what: Move, roomAddress: string, address: string): Result => {
  const found = controlParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  if (what === "regainConnection") {
    if (participant.status !== "reconnecting") return failure("SandboxError not-reconnecting")
    participant.status = "connected"
    participant.updated = state.now
  } else if (what === "loseConnection") {
    if (participant.status !== "connected") return failure("SandboxError not-connected")
    participant.status = "reconnecting"
    participant.updated = state.now
  } else {
    if (!isLive(participant)) return failure("SandboxError not-connected")
    disconnect(participant, state.now)
  }
  return { value: viewParticipant(state, room, participant) }
}

export const fetchParticipant = (state: State, roomAddress: string, address: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  return isFailure(found) ? found : { value: viewParticipant(state, found.room, found.participant) }
}

export interface ParticipantFilters extends Dates {
  readonly status?: string
  readonly identity?: string
}

export const listParticipants = (
  state: State,
  address: string,
  filters: ParticipantFilters
): ReadonlyArray<Item> | Failure => {
  if (filters.identity === "" || filters.identity?.isWellFormed() === false) return notSent
  const room = restRoom(state, address)
  if (isFailure(room)) return room
  const status = filters.status ?? (isOpen(room) ? "connected" : "disconnected")
  return newestFirst(
    room.participants
      .filter((participant) => participant.status === status)
      .filter((participant) => filters.identity === undefined || participant.identity === filters.identity)
      .filter((participant) => isWithin(participant.created, filters))
      .map((participant) => ({ order: participant.order, view: viewParticipant(state, room, participant) }))
  )
}

export const update = (state: State, roomAddress: string, address: string, status: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  if (!isOpen(room)) return completed
  if (status !== "disconnected") return failure("TwilioError InvalidRequest", 53209)
  if (isLive(participant)) disconnect(participant, state.now)
  return { value: viewParticipant(state, room, participant) }
}

/** The tag, `Disconnected` or `AlreadyGone`, and the record. */
export const ensureDisconnected = (state: State, roomAddress: string, address: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (isFailure(found)) return found === notSent ? found : { value: ["AlreadyGone", null] }
  const { participant, room } = found
  if (!isLive(participant)) return { value: ["AlreadyGone", viewParticipant(state, room, participant)] }
  disconnect(participant, state.now)
  return { value: ["Disconnected", viewParticipant(state, room, participant)] }
}

export const anonymize = (state: State, roomAddress: string, address: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  if (participant.identity !== participant.sid) {
    participant.identity = participant.sid
    participant.updated = state.now
  }
  const { links: _, path, ...record } = viewParticipant(state, room, participant)
  return { value: { ...record, path: `${path}/Anonymize` } }
}

// ---- tracks ----

export interface Publication {
  readonly kind: Kind
  readonly name?: string
  readonly enabled?: boolean
}

export const publish = (
  state: State,
  sid: string,
  roomAddress: string,
  address: string,
  { enabled, kind, name }: Publication
): Result => {
  const found = controlParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  if (!isLive(participant)) return failure("SandboxError not-connected")
  if (name === "") return failure("SandboxError invalid-track", 53301)
  if (name !== undefined && [...name].length > 128) return failure("SandboxError track-name-too-long", 53302)
  if (participant.tracks.some((track) => track.name === name)) return failure("SandboxError track-exists", 53304)
  const track: Track = {
    sid,
    order: state.count++,
    name: name ?? sid,
    kind,
    created: state.now,
    enabled: enabled ?? true,
    updated: undefined
  }
  participant.tracks.push(track)
  return { value: viewPublished(room, participant, track) }
}

export type TrackChange = "unpublishTrack" | "enableTrack" | "disableTrack"

export const changeTrack = (
  state: State,
  what: TrackChange,
  roomAddress: string,
  address: string,
  trackAddress: string
): Result => {
  const found = controlParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  const track = findTrack(participant, trackAddress)
  if (track === undefined) return failure("SandboxError no-such-track")
  if (what === "unpublishTrack") {
    participant.tracks = participant.tracks.filter((other) => other !== track)
  } else if (track.enabled !== (what === "enableTrack")) {
    track.enabled = !track.enabled
    track.updated = state.now
  }
  return { value: viewPublished(room, participant, track) }
}

export const listPublished = (state: State, roomAddress: string, address: string): ReadonlyArray<Item> | Failure => {
  const found = restParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  return newestFirst(
    participant.tracks.map((track) => ({ order: track.order, view: viewPublished(room, participant, track) }))
  )
}

export const fetchPublished = (state: State, roomAddress: string, address: string, trackAddress: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (found === notSent || isUnsendable(trackAddress)) return notSent
  const track = isFailure(found) ? undefined : findTrack(found.participant, trackAddress)
  return isFailure(found) || track === undefined
    ? failure(`NotFound published-track by ${isSid("MT", trackAddress) ? "sid" : "name"}`, 20404)
    : { value: viewPublished(found.room, found.participant, track) }
}

/** The SIDs of the tracks that the rules select. Rules apply in order: each adds or removes the tracks it matches. */
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

export const listSubscribed = (state: State, roomAddress: string, address: string): ReadonlyArray<Item> | Failure => {
  const found = restParticipant(state, roomAddress, address)
  return isFailure(found) ? found : newestFirst(subscribed(found))
}

export const fetchSubscribed = (state: State, roomAddress: string, address: string, trackAddress: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (found === notSent || !isSid("MT", trackAddress)) return notSent
  const track = isFailure(found) ? undefined : subscribed(found).find(({ sid }) => sid === trackAddress)
  return track === undefined ? failure("NotFound subscribed-track by sid", 20404) : { value: track.view }
}

// ---- rules ----

export const fetchRules = (state: State, roomAddress: string, address: string): Result => {
  const found = restParticipant(state, roomAddress, address)
  return isFailure(found) ? found : { value: viewRules(found.room, found.participant) }
}

/** Without `rules`, the text sent was invalid and the old rules stay. */
export const updateRules = (
  state: State,
  roomAddress: string,
  address: string,
  rules: ReadonlyArray<Rule> | undefined
): Result => {
  const found = restParticipant(state, roomAddress, address)
  if (isFailure(found)) return found
  const { participant, room } = found
  if (!isOpen(room)) return completed
  if (rules === undefined) return failure("InvalidSubscribeRules", 53215)
  participant.rules = rules
  participant.rulesCreated ??= state.now
  participant.rulesUpdated = state.now
  return { value: viewRules(room, participant) }
}
