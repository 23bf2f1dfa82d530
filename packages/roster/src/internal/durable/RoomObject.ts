/**
 * The object of one room: its state, the log of its changes, and the readers who wait for them.
 */
import type * as RosterFact from "../../RosterFact.ts"
import type * as RosterStore from "../../RosterStore.ts"
import type * as RoomState from "../../RoomState.ts"
import * as Doubt from "../Doubt.ts"
import * as Room from "../store/Room.ts"
import type * as Calls from "./Calls.ts"
import type * as Directory from "./Directory.ts"
import * as Storage from "./Storage.ts"

export interface Operations extends Directory.Visit {
  readonly apply: (
    room: RosterFact.InRoom,
    facts: ReadonlyArray<RosterFact.RosterFact>
  ) => Promise<RosterStore.StoredRoom>
  readonly read: () => RosterStore.StoredRoom | undefined
  readonly changes: (after: number) => ReadonlyArray<RosterStore.LoggedChange> | undefined
  readonly wait: (after: number) => Promise<void>
}

export interface RoomObject {
  readonly operations: Operations
  readonly alarm: () => Promise<void>
}

export interface Options {
  readonly storage: Storage.Storage
  readonly directory: Calls.Call<Directory.Operations>
  /** How long the room is kept after its end, in milliseconds. */
  readonly retention: number
}

interface Row extends RosterStore.StoredRoom {
  readonly revision: number
  /** What the directory knows, as text. */
  readonly told: string
  readonly alarm: number
}

/** How long a reader waits at most. Shorter than the heartbeat of `RosterEvents`, whose new wait doesn't end the old one. */
const longestWait = 14_000

/** When the directory is told again after a failure. */
const retryDelay = 10_000

/** The last time of a `Date`, for an infinite retention. */
const lastTime = 8.64e15

const tables = `
  CREATE TABLE IF NOT EXISTS room (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL,
    told TEXT NOT NULL, alarm INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY, change TEXT NOT NULL);`

/** When it was created, or else the time of the latest fact. Of rooms with the same name, the latest is meant. */
const sinceOf = ({ created, latest }: RoomState.RoomState): number => created ?? latest

/** What the directory has to know. `latest` may lag: it asks before it drops a room. */
const summaryOf = (state: RoomState.RoomState): string =>
  JSON.stringify([sinceOf(state), Doubt.rank(state), state.verified, state.ended])

const noteOf = ({ revision, state }: Row): Directory.Note => ({
  roomSid: state.sid,
  roomName: state.name,
  revision,
  rank: Doubt.rank(state),
  verified: state.verified,
  since: sinceOf(state),
  latest: state.latest,
  ended: state.ended ?? null
})

type Changes = ReadonlyArray<RosterStore.LoggedChange>

/** The tables. They're created by the first write. */
const tablesOf = (storage: Storage.Storage) => {
  const run = Storage.querying(storage)
  let isReady = false
  const query: Storage.Query = (text, bindings) => {
    isReady ||= run("SELECT 1 FROM sqlite_master WHERE name = 'room'").length > 0
    return isReady ? run(text, bindings) : []
  }
  return {
    load: (): Row | undefined => {
      const [row] = query<Omit<Row, "state"> & { readonly state: string }>("SELECT * FROM room")
      return row === undefined ? undefined : { ...row, state: JSON.parse(row.state) }
    },
    logged: (after: number): Changes =>
      query<{ readonly position: number; readonly change: string }>(
        "SELECT position, change FROM log WHERE position > ? ORDER BY position",
        [after]
      ).map(({ change, position }) => ({ position, change: JSON.parse(change) })),
    save: ({ alarm, position, revision, state, told }: Row, changes: Changes) =>
      storage.transactionSync(() => {
        run(tables)
        run("INSERT OR REPLACE INTO room (id, state, position, revision, told, alarm) VALUES (1, ?, ?, ?, ?, ?)", [
          JSON.stringify(state),
          position,
          revision,
          told,
          alarm
        ])
        for (const logged of changes) {
          const text = JSON.stringify(logged.change)
          run("INSERT OR REPLACE INTO log (position, change) VALUES (?, ?)", [logged.position, text])
        }
        run("DELETE FROM log WHERE position <= ?", [position - Room.logLength])
      }),
    clear: async () => {
      isReady = false
      await Promise.all([storage.deleteAlarm(), storage.deleteAll()])
    }
  }
}

const isTold = ({ state, told }: Omit<Row, "alarm">): boolean => told === summaryOf(state)

/** The room with its alarm, which tells the directory what it doesn't know yet, and drops the room when it's over. */
const storingOf = ({ retention, storage }: Options) => {
  const { clear, load, logged, save } = tablesOf(storage)
  const alarmOf = (row: Omit<Row, "alarm">): number =>
    isTold(row) ? Math.min(Room.overSince(row.state) + retention + 1, lastTime) : Date.now() + retryDelay

  /** There's nothing between the write and the alarm: both are stored, or neither. */
  const put = async (before: Row | undefined, row: Row, changes: Changes = []) => {
    save(row, changes)
    if (row.alarm !== before?.alarm) await storage.setAlarm(row.alarm)
  }

  return {
    clear,
    load,
    logged,
    change: (before: Row | undefined, { position, state }: RosterStore.StoredRoom, changes: Changes) => {
      const row = {
        state,
        position,
        // Also grows if the room was dropped in between.
        revision: Math.max(Date.now(), (before?.revision ?? 0) + 1),
        told: before?.told ?? ""
      }
      // An alarm that's too early does no harm. One in the past may have failed too often to come again.
      const set = before !== undefined && before.alarm > Date.now() ? before.alarm : Infinity
      return put(before, { ...row, alarm: Math.min(set, alarmOf(row)) }, changes)
    },
    setTold: async (told: string) => {
      const row = load()
      if (row === undefined) return
      const next = { ...row, told }
      await put(row, isTold(next) ? { ...next, alarm: alarmOf(next) } : next)
    },
    setAlarm: async () => {
      const row = load()
      if (row !== undefined) await put(undefined, { ...row, alarm: alarmOf(row) })
    }
  }
}

type Stored = ReturnType<typeof storingOf>

/** Tells the directory what it has to know of the changes before the call, one note at a time. */
const tellingOf = ({ directory }: Options, { load, setTold }: Stored) => {
  const note = async (row: Row) => {
    await directory("note", noteOf(row))
    await setTold(summaryOf(row.state))
  }
  let telling: Promise<void> | undefined
  return async () => {
    // The first note may have begun before the change.
    for (let round = 0; round < 2; round++) {
      const row = load()
      if (row === undefined || isTold(row)) return
      telling ??= note(row).finally(() => {
        telling = undefined
      })
      // If it fails, the alarm tells it later.
      await telling.catch(() => undefined)
    }
  }
}

/** The readers who wait for a change. */
const waiting = () => {
  const readers = new Set<() => void>()
  return {
    wake: () => {
      for (const resume of readers) resume()
    },
    wait: () =>
      new Promise<void>((resolve) => {
        const resume = () => {
          clearTimeout(timer)
          readers.delete(resume)
          resolve()
        }
        const timer = setTimeout(resume, longestWait)
        readers.add(resume)
      })
  }
}

/** What readers ask for. */
const readingOf = (room: Stored, wait: () => Promise<void>): Pick<Operations, "changes" | "read" | "wait"> => ({
  read: () => {
    const row = room.load()
    return row === undefined ? undefined : { state: row.state, position: row.position }
  },
  changes: (after) => {
    const row = room.load()
    const oldest = Math.max(0, (row?.position ?? 0) - Room.logLength)
    return row === undefined || after > row.position || after < oldest ? undefined : room.logged(after)
  },
  wait: async (after) => {
    if (room.load()?.position === after) await wait()
  }
})

export const make = (options: Options): RoomObject => {
  const { directory, retention } = options
  const room = storingOf(options)
  const tell = tellingOf(options, room)
  const readers = waiting()

  const drop = async () => {
    await room.clear()
    readers.wake()
  }

  /** Removes the room from the directory first, which would list a room without data otherwise. */
  const dropForGood = async ({ revision, state }: Row) => {
    // If the room changes meanwhile, the directory has to know it again.
    await room.setTold("")
    await directory("remove", state.sid, revision)
    if (room.load()?.revision === revision) await drop()
  }

  return {
    operations: {
      ...readingOf(room, readers.wait),
      apply: async ({ roomName, roomSid }, facts) => {
        let before = room.load()
        if (before === undefined) {
          await directory("register", { roomName, roomSid })
          before = room.load()
        }
        const { added, position, state } = Room.apply({ roomName, roomSid }, before, facts)
        if (before === undefined || JSON.stringify(state) !== JSON.stringify(before.state)) {
          await room.change(before, { position, state }, added)
          if (added.length > 0) readers.wake()
        }
        await tell()
        return { position, state }
      },
      forget: async (identities) => {
        const before = room.load()
        if (before === undefined) return 0
        const { room: without, sids } = Room.forget({ ...before, log: room.logged(0) }, new Set(identities))
        if (sids.size > 0) await room.change(before, without, without.log)
        await tell()
        return sids.size
      },
      drop: async (before) => {
        const row = room.load()
        if (row !== undefined && !Room.isOver(row.state, before)) return row.state.latest
        if (row !== undefined) await drop()
        return null
      }
    },
    alarm: async () => {
      const row = room.load()
      if (row === undefined) return
      if (Room.isOver(row.state, Date.now() - retention)) await dropForGood(row).catch(() => undefined)
      await tell()
      await room.setAlarm()
    }
  }
}
