/**
 * What a console knows from a snapshot, a timeline and the events after them.
 */
import * as TimelineFold from "../../console/src/TimelineFold.ts"
import type * as Protocol from "../../src/internal/served/ConsoleProtocol.ts"
import type { Received } from "./Events.ts"

const byKey = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string): Map<string, A> =>
  new Map(items.map((item) => [keyOf(item), item]))

export class ConsoleModel {
  private rooms = new Map<string, Protocol.RoomSummary>()
  private requests = new Map<string, Protocol.RequestSummary>()
  private callbacks = new Map<string, Protocol.CallbackSummary>()
  private faults: Protocol.Faults = { faults: [], deliveryFaults: [] }
  private rate = 1

  receive({ event }: Received): void {
    switch (event.type) {
      case "snapshot":
        this.rooms = byKey(event.rooms, ({ sid }) => sid)
        this.requests = byKey(event.requests, ({ id }) => id)
        this.callbacks = byKey(event.callbacks, ({ id }) => id)
        this.faults = { faults: event.faults, deliveryFaults: event.deliveryFaults }
        this.rate = event.clock.rate
        break
      case "room":
        this.rooms.set(event.room.sid, event.room)
        break
      case "room-removed":
        this.rooms.delete(event.sid)
        break
      case "request":
        this.requests.set(event.request.id, event.request)
        break
      case "requests-cleared":
        this.requests.clear()
        break
      case "callback":
        this.callbacks.set(event.callback.id, event.callback)
        break
      case "callbacks-cleared":
        this.callbacks.clear()
        break
      case "faults":
        this.faults = { faults: event.faults, deliveryFaults: event.deliveryFaults }
        break
      case "clock":
        this.rate = event.clock.rate
    }
  }

  get shown() {
    const { callbacks, faults, rate, requests, rooms } = this
    return { rooms, requests, callbacks, faults, rate }
  }
}

/** The participants of a timeline after the events of its room. */
export const participantsAfter = (
  timeline: Protocol.Timeline,
  received: ReadonlyArray<Received>
): ReadonlyArray<Protocol.TimelineParticipant> => {
  const participants = byKey(timeline.participants, ({ sid }) => sid)
  for (const { event } of received) {
    if (event.type !== "change" || event.change.roomSid !== timeline.room.sid) continue
    const { participantSid, position } = event.change
    if (participantSid === undefined || position <= timeline.position) continue
    const after = TimelineFold.apply(participants.get(participantSid), event.change)
    if (after !== undefined) participants.set(participantSid, after)
  }
  return Array.from(participants.values())
}
