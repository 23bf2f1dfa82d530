/**
 * What happened in each room and isn't in its records: lost and regained connections, mutes, new subscribe rules,
 * removals and erasures. Has SIDs and no identities, so an erased identity isn't in it.
 */
import type * as Change from "../engine/Change.ts"
import type { RoomRecord } from "../engine/Records.ts"
import type * as Protocol from "./ConsoleProtocol.ts"

/** How many events of a room are kept. Then the oldest tenth is dropped. */
const maximum = 10_000

export interface HistoryEvent {
  readonly at: number
  readonly type: Protocol.ChangeType
  /** Of the participant, or of the track. */
  readonly sid: string
  readonly by: Protocol.Cause
  readonly requestId: string | undefined
}

interface Events {
  dropped: number
  readonly kept: Array<HistoryEvent>
}

const isKept: Readonly<Partial<Record<Protocol.ChangeType, true>>> = {
  "participant-reconnecting": true,
  "participant-reconnected": true,
  "participant-anonymized": true,
  "participant-removed": true,
  "subscribe-rules-replaced": true,
  "track-enabled": true,
  "track-disabled": true
}

const none: Events = { dropped: 0, kept: [] }

export class RoomHistory {
  // A room that is removed, reset or replaced takes its events with it.
  private readonly rooms = new WeakMap<RoomRecord, Events>()

  of(room: RoomRecord): Readonly<Events> {
    return this.rooms.get(room) ?? none
  }

  add(room: RoomRecord, change: Change.Change, event: Omit<HistoryEvent, "sid">): void {
    if (isKept[event.type] === undefined || "room" in change) return
    const sid = "track" in change ? change.track.sid : change.participant.sid
    let events = this.rooms.get(room)
    if (events === undefined) this.rooms.set(room, (events = { dropped: 0, kept: [] }))
    if (events.kept.length >= maximum) {
      events.kept.splice(0, maximum / 10)
      events.dropped += maximum / 10
    }
    events.kept.push({ ...event, sid })
  }
}
