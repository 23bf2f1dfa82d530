/**
 * The state of a room: a fold of status callbacks and lists, pure and without a clock.
 *
 * Callbacks arrive late, repeatedly, in any order or never. So every member of the state only moves one way, to the latest
 * or the earliest time that was reported, and the order and the number of arrivals don't matter. Who is there follows from
 * these times by one rule, `isThere` of `internal/Membership.ts`, for participants of a room as for tracks of a participant:
 *
 * - those who have left are gone for good, because SIDs aren't used again;
 * - those who were known when a list was requested, and aren't in it, are gone unless they're seen later;
 * - those who weren't known, and were last seen before a list that lacks them, are gone too.
 *
 * Times are milliseconds since 1970. The state is plain JSON.
 *
 * @since 0.1.0
 */
import * as Membership from "./internal/Membership.ts"
import * as Sequence from "./internal/Sequence.ts"
import * as RosterFact from "./RosterFact.ts"

/**
 * When something was there: a participant in a room, or a track of a participant.
 *
 * @category models
 * @since 0.1.0
 */
export interface Presence {
  /** The latest time at which it was there. -1 if it's only known to be missing. */
  readonly seen: number
  /** When it left. SIDs aren't used again, so nothing brings it back. */
  readonly left?: number | undefined
  /** The time of the latest list that lacks it, although it was known when the list was requested. */
  readonly missing?: number | undefined
}

/**
 * What is known of a published track.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackState extends Presence {
  readonly kind: string
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
  /** When the participant joined. Missing if only tracks were reported. */
  readonly joined?: number | undefined
  /** The identity, and when it was reported. It's dropped when the participant is gone. */
  readonly identity?: string | undefined
  readonly identified?: number | undefined
  /** The identity was erased. It isn't kept again, so the participant is kept until the room ends. */
  readonly isForgotten?: true | undefined
  /** The time of the latest list in which the participant reconnects. */
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
  /** Those who are there, and those who have gone since the latest list. */
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

// Of two reports of the same time, the same one wins in any order.
const identityOf = (a: ParticipantState, b: ParticipantState) => {
  const [x, y] = [a.identified ?? -1, b.identified ?? -1]
  return x > y || (x === y && (a.identity ?? "") > (b.identity ?? "")) ? a : b
}

const mergeTrack = (known: TrackState | undefined, evidence: TrackState): TrackState =>
  Membership.merge(known, {
    ...evidence,
    kind: evidence.kind,
    name: evidence.name ?? known?.name,
    enabled: Membership.latest(known?.enabled, evidence.enabled),
    disabled: Membership.latest(known?.disabled, evidence.disabled)
  })

const mergeTracks = (known: ParticipantState["tracks"], evidence: ParticipantState["tracks"]) => {
  const tracks = { ...known }
  for (const [sid, track] of Object.entries(evidence)) tracks[sid] = mergeTrack(tracks[sid], track)
  return tracks
}

/** What's no longer true of a participant who left, or was gone for a while: identity, tracks, reconnecting. */
const withoutPast = (participant: ParticipantState): ParticipantState => {
  const { isForgotten, left, missing } = participant
  if (left === undefined && missing === undefined && isForgotten === undefined) return participant
  const since = left === undefined ? (missing ?? Membership.never) : Infinity
  const isPast = (time = 0) => time <= since
  return {
    ...participant,
    tracks: Object.fromEntries(Object.entries(participant.tracks).filter(([, { seen }]) => !isPast(seen))),
    ...(isForgotten || isPast(participant.identified) ? { identity: undefined, identified: undefined } : {}),
    ...(isPast(participant.reconnecting) ? { reconnecting: undefined } : {})
  }
}

const mergeParticipant = (known: ParticipantState | undefined, evidence: ParticipantState): ParticipantState => {
  if (known === undefined) return Membership.compact(withoutPast(evidence))
  const { identified, identity } = identityOf(known, evidence)
  return Membership.compact(
    withoutPast(
      Membership.merge(known, {
        ...evidence,
        joined: Membership.earliest(known.joined, evidence.joined),
        identity,
        identified,
        reconnecting: Membership.latest(known.reconnecting, evidence.reconnecting),
        tracks: mergeTracks(known.tracks, evidence.tracks),
        tracksListed: Math.max(known.tracksListed, evidence.tracksListed)
      })
    )
  )
}

const nothing = { tracks: {}, tracksListed: Membership.never } as const

const isSettled = (participant: ParticipantState, listed: number): boolean =>
  participant.isForgotten === undefined && Membership.isSettled(participant, listed)

/** Drops those who have gone before the latest list, and everybody when the room has ended. */
const withoutSettled = (room: RoomState): RoomState => {
  const remaining = Object.entries(room.participants).filter(
    ([, participant]) => room.ended === undefined && !isSettled(participant, room.listed)
  )
  return { ...room, participants: Object.fromEntries(remaining) }
}

const withParticipants = (
  room: RoomState,
  evidence: ReadonlyArray<readonly [sid: string, participant: ParticipantState]>
): RoomState => {
  if (room.ended !== undefined) return room
  const participants = { ...room.participants }
  for (const [sid, participant] of evidence) {
    const merged = mergeParticipant(participants[sid], participant)
    if (isSettled(merged, room.listed)) delete participants[sid]
    else participants[sid] = merged
  }
  return { ...room, participants }
}

const trackOf = ({ at, event, track }: RosterFact.Callback): ParticipantState["tracks"] => {
  if (track === undefined) return {}
  const state: TrackState = {
    kind: track.kind,
    seen: at,
    ...(event === "TrackRemoved" ? { left: at } : {}),
    ...(event === "TrackEnabled" ? { enabled: at } : {}),
    ...(event === "TrackDisabled" ? { disabled: at } : {})
  }
  return { [track.sid]: state }
}

const participantOf = (callback: RosterFact.Callback, { identity }: RosterFact.FactParticipant): ParticipantState => ({
  ...nothing,
  seen: callback.at,
  identity,
  identified: identity === undefined ? undefined : callback.at,
  joined: callback.event === "ParticipantConnected" ? callback.at : undefined,
  left: callback.event === "ParticipantDisconnected" ? callback.at : undefined,
  tracks: trackOf(callback)
})

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
      return {
        ...heard,
        created: Membership.earliest(room.created, at),
        listed: Math.max(room.listed, at),
        verified: Math.max(room.verified, at)
      }
    case "RoomEnded":
      return { ...heard, ended: Membership.earliest(room.ended, at) }
    default:
      return participant === undefined
        ? heard
        : withParticipants(heard, [[participant.sid, participantOf(callback, participant)]])
  }
}

const applyList = (room: RoomState, list: RosterFact.ParticipantsListed): RoomState => {
  const { absent, at, isComplete, participants, readAt, sequence } = list
  const present = participants.map(({ identity, joined, sid, status }): readonly [string, ParticipantState] => [
    sid,
    {
      ...nothing,
      seen: at,
      identity,
      identified: identity === undefined ? undefined : at,
      joined,
      reconnecting: status === "reconnecting" ? at : undefined
    }
  ])
  const evidence = withParticipants(room, present)
  if (!isComplete) return evidence
  const gone = absent.map((sid) => [sid, { ...nothing, seen: Membership.never, missing: at }] as const)
  return {
    ...withParticipants(evidence, gone),
    listed: Math.max(room.listed, at),
    verified: Math.max(room.verified, readAt),
    sequence: Sequence.settle(room.sequence, sequence)
  }
}

const applyTracks = (room: RoomState, list: RosterFact.TracksListed): RoomState => {
  const { absent, at, isComplete, participantSid, tracks } = list
  const published = tracks.map(({ isEnabled, kind, name, sid }): readonly [string, TrackState] => [
    sid,
    { kind, name, seen: at, ...(isEnabled ? { enabled: at } : { disabled: at }) }
  ])
  const known = room.participants[participantSid]?.tracks ?? {}
  const gone = absent.flatMap((sid): ReadonlyArray<readonly [string, TrackState]> => {
    const track = known[sid]
    return track === undefined || !isComplete ? [] : [[sid, { kind: track.kind, seen: Membership.never, missing: at }]]
  })
  return withParticipants(room, [
    [
      participantSid,
      {
        // Only participants who are there publish tracks. An empty list says nothing about that.
        seen: tracks.length === 0 ? Membership.never : at,
        tracks: Object.fromEntries([...published, ...gone]),
        tracksListed: isComplete ? at : Membership.never
      }
    ]
  ])
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
      return {
        ...room,
        created: Membership.earliest(room.created, fact.created),
        ended: Membership.earliest(room.ended, fact.ended)
      }
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
export const apply = (room: RoomState, fact: RosterFact.RosterFact): RoomState => {
  const next = { ...applyKnown(room, fact), latest: Math.max(room.latest, RosterFact.timeOf(fact)) }
  const settles = next.listed !== room.listed || next.ended !== room.ended
  return Membership.compact(settles ? withoutSettled(next) : next)
}

/**
 * Removes the identities of these participants for good: later facts don't bring them back. The participants stay in the
 * room.
 *
 * @category folding
 * @since 0.1.0
 */
export const forget = (room: RoomState, participantSids: ReadonlySet<string>): RoomState =>
  withParticipants(
    room,
    [...participantSids].map((sid) => [sid, { ...nothing, seen: Membership.never, isForgotten: true }])
  )
