/**
 * The state of a room: a fold of status callbacks and lists, pure and without a clock.
 *
 * Callbacks arrive late, repeatedly, in any order or never. So every member of the state only moves one way, to the latest
 * or the earliest time that was reported, and the order and the number of arrivals don't matter. Who is there follows from
 * these times by one rule, `isThere` of `internal/Membership.ts`, for participants of a room as for tracks of a participant:
 *
 * - those who have left are gone for good, because SIDs aren't used again;
 * - those whom the latest list has are there;
 * - those whom it lacks are gone, unless they came after it was requested.
 *
 * Times are milliseconds since 1970. The state is plain JSON.
 *
 * @since 0.1.0
 */
import * as Membership from "./internal/Membership.ts"
import * as Sequence from "./internal/Sequence.ts"
import * as RosterFact from "./RosterFact.ts"

/**
 * When something was there that comes once and leaves once: a participant in a room, or a track of a participant.
 *
 * @category models
 * @since 0.1.0
 */
export interface Presence {
  /** The earliest and the latest callback in which it's there. */
  readonly since?: number | undefined
  readonly seen?: number | undefined
  /** When it left, by a callback. SIDs aren't used again, so nothing brings it back. */
  readonly left?: number | undefined
  /** The latest list that has it. */
  readonly found?: number | undefined
  /** The latest list that lacks it, although it had come before. */
  readonly missing?: number | undefined
}

/**
 * What is known of a published track.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackState extends Presence {
  /** Missing if the track is only known from a list that lacks it. */
  readonly kind?: string | undefined
  /** Only lists have names. */
  readonly name?: string | undefined
  /** The latest times at which it was enabled, and disabled. */
  readonly enabled?: number | undefined
  readonly disabled?: number | undefined
}

/**
 * What is known of a participant.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantState extends Presence {
  /** When the participant joined. Missing if no callback or list says so. */
  readonly joined?: number | undefined
  /** The identity, and when it was reported. Only kept while the participant is there. */
  readonly identity?: string | undefined
  readonly identified?: number | undefined
  /** The identity was erased. It isn't kept again, so the participant is kept until the room ends. */
  readonly isForgotten?: true | undefined
  /** The latest lists in which the participant is connected, and reconnects. */
  readonly connected?: number | undefined
  readonly reconnecting?: number | undefined
  readonly tracks: Readonly<Record<string, TrackState>>
  /** The time of the latest complete list of the tracks. -1 if none was read. */
  readonly tracksListed: number
}

/**
 * What is known of a room.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomState {
  readonly sid: string
  /** The room's unique name, or its SID. */
  readonly name: string
  readonly created?: number | undefined
  /** Missing while the room is in progress. */
  readonly ended?: number | undefined
  /** The time of the latest complete list by Twilio's clock, and by ours. -1 if none was read. */
  readonly listed: number
  readonly verified: number
  /** The latest time of a callback, and of any fact. */
  readonly heard: number
  readonly latest: number
  /** The sequence numbers of callbacks, and the number below which gaps don't matter. */
  readonly sequence: { readonly floor?: number; readonly numbers: ReadonlyArray<number> }
  /** Those who are there, and those whose callbacks could still be taken for news. */
  readonly participants: Readonly<Record<string, ParticipantState>>
}

/**
 * The state of a room of which nothing is known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty = ({ roomName, roomSid }: RosterFact.InRoom): RoomState => ({
  sid: roomSid,
  name: roomName,
  listed: Membership.never,
  verified: Membership.never,
  heard: Membership.never,
  latest: Membership.never,
  sequence: Sequence.empty,
  participants: {}
})

/**
 * Whether a participant is in the room.
 *
 * @category getters
 * @since 0.1.0
 */
export const isPresent = (room: RoomState, participant: ParticipantState): boolean =>
  room.ended === undefined && Membership.isThere(participant, room.listed)

/**
 * Whether a participant publishes a track.
 *
 * @category getters
 * @since 0.1.0
 */
export const isPublished = (participant: ParticipantState, track: TrackState): boolean =>
  Membership.isThere(track, participant.tracksListed)

/**
 * The time of a list that is requested now, by Twilio's clock: later than everything known, because that happened before.
 *
 * @category getters
 * @since 0.1.0
 */
export const timeOf = (room: RoomState, now: number): number => Math.max(now, room.latest + 1)

/** What a fact says of a participant. */
type Evidence = { readonly [Member in keyof ParticipantState]?: ParticipantState[Member] | undefined }

const mergeTrack = (known: TrackState, evidence: TrackState): TrackState =>
  Membership.compact({
    ...Membership.merge(known, evidence),
    kind: evidence.kind ?? known.kind,
    name: evidence.name ?? known.name,
    enabled: Membership.latest(known.enabled, evidence.enabled),
    disabled: Membership.latest(known.disabled, evidence.disabled)
  })

const mergeTracks = (known: ParticipantState["tracks"], evidence: ParticipantState["tracks"] = {}) => {
  const tracks = { ...known }
  for (const [sid, track] of Object.entries(evidence)) tracks[sid] = mergeTrack(tracks[sid] ?? {}, track)
  return tracks
}

/** The identity that was reported last. Of two reports of the same time, the same one wins in any order. */
const identityOf = (a: Evidence, b: Evidence): Evidence => {
  const [x, y] = [a.identified ?? Membership.never, b.identified ?? Membership.never]
  const { identified, identity } = x > y || (x === y && (a.identity ?? "") > (b.identity ?? "")) ? a : b
  return { identity, identified }
}

const unknown: ParticipantState = { tracks: {}, tracksListed: Membership.never }

const mergeParticipant = (known: ParticipantState, evidence: Evidence): ParticipantState =>
  Membership.compact({
    ...Membership.merge(known, evidence),
    ...identityOf(known, evidence),
    isForgotten: known.isForgotten ?? evidence.isForgotten,
    // Callbacks have milliseconds, lists the whole second before.
    joined: Membership.latest(known.joined, evidence.joined),
    connected: Membership.latest(known.connected, evidence.connected),
    reconnecting: Membership.latest(known.reconnecting, evidence.reconnecting),
    tracks: mergeTracks(known.tracks, evidence.tracks),
    tracksListed: Math.max(known.tracksListed, evidence.tracksListed ?? Membership.never)
  })

const withoutIdentity = (participant: ParticipantState): ParticipantState =>
  Membership.compact({ ...participant, identity: undefined, identified: undefined })

/** What's kept of a participant: no identity and no tracks if they have gone, and nothing at all if they're settled. */
const kept = (participant: ParticipantState, listed: number): ParticipantState | undefined => {
  const { found, isForgotten, left, missing, seen } = participant
  if (Membership.isThere(participant, listed)) return isForgotten ? withoutIdentity(participant) : participant
  if (Membership.isSettled(participant, listed) && !isForgotten) return undefined
  if (left !== undefined) return Membership.compact({ ...unknown, isForgotten, left, seen, found })
  // Neither a callback nor a list has them.
  if ((missing ?? found ?? seen) === undefined) return withoutIdentity(participant)
  return withoutIdentity({ ...participant, missing: missing ?? listed })
}

/** Adds what is known of participants. Nobody is in a room that has ended. */
const withEvidence = (room: RoomState, evidence: Readonly<Record<string, Evidence>>): RoomState => {
  if (room.ended !== undefined) return room
  const participants = { ...room.participants }
  for (const [sid, added] of Object.entries(evidence)) {
    const participant = kept(mergeParticipant(participants[sid] ?? unknown, added), room.listed)
    if (participant === undefined) delete participants[sid]
    else participants[sid] = participant
  }
  return { ...room, participants }
}

const ended = (room: RoomState, at: number | undefined): RoomState =>
  at === undefined ? room : { ...room, ended: Membership.earliest(room.ended, at), participants: {} }

const trackOf = ({ at, event, track }: RosterFact.Callback): Evidence["tracks"] =>
  track && {
    [track.sid]: {
      kind: track.kind,
      since: at,
      seen: at,
      left: event === "TrackRemoved" ? at : undefined,
      enabled: event === "TrackEnabled" ? at : undefined,
      disabled: event === "TrackDisabled" ? at : undefined
    }
  }

const participantOf = (callback: RosterFact.Callback, { identity }: RosterFact.FactParticipant): Evidence => {
  const { at, event } = callback
  return {
    since: at,
    seen: at,
    left: event === "ParticipantDisconnected" ? at : undefined,
    joined: event === "ParticipantConnected" ? at : undefined,
    identity,
    identified: identity === undefined ? undefined : at,
    tracks: trackOf(callback)
  }
}

const applyCallback = (room: RoomState, callback: RosterFact.Callback): RoomState => {
  const { at, event, participant, sequence } = callback
  const heard: RoomState = {
    ...room,
    heard: Math.max(room.heard, at),
    sequence: Sequence.add(room.sequence, sequence)
  }
  switch (event) {
    case "RoomCreated":
      // As good as a list: nobody is in a new room.
      return { ...heard, created: Membership.earliest(room.created, at), verified: Math.max(room.verified, at) }
    case "RoomEnded":
      return ended(heard, at)
    default:
      return participant === undefined
        ? heard
        : withEvidence(heard, { [participant.sid]: participantOf(callback, participant) })
  }
}

/** The same evidence of several participants or tracks. */
const each = <A>(sids: ReadonlyArray<string>, evidence: A): Readonly<Record<string, A>> =>
  Object.fromEntries(sids.map((sid) => [sid, evidence]))

const applyList = (room: RoomState, list: RosterFact.ParticipantsListed): RoomState => {
  const { absent, at, isComplete, participants, readAt, sequence } = list
  const present: Record<string, Evidence> = {}
  for (const { identity, joined, sid, status } of participants) {
    present[sid] = { found: at, joined, [status]: at, identity, identified: identity === undefined ? undefined : at }
  }
  if (!isComplete) return withEvidence(room, present)
  const listed: RoomState = {
    ...room,
    listed: Math.max(room.listed, at),
    verified: Math.max(room.verified, readAt),
    sequence: Sequence.settle(room.sequence, sequence)
  }
  // Nothing new of the others, but the list may show that they've gone.
  const others = each(Object.keys(room.participants), {})
  return withEvidence(listed, { ...others, ...each(absent, { missing: at }), ...present })
}

const applyTracks = (room: RoomState, list: RosterFact.TracksListed): RoomState => {
  const { absent, at, isComplete, participantSid, tracks } = list
  const published: Record<string, TrackState> = {}
  for (const { isEnabled, kind, name, sid } of tracks) {
    published[sid] = { found: at, kind, name, [isEnabled ? "enabled" : "disabled"]: at }
  }
  const evidence: Evidence = {
    // Only participants who are there publish tracks. An empty list says nothing about that.
    found: tracks.length === 0 ? undefined : at,
    tracks: isComplete ? { ...each(absent, { missing: at }), ...published } : published,
    tracksListed: isComplete ? at : undefined
  }
  return withEvidence(room, { [participantSid]: evidence })
}

const applyKnown = (room: RoomState, fact: RosterFact.RosterFact): RoomState => {
  switch (fact._tag) {
    case "Callback":
      return applyCallback(room, fact)
    case "ParticipantsListed":
      return applyList(room, fact)
    case "TracksListed":
      return applyTracks(room, fact)
    case "RoomRead":
      return ended({ ...room, created: Membership.earliest(room.created, fact.created) }, fact.ended)
  }
}

/**
 * Adds a fact to what is known of a room. Facts may come in any order, and repeatedly.
 *
 * @example
 * ```ts
 * import * as RoomState from "@effect-twilio-video/roster/RoomState"
 * import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
 *
 * const room = { roomSid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293", roomName: "Clinic" }
 * const participant = { sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293", identity: "Zoe" }
 * const joined: RosterFact.Callback = { ...room, _tag: "Callback", event: "ParticipantConnected", at: 1000, participant }
 * const left: RosterFact.Callback = { ...room, _tag: "Callback", event: "ParticipantDisconnected", at: 2000, participant }
 *
 * const inOrder = [joined, left].reduce(RoomState.apply, RoomState.empty(room))
 * const late = [left, joined, left].reduce(RoomState.apply, RoomState.empty(room))
 * late // => inOrder
 * ```
 * @category folding
 * @since 0.1.0
 */
export const apply = (room: RoomState, fact: RosterFact.RosterFact): RoomState =>
  Membership.compact({ ...applyKnown(room, fact), latest: Math.max(room.latest, RosterFact.timeOf(fact)) })

/**
 * Removes the identities of these participants for good: later facts don't bring them back. The participants stay in the
 * room.
 *
 * @category folding
 * @since 0.1.0
 */
export const forget = (room: RoomState, participantSids: ReadonlySet<string>): RoomState =>
  withEvidence(room, each([...participantSids], { isForgotten: true }))
