/**
 * When the events of a saved scenario happened, as durations before now. Events of the same millisecond, as under a
 * frozen clock, get fractions of one if the order in which a scenario lists them isn't the order in which they can happen.
 */
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"
import * as RoomDeadlines from "../engine/RoomDeadlines.ts"
import type { Store } from "../engine/Store.ts"

interface Time {
  readonly at: number
  /** Milliseconds before the scenario is saved. */
  ago: number
}

interface Publish extends Time {
  readonly type: "publish"
  readonly track: TrackRecord
}

interface Leave extends Time {
  readonly type: "leave"
  readonly participant: ParticipantRecord
  /** Whether the end of the room or a join with the same identity disconnects the participant anyway. */
  isImplied: boolean
}

interface Join extends Time {
  readonly type: "join"
  readonly participant: ParticipantRecord
  /** How the last participant with the same identity left. */
  readonly before: Leave | undefined
}

/** A `timeout` disconnects a participant. It happens automatically, before the other moments of its time. */
type Moment = (Time & { readonly type: "open" | "timeout" | "complete" }) | Publish | Leave | Join

export interface ParticipantMoments {
  readonly joined: Join
  readonly published: ReadonlyArray<Publish>
  /** Missing if the participant hasn't left, or by a timeout. */
  readonly left: Leave | undefined
  readonly timedOut: Moment | undefined
}

export interface RoomMoments {
  readonly room: RoomRecord
  readonly opened: Moment
  readonly participants: ReadonlyArray<ParticipantMoments>
  /** Missing if the room is in progress, or ended by a timeout. */
  readonly completed: Moment | undefined
}

/** Whether the participant has reached the longest stay. */
const isOverstayed = ({ created, ended = 0, room }: ParticipantRecord): boolean =>
  ended - created >= room.settings.maxParticipantDuration

/** Whether a timeout ends the room, no later than it ended. */
const isTimedOut = ({ created, ended = Infinity, participants, settings }: RoomRecord): boolean => {
  if (ended - created >= RoomDeadlines.maximumRoomAge) return true
  const { emptyRoomTimeout, unusedRoomTimeout } = settings
  if (participants.length === 0) return unusedRoomTimeout > 0 && ended - created >= unusedRoomTimeout
  const stayed = participants.filter((participant) => participant.ended === ended)
  if (stayed.length > 0) return emptyRoomTimeout === 0 && stayed.every(isOverstayed)
  const emptySince = participants.reduce((latest, participant) => Math.max(latest, participant.ended ?? 0), 0)
  return ended - emptySince >= emptyRoomTimeout
}

const participantMoments = (participant: ParticipantRecord, before: Leave | undefined): ParticipantMoments => {
  const { created, ended, room, tracks } = participant
  if (before?.at === created) before.isImplied = true
  const moments = {
    joined: { type: "join", at: created, ago: 0, participant, before },
    published: tracks.map((track) => ({ type: "publish", at: track.created, ago: 0, track }) as const)
  } as const
  if (ended === undefined) return { ...moments, left: undefined, timedOut: undefined }
  const isImplied = ended === room.ended
  return isOverstayed(participant)
    ? { ...moments, left: undefined, timedOut: { type: "timeout", at: ended, ago: 0 } }
    : { ...moments, left: { type: "leave", at: ended, ago: 0, participant, isImplied }, timedOut: undefined }
}

const roomMoments = (room: RoomRecord): RoomMoments => {
  const { created, ended } = room
  const leaves = new Map<string, Leave | undefined>()
  return {
    room,
    opened: { type: "open", at: created, ago: 0 },
    participants: room.participants.map((participant) => {
      const moments = participantMoments(participant, leaves.get(participant.identity))
      leaves.set(participant.identity, moments.left)
      return moments
    }),
    completed: ended === undefined || isTimedOut(room) ? undefined : { type: "complete", at: ended, ago: 0 }
  }
}

/** The moments by time, and those of the same time in the order in which a scenario lists them, after the timeouts. */
const listed = ({ completed, opened, participants }: RoomMoments): ReadonlyMap<number, ReadonlyArray<Moment>> => {
  const byTime = new Map<number, Array<Moment>>()
  const add = (moment: Moment | undefined) => {
    if (moment === undefined) return
    const others = byTime.get(moment.at)
    if (others === undefined) byTime.set(moment.at, [moment])
    else others.push(moment)
  }
  for (const { timedOut } of participants) add(timedOut)
  add(opened)
  for (const { joined, left, published } of participants) for (const moment of [joined, ...published, left]) add(moment)
  add(completed)
  return byTime
}

/** A room while its moments pass. */
interface Progress {
  present: number
  /** The position of the latest track. */
  track: number
}

/** Lets moments pass. Returns whether they can happen in this order. */
const pass = (progress: Progress, { settings }: RoomRecord, moments: ReadonlyArray<Moment>): boolean => {
  let isPossible = true
  for (const moment of moments) {
    if (moment.type === "timeout") progress.present -= 1
    else if (moment.type === "join") {
      if (moment.before?.at !== moment.at || !moment.before.isImplied) progress.present += 1
      isPossible &&= progress.present <= settings.maxParticipants
    } else if (moment.type === "leave" && !moment.isImplied) {
      progress.present -= 1
      // A room without an empty timeout would end.
      isPossible &&= progress.present > 0 || settings.emptyRoomTimeout > 0
    } else if (moment.type === "publish") {
      isPossible &&= moment.track.position > progress.track
      progress.track = moment.track.position
    }
  }
  return isPossible
}

const ofType = <T extends Moment["type"]>(moments: ReadonlyArray<Moment>, type: T) =>
  moments.filter((moment): moment is Extract<Moment, { readonly type: T }> => moment.type === type)

/** Puts moments of the same time in a possible order: whoever leaves does so last, or when the room is full. */
const arrange = (present: number, { settings }: RoomRecord, moments: ReadonlyArray<Moment>): ReadonlyArray<Moment> => {
  const others = moments.filter(({ type }) => type === "timeout" || type === "open")
  const completed = moments.filter(({ type }) => type === "complete")
  const leaves = ofType(moments, "leave")
  // Rather those who aren't disconnected anyway.
  const leaving = [...leaves].sort((a, b) => Number(a.isImplied) - Number(b.isImplied))
  const arranged: Array<Moment> = []
  const gone = new Set<Leave>()
  let free = settings.maxParticipants - present + ofType(moments, "timeout").length
  for (const join of ofType(moments, "join")) {
    const { before, participant, at } = join
    if (before?.at === at && !gone.has(before)) gone.add(before)
    else if (free > 0) free -= 1
    else {
      const leave = leaving.find((leave) => !gone.has(leave) && leave.participant.position < participant.position)
      if (leave !== undefined) {
        leave.isImplied = false
        gone.add(leave)
        arranged.push(leave)
      }
    }
    arranged.push(join)
  }
  const published = ofType(moments, "publish").sort((a, b) => a.track.position - b.track.position)
  return [...others, ...arranged, ...published, ...leaves.filter((leave) => !gone.has(leave)), ...completed]
}

interface Group {
  readonly moments: Array<Moment>
  isArranged: boolean
}

/** Adds a room's moments to those of the same time in other rooms. */
const addTo = (groups: Map<number, Group>, all: RoomMoments): void => {
  const progress: Progress = { present: 0, track: -1 }
  const byTime = Array.from(listed(all)).sort(([a], [b]) => a - b)
  for (const [at, moments] of byTime) {
    const group = groups.get(at) ?? { moments: [], isArranged: false }
    groups.set(at, group)
    const before = { ...progress }
    const isPossible = pass(progress, all.room, moments)
    const ordered = isPossible ? moments : arrange(before.present, all.room, moments)
    if (!isPossible) {
      pass(Object.assign(progress, before), all.room, ordered)
      group.isArranged = true
    }
    for (const moment of ordered) if (moment.type !== "timeout") group.moments.push(moment)
  }
}

/** The moments of all rooms. */
export const of = ({ now, rooms }: Store): ReadonlyArray<RoomMoments> => {
  const all = Array.from(rooms.values(), roomMoments)
  const groups = new Map<number, Group>()
  for (const room of all) addTo(groups, room)
  // If the clock was set back, a room's latest change is later than now.
  const asOf = all.reduce((latest, { room }) => Math.max(latest, room.latest), now)
  for (const [at, { isArranged, moments }] of groups) {
    // Less than half a millisecond in all, so that the times stay the same.
    const scale = 10 ** Math.ceil(Math.log10(2 * moments.length + 1))
    for (const [index, moment] of moments.entries()) {
      moment.ago = asOf - at + (isArranged ? (moments.length - 1 - index) / scale : 0)
    }
  }
  return all
}
