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

const make = (): RosterStore.Service => {
  const rooms = new Map<string, MemoryRoom>()
  const names = new Map<string, Set<string>>()
  const waiting = new Map<string, Set<() => void>>()
  const leases = new Map<string, number>()

  const wake = (roomSid: string) => {
    const readers = waiting.get(roomSid)
    waiting.delete(roomSid)
    for (const resume of readers ?? []) resume()
  }

  const remember = (room: RosterFact.InRoom) => {
    const sids = names.get(room.roomName) ?? new Set()
    names.set(room.roomName, sids.add(room.roomSid))
  }

  const dropRoom = ({ state }: MemoryRoom) => {
    rooms.delete(state.sid)
    const sids = names.get(state.name)
    sids?.delete(state.sid)
    if (sids?.size === 0) names.delete(state.name)
    wake(state.sid)
  }

  const running = () => [...rooms.values()].filter(({ state }) => state.ended === undefined)

  return {
    apply: (room, facts) =>
      Effect.sync(() => {
        const before = rooms.get(room.roomSid)
        if (before === undefined) remember(room)
        const { added, position, state } = Room.apply(room, before, facts)
        const log = added.length === 0 ? (before?.log ?? []) : [...(before?.log ?? []), ...added].slice(-Room.logLength)
        rooms.set(room.roomSid, {
          state,
          position,
          log,
          rank: Doubt.rank(state),
          claimedUntil: before?.claimedUntil ?? 0
        })
        if (added.length > 0) wake(room.roomSid)
        return { state, position }
      }),
    read: (roomSid) => Effect.sync(() => rooms.get(roomSid)),
    find: (roomName) =>
      Effect.sync(() => {
        const named = [...(names.get(roomName) ?? [])].flatMap((sid) => rooms.get(sid) ?? [])
        return named.sort(byName).at(-1)?.state.sid
      }),
    changes: (roomSid, after) =>
      Effect.sync(() => {
        const room = rooms.get(roomSid)
        if (room === undefined || after > room.position || after < room.position - room.log.length) return undefined
        return room.log.slice(room.log.length - (room.position - after))
      }),
    wait: (roomSid, after) =>
      Effect.callback((resume) => {
        if (rooms.get(roomSid)?.position !== after) return resume(Effect.void)
        const readers = waiting.get(roomSid) ?? new Set()
        const wakeUp = () => resume(Effect.void)
        waiting.set(roomSid, readers.add(wakeUp))
        return Effect.sync(() => void readers.delete(wakeUp))
      }),
    rooms: Effect.sync(() => running().map(inRoom)),
    claim: ({ limit, now, rank, until, verified }) =>
      Effect.sync(() => {
        const due = running().filter(
          (room) => room.rank <= rank && room.state.verified <= verified && room.claimedUntil <= now
        )
        const claimed = due.sort((a, b) => a.rank - b.rank).slice(0, limit)
        for (const room of claimed) room.claimedUntil = until
        return claimed.map(inRoom)
      }),
    lease: (task, now, until) =>
      Effect.sync(() => {
        if ((leases.get(task) ?? 0) > now) return false
        leases.set(task, until)
        return true
      }),
    forget: (redacted) =>
      Effect.sync(() => {
        const identities = new Set(redacted.map(Redacted.value))
        let forgotten = 0
        for (const [sid, room] of rooms) {
          const { room: without, sids } = Room.forget(room, identities)
          if (sids.size > 0) rooms.set(sid, without)
          forgotten += sids.size
        }
        return forgotten
      }),
    drop: (before) =>
      Effect.sync(() => {
        const over = [...rooms.values()].filter(({ state }) => Room.isOver(state, before))
        for (const room of over) dropRoom(room)
        return over.length
      })
  }
}

/**
 * Keeps the rooms in memory.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<RosterStore.RosterStore> = Layer.sync(RosterStore.RosterStore, make)
