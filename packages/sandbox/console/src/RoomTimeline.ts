/**
 * The timeline of one room: loaded once, then kept up to date by the changes that the server reports. Each participant is
 * a signal, so a change renders only one lane.
 */
import { batch, effect, signal, type Signal } from "@preact/signals"
import type {
  RoomSummary,
  Timeline,
  TimelineEvent,
  TimelineParticipant
} from "../../src/internal/served/ConsoleProtocol.ts"
import * as Api from "./Api.ts"
import * as Store from "./Store.ts"
import * as TimelineFold from "./TimelineFold.ts"

export class RoomTimeline {
  /** The SIDs of the participants, in order of joining. */
  readonly sids = signal<ReadonlyArray<string>>([])
  /** The room, once it's loaded. */
  readonly room = signal<RoomSummary | undefined>(undefined)
  /** Why the timeline can't be loaded. */
  readonly failure = signal("")
  /** How many parts of the history the server no longer has. */
  readonly dropped = signal(0)
  private readonly roomSid: string
  private readonly participants = new Map<string, Signal<TimelineParticipant>>()
  private position = 0
  private loads = 0
  /** The changes since the request for the timeline that is under way. */
  private pending: Array<TimelineEvent> | undefined

  constructor(roomSid: string) {
    this.roomSid = roomSid
  }

  participant(sid: string): Signal<TimelineParticipant> | undefined {
    return this.participants.get(sid)
  }

  /** Loads the timeline, and again after each snapshot. Returns a function that stops it. */
  start(): () => void {
    const stopListening = Store.onChange((change) => {
      if (change.roomSid !== this.roomSid) return
      if (this.pending === undefined) this.apply(change)
      else this.pending.push(change)
    })
    const stopLoading = effect(() => {
      if (Store.snapshots.value > 0) void this.load()
    })
    return () => {
      stopListening()
      stopLoading()
    }
  }

  async load(): Promise<void> {
    const load = ++this.loads
    this.pending = []
    try {
      const timeline = await Api.get<Timeline>(Api.path`rooms/${this.roomSid}/timeline`)
      if (load === this.loads) batch(() => this.replace(timeline))
    } catch (error) {
      if (load === this.loads) this.failure.value = error instanceof Error ? error.message : String(error)
    }
  }

  private replace({ dropped, participants, position, room }: Timeline): void {
    this.position = position
    this.failure.value = ""
    this.room.value = room
    this.dropped.value = dropped
    const sids = new Set(participants.map(({ sid }) => sid))
    for (const sid of this.participants.keys()) if (!sids.has(sid)) this.participants.delete(sid)
    for (const participant of participants) this.put(participant)
    this.sids.value = [...sids]
    const { pending = [] } = this
    this.pending = undefined
    for (const change of pending) this.apply(change)
  }

  private put(participant: TimelineParticipant): void {
    const known = this.participants.get(participant.sid)
    if (known !== undefined) known.value = participant
    else this.participants.set(participant.sid, signal(participant))
  }

  private apply(change: TimelineEvent): void {
    const { participantSid, position } = change
    if (position <= this.position || participantSid === undefined) return
    this.position = position
    const known = this.participants.get(participantSid)
    const after = TimelineFold.apply(known?.peek(), change)
    if (after === undefined) return
    this.put(after)
    if (known === undefined) this.sids.value = [...this.sids.value, participantSid]
  }
}
