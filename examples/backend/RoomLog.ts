/**
 * What happened in rooms, as Twilio's status callbacks tell it: who came and went, by SID. Holds no identities, so that
 * nothing has to be erased here when somebody is to be forgotten, and no tracks.
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
  /** The SIDs of who came and did not go. */
  readonly present: ReadonlyArray<string>
  /** In the order in which it happened. */
  readonly entries: ReadonlyArray<Entry>
}

/**
 * Where the log is kept. The one here is in memory, to try: a Worker has many isolates, and each forgets. For a Worker,
 * a Durable Object for each room has the same two operations.
 */
export class RoomLog extends Context.Service<
  RoomLog,
  {
    /** Takes an event, in whatever order events come. One that came before changes nothing. */
    readonly record: StatusCallbackHandler.OnEvent<never, never>
    /** What is known of the rooms that have or had this unique name. */
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

/** By which a callback that comes again is known. */
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
  // Somebody who comes back has a new SID, so whoever went is gone, whatever came first.
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

/** In memory, of the rooms that something happened in last. */
export const layerMemory = (limit = 100): Layer.Layer<RoomLog> =>
  Layer.sync(RoomLog, () => {
    const rooms = new Map<string, RoomRecord>()

    const recordOf = (roomSid: string, name: string): RoomRecord => {
      const record = rooms.get(roomSid) ?? { name, known: new Set(), entries: [] }
      // The room that was touched last stands last.
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
            // Twilio promises no order of delivery.
            .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
          return { present: presentIn(entries), entries }
        })
    }
  })
