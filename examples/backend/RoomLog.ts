/**
 * The events of rooms, from Twilio's status callbacks: who joined and left, by SID. It contains no identities, so erasing a
 * person changes nothing here.
 */
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import type * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

export interface Entry {
  readonly at: string
  readonly event: "RoomCreated" | "RoomEnded" | "ParticipantConnected" | "ParticipantDisconnected"
  readonly roomSid: string
  readonly participantSid?: string
}

export interface Log {
  /** The SIDs of the participants who joined and haven't left. */
  readonly present: ReadonlyArray<string>
  /** Sorted by time. */
  readonly entries: ReadonlyArray<Entry>
}

/**
 * Stores the log. The layer here is in memory, which isn't enough for production: a Worker has many isolates, and each
 * loses its memory. On Workers, use a Durable Object per room with the same two operations.
 */
export class RoomLog extends Context.Service<
  RoomLog,
  {
    /** Records an event. Events may arrive in any order. A duplicate has no effect. */
    readonly record: StatusCallbackHandler.OnEvent<never, never>
    /** The log of the rooms that have or had this unique name. */
    readonly read: (room: string) => Effect.Effect<Log>
  }
>()("examples/backend/RoomLog") {}

const entryOf = (event: StatusCallbackEvent.StatusCallbackEvent): Entry | undefined => {
  switch (event._tag) {
    case "RoomCreated":
    case "RoomEnded":
      return {
        at: new Date(event.timestamp.epochMilliseconds).toISOString(),
        event: event._tag,
        roomSid: event.roomSid
      }
    case "ParticipantConnected":
    case "ParticipantDisconnected":
      return {
        at: new Date(event.timestamp.epochMilliseconds).toISOString(),
        event: event._tag,
        roomSid: event.roomSid,
        participantSid: event.participantSid
      }
    default:
      return undefined
  }
}

/** Identifies duplicate callbacks. */
const keyOf = (event: StatusCallbackEvent.StatusCallbackEvent, delivery: StatusCallbackHandler.Delivery) =>
  "sequenceNumber" in event && Option.isSome(event.sequenceNumber)
    ? `${event.roomSid} ${event.sequenceNumber.value}`
    : Option.getOrUndefined(delivery.idempotencyToken)

interface RoomRecord {
  readonly name: string
  readonly known: Set<string>
  readonly entries: Array<Entry>
}

const presentIn = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
  // A participant who rejoins has a new SID, so a SID that left is gone, in whatever order the events arrived.
  const gone = new Set(
    entries.filter(({ event }) => event === "ParticipantDisconnected").map(({ participantSid }) => participantSid)
  )
  const over = new Set(entries.filter(({ event }) => event === "RoomEnded").map(({ roomSid }) => roomSid))
  return entries.flatMap(({ event, participantSid, roomSid }) =>
    event === "ParticipantConnected" && participantSid !== undefined && !gone.has(participantSid) && !over.has(roomSid)
      ? [participantSid]
      : []
  )
}

/** Keeps the most recently active rooms in memory. */
export const layerMemory = (limit = 100): Layer.Layer<RoomLog> =>
  Layer.sync(RoomLog, () => {
    const rooms = new Map<string, RoomRecord>()

    const recordOf = (roomSid: string, name: string): RoomRecord => {
      const record = rooms.get(roomSid) ?? { name, known: new Set(), entries: [] }
      // The most recently active room is last.
      rooms.delete(roomSid)
      rooms.set(roomSid, record)
      for (const oldest of rooms.keys()) {
        if (rooms.size <= limit) break
        rooms.delete(oldest)
      }
      return record
    }

    return {
      record: (event, delivery) =>
        Effect.sync(() => {
          const entry = entryOf(event)
          if (entry === undefined || !("roomName" in event)) return
          const { entries, known } = recordOf(entry.roomSid, event.roomName)
          const key = keyOf(event, delivery)
          if (key !== undefined) {
            if (known.has(key)) return
            known.add(key)
          }
          entries.push(entry)
        }),
      read: (room) =>
        Effect.sync(() => {
          const entries = [...rooms.values()]
            .filter(({ name }) => name === room)
            .flatMap(({ entries }) => entries)
            // Twilio doesn't guarantee the order of delivery.
            .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
          return { present: presentIn(entries), entries }
        })
    }
  })
