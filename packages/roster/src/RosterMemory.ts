/**
 * A roster's rooms in the memory of the process. They're lost when it ends: after a restart, reconciliation finds them again.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Doubt from "./internal/Doubt.ts"
import * as Room from "./internal/store/Room.ts"
import type * as RoomState from "./RoomState.ts"
import type * as RosterFact from "./RosterFact.ts"
import * as RosterStore from "./RosterStore.ts"

interface MemoryRoom extends RosterStore.StoredRoom {
  readonly log: ReadonlyArray<RosterStore.LoggedChange>
  readonly rank: number
  claimedUntil: number
}

const inRoom = ({ state }: MemoryRoom): RosterFact.InRoom => ({ roomSid: state.sid, roomName: state.name })

/** The room that a name means now comes last. */
const byName = (a: MemoryRoom, b: MemoryRoom): number =>
  Number(b.state.ended !== undefined) - Number(a.state.ended !== undefined) ||
  (a.state.created ?? a.state.latest) - (b.state.created ?? b.state.latest)

interface Memory {
  readonly rooms: Map<string, MemoryRoom>
  /** The SIDs of the rooms with a name. */
  readonly names: Map<string, Set<string>>
  /** The readers who wait for a room's next change. */
  readonly waiting: Map<string, Set<() => void>>
  /** When the leases of tasks end. */
  readonly leases: Map<string, number>
}

const remember = ({ names }: Memory, { roomName, roomSid }: RosterFact.InRoom) => {
  const sids = names.get(roomName) ?? new Set()
  names.set(roomName, sids.add(roomSid))
}

const wake = ({ waiting }: Memory, roomSid: string) => {
  const readers = waiting.get(roomSid)
  waiting.delete(roomSid)
  for (const resume of readers ?? []) resume()
}

const dropRoom = (memory: Memory, { name, sid }: RoomState.RoomState) => {
  memory.rooms.delete(sid)
  const sids = memory.names.get(name)
  sids?.delete(sid)
  if (sids?.size === 0) memory.names.delete(name)
  wake(memory, sid)
}

const running = ({ rooms }: Memory) => [...rooms.values()].filter(({ state }) => state.ended === undefined)

const withChanges = (
  log: ReadonlyArray<RosterStore.LoggedChange>,
  added: ReadonlyArray<RosterStore.LoggedChange>
): ReadonlyArray<RosterStore.LoggedChange> => (added.length === 0 ? log : [...log, ...added].slice(-Room.logLength))

const changing = (memory: Memory): Pick<RosterStore.Service, "apply" | "drop" | "forget"> => ({
  apply: (room, facts) =>
    Effect.sync(() => {
      const before = memory.rooms.get(room.roomSid)
      if (before === undefined) remember(memory, room)
      const { added, position, state } = Room.apply(room, before, facts)
      memory.rooms.set(room.roomSid, {
        state,
        position,
        log: withChanges(before?.log ?? [], added),
        rank: Doubt.rank(state),
        claimedUntil: before?.claimedUntil ?? 0
      })
      if (added.length > 0) wake(memory, room.roomSid)
      return { state, position }
    }),
  forget: (redacted) =>
    Effect.sync(() => {
      const identities = new Set(redacted.map(Redacted.value))
      let forgotten = 0
      for (const [sid, room] of memory.rooms) {
        const { room: without, sids } = Room.forget(room, identities)
        memory.rooms.set(sid, without)
        forgotten += sids.size
      }
      return forgotten
    }),
  drop: (before) =>
    Effect.sync(() => {
      const over = [...memory.rooms.values()].filter(({ state }) => Room.isOver(state, before))
      for (const { state } of over) dropRoom(memory, state)
      return over.length
    })
})

const reading = (memory: Memory): Pick<RosterStore.Service, "changes" | "find" | "read" | "rooms" | "wait"> => ({
  read: (roomSid) => Effect.sync(() => memory.rooms.get(roomSid)),
  find: (roomName) =>
    Effect.sync(() => {
      const named = [...(memory.names.get(roomName) ?? [])].flatMap((sid) => memory.rooms.get(sid) ?? [])
      return named.sort(byName).at(-1)?.state.sid
    }),
  rooms: Effect.sync(() => running(memory).map(inRoom)),
  changes: (roomSid, after) =>
    Effect.sync(() => {
      const room = memory.rooms.get(roomSid)
      if (room === undefined || after > room.position || after < room.position - room.log.length) return undefined
      return room.log.slice(room.log.length - (room.position - after))
    }),
  wait: (roomSid, after) =>
    Effect.callback((resume) => {
      if (memory.rooms.get(roomSid)?.position !== after) return resume(Effect.void)
      const readers = memory.waiting.get(roomSid) ?? new Set()
      const wakeUp = () => resume(Effect.void)
      memory.waiting.set(roomSid, readers.add(wakeUp))
      return Effect.sync(() => void readers.delete(wakeUp))
    })
})

const claiming = (memory: Memory): Pick<RosterStore.Service, "claim" | "lease"> => ({
  claim: ({ limit, now, rank, until, verified }) =>
    Effect.sync(() => {
      const due = running(memory).filter(
        (room) => room.rank <= rank && room.state.verified <= verified && room.claimedUntil <= now
      )
      const claimed = due.sort((a, b) => a.rank - b.rank).slice(0, limit)
      for (const room of claimed) room.claimedUntil = until
      return claimed.map(inRoom)
    }),
  lease: (task, now, until) =>
    Effect.sync(() => {
      if ((memory.leases.get(task) ?? 0) > now) return false
      memory.leases.set(task, until)
      return true
    })
})

const make = (): RosterStore.Service => {
  const memory: Memory = { rooms: new Map(), names: new Map(), waiting: new Map(), leases: new Map() }
  let epoch: string | undefined
  return {
    // Not before it's needed: in a Worker, only requests may have random numbers.
    epoch: () => (epoch ??= crypto.randomUUID().slice(0, 8)),
    ...changing(memory),
    ...reading(memory),
    ...claiming(memory)
  }
}

/**
 * Keeps the rooms in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<RosterStore.RosterStore> = Layer.sync(RosterStore.RosterStore, make)
