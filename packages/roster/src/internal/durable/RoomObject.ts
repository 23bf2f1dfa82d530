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

export interface Operations {
  readonly apply: (
    room: RosterFact.InRoom,
    facts: ReadonlyArray<RosterFact.RosterFact>
  ) => Promise<RosterStore.StoredRoom>
  readonly read: () => RosterStore.StoredRoom | undefined
  readonly changes: (after: number) => ReadonlyArray<RosterStore.LoggedChange> | undefined
  readonly wait: (after: number) => Promise<void>
  readonly forget: (identities: ReadonlyArray<string>) => Promise<number>
  /** Drops the room if it's over. Returns the time of the latest fact if it isn't, and null if nothing is stored. */
  readonly drop: (before: number) => Promise<number | null>
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

/** How long a reader waits at most. Shorter than the time after which proxies and runtimes end idle requests. */
const longestWait = 25_000

/** When the directory is told again after a failure. */
const retryDelay = 10_000

const tables = `
  CREATE TABLE IF NOT EXISTS room (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL,
    told TEXT NOT NULL, alarm INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY, change TEXT NOT NULL);`

/** What the directory has to know. `latest` may lag: it asks before it drops a room. */
const summaryOf = (state: RoomState.RoomState): string =>
  JSON.stringify([state.created, Doubt.rank(state), state.verified, state.ended])

const noteOf = ({ revision, state }: Row): Directory.Note => ({
  roomSid: state.sid,
  roomName: state.name,
  revision,
  rank: Doubt.rank(state),
  verified: state.verified,
  since: state.created ?? state.latest,
  latest: state.latest,
  ended: state.ended ?? null
})

/** The rows of the tables. They're created by the first write, so that an object that is only read stores nothing. */
const rowsOf = (storage: Storage.Storage) => {
  let isReady = false
  const query = <Row>(text: string, ...bindings: Array<Storage.Value>): ReadonlyArray<Row> => {
    isReady ||= Storage.all(storage, "SELECT 1 FROM sqlite_master WHERE name = 'room'").length > 0
    return isReady ? Storage.all(storage, text, ...bindings) : []
  }

  const logged = (after: number): ReadonlyArray<RosterStore.LoggedChange> =>
    query<{ readonly position: number; readonly change: string }>(
      "SELECT position, change FROM log WHERE position > ? ORDER BY position",
      after
    ).map(({ change, position }) => ({ position, change: JSON.parse(change) }))

  return {
    logged,
    load: (): Row | undefined => {
      const [row] = query<Omit<Row, "state"> & { readonly state: string }>("SELECT * FROM room")
      return row === undefined ? undefined : { ...row, state: JSON.parse(row.state) }
    },
    /** Stores a row and changes of the log, in one transaction. */
    save: ({ alarm, position, revision, state, told }: Row, changes: ReadonlyArray<RosterStore.LoggedChange>) =>
      storage.transactionSync(() => {
        storage.sql.exec(tables)
        storage.sql.exec(
          "INSERT OR REPLACE INTO room (id, state, position, revision, told, alarm) VALUES (1, ?, ?, ?, ?, ?)",
          ...[JSON.stringify(state), position, revision, told, alarm]
        )
        for (const logged of changes) {
          storage.sql.exec(
            "INSERT OR REPLACE INTO log (position, change) VALUES (?, ?)",
            ...[logged.position, JSON.stringify(logged.change)]
          )
        }
        storage.sql.exec("DELETE FROM log WHERE position <= ?", position - Room.logLength)
      }),
    clear: async () => {
      isReady = false
      await Promise.all([storage.deleteAlarm(), storage.deleteAll()])
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

const isTold = ({ state, told }: Row): boolean => told === summaryOf(state)

export const make = ({ directory, retention, storage }: Options): RoomObject => {
  const { clear, load, logged, save } = rowsOf(storage)
  const readers = waiting()

  const overAt = (state: RoomState.RoomState): number => Room.overSince(state) + retention + 1

  /** Stores a row and sets its alarm, with nothing in between: both are stored, or neither. */
  const put = async (before: Row | undefined, row: Row, changes: ReadonlyArray<RosterStore.LoggedChange> = []) => {
    save(row, changes)
    if (row.alarm !== before?.alarm) await storage.setAlarm(row.alarm)
  }

  const change = (
    before: Row | undefined,
    { position, state }: RosterStore.StoredRoom,
    changes: ReadonlyArray<RosterStore.LoggedChange>
  ) => {
    const told = before?.told ?? ""
    const alarm = before?.alarm ?? Infinity
    return put(
      before,
      {
        state,
        position,
        told,
        // Also grows if the room was dropped in between.
        revision: Math.max(Date.now(), (before?.revision ?? 0) + 1),
        // If this object stops before it has told the directory, the alarm does it.
        alarm: told === summaryOf(state) ? alarm : Math.min(alarm, Date.now() + retryDelay)
      },
      changes
    )
  }

  const note = async (row: Row) => {
    await directory("note", noteOf(row))
    const now = load()
    if (now === undefined) return
    const told = { ...now, told: summaryOf(row.state) }
    await put(now, isTold(told) ? { ...told, alarm: overAt(now.state) } : told)
  }

  let telling: Promise<void> | undefined
  /** Tells the directory what it has to know of the changes before this call, one note at a time. */
  const tell = async () => {
    // The first note may have begun before the change.
    for (let round = 0; round < 2; round++) {
      const row = load()
      if (row === undefined || isTold(row)) return
      telling ??= note(row).finally(() => {
        telling = undefined
      })
      await telling
    }
  }
  // The alarm tells it later.
  const tryToTell = () => tell().catch(() => undefined)

  const drop = async () => {
    await clear()
    readers.wake()
  }

  /** Removes a room that's over from the directory first: it couldn't be found there without its name. */
  const dropForGood = async (row: Row) => {
    // If the room changes meanwhile, the directory has to know it again.
    await put(row, { ...row, told: "" })
    await directory("remove", row.state.sid, row.revision)
    if (load()?.revision === row.revision) await drop()
  }

  return {
    operations: {
      apply: async (room, facts) => {
        let before = load()
        if (before === undefined) {
          await directory("register", { roomSid: room.roomSid, roomName: room.roomName })
          before = load()
        }
        const { added, position, state } = Room.apply(room, before, facts)
        if (before === undefined || JSON.stringify(state) !== JSON.stringify(before.state)) {
          await change(before, { position, state }, added)
          if (added.length > 0) readers.wake()
        }
        await tryToTell()
        return { position, state }
      },
      read: () => {
        const row = load()
        return row === undefined ? undefined : { state: row.state, position: row.position }
      },
      changes: (after) => {
        const row = load()
        const oldest = Math.max(0, (row?.position ?? 0) - Room.logLength)
        return row === undefined || after > row.position || after < oldest ? undefined : logged(after)
      },
      wait: async (after) => {
        if (load()?.position === after) await readers.wait()
      },
      forget: async (identities) => {
        const before = load()
        if (before === undefined) return 0
        const { room, sids } = Room.forget({ ...before, log: logged(0) }, new Set(identities))
        if (sids.size === 0) return 0
        await change(before, room, room.log)
        await tryToTell()
        return sids.size
      },
      drop: async (before) => {
        const row = load()
        if (row !== undefined && !Room.isOver(row.state, before)) return row.state.latest
        if (row !== undefined) await drop()
        return null
      }
    },
    alarm: async () => {
      const row = load()
      if (row === undefined) return
      if (Room.isOver(row.state, Date.now() - retention)) await dropForGood(row).catch(() => undefined)
      await tryToTell()
      const now = load()
      if (now === undefined) return
      const alarm = isTold(now) ? overAt(now.state) : Date.now() + retryDelay
      save({ ...now, alarm }, [])
      await storage.setAlarm(alarm)
    }
  }
}
