/**
 * The object that knows all rooms: their names, which are due, and who reads them.
 */
import type * as RosterFact from "../../RosterFact.ts"
import type * as RosterStore from "../../RosterStore.ts"
import * as Membership from "../Membership.ts"
import * as Room from "../store/Room.ts"
import type * as Calls from "./Calls.ts"
import * as Storage from "./Storage.ts"

/** What a room tells the directory. */
export interface Note extends RosterFact.InRoom {
  /** Grows with each note of a room. */
  readonly revision: number
  readonly rank: number
  readonly verified: number
  /** When it was created, or else the time of the latest fact. */
  readonly since: number
  readonly latest: number
  readonly ended: number | null
}

/** A part of the rooms was visited. `next` is the last of them, if there may be more. */
export interface Visited {
  readonly count: number
  readonly next?: string
}

export interface Operations {
  /** Makes a room reachable before it stores anything. */
  readonly register: (room: RosterFact.InRoom) => void
  readonly note: (note: Note) => void
  /** Removes a room of which no later note came. */
  readonly remove: (roomSid: string, revision: number) => void
  readonly find: (roomName: string) => string | undefined
  readonly rooms: () => ReadonlyArray<RosterFact.InRoom>
  readonly claim: (claim: RosterStore.Claim) => ReadonlyArray<RosterFact.InRoom>
  readonly lease: (task: string, now: number, until: number) => boolean
  /** Visits a part of the rooms, those after a SID. */
  readonly forget: (identities: ReadonlyArray<string>, after: string) => Promise<Visited>
  readonly drop: (before: number, after: string) => Promise<Visited>
}

/** What the directory asks of a room. */
export interface Visit {
  readonly forget: (identities: ReadonlyArray<string>) => Promise<number>
  /** Drops the room if it's over. Returns the time of the latest fact if it isn't, and null if nothing is stored. */
  readonly drop: (before: number) => Promise<number | null>
}

/** How many rooms are visited in a request. Cloudflare limits the subrequests of each. */
const pageSize = 100

const tables = `
  CREATE TABLE IF NOT EXISTS rooms (
    sid TEXT PRIMARY KEY, name TEXT NOT NULL, revision INTEGER NOT NULL, rank INTEGER NOT NULL, verified INTEGER NOT NULL,
    since INTEGER NOT NULL, latest INTEGER NOT NULL, ended INTEGER, claimed INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS named ON rooms (name);
  CREATE INDEX IF NOT EXISTS due ON rooms (rank) WHERE ended IS NULL;
  CREATE TABLE IF NOT EXISTS leases (task TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;`

interface Named {
  readonly sid: string
  /** As JSON, which also keeps text that isn't valid Unicode. */
  readonly name: string
}

const inRoom = ({ name, sid }: Named): RosterFact.InRoom => ({ roomSid: sid, roomName: JSON.parse(name) })

const noting = (query: Storage.Query): Pick<Operations, "note" | "register" | "remove"> => ({
  register: ({ roomName, roomSid }) => {
    const now = Date.now()
    query(
      `INSERT INTO rooms (sid, name, revision, rank, verified, since, latest) VALUES (?, ?, 0, ?, ?, ?, ?)
       ON CONFLICT (sid) DO NOTHING`,
      [roomSid, JSON.stringify(roomName), Number.MIN_SAFE_INTEGER, Membership.never, now, now]
    )
  },
  note: ({ ended, latest, rank, revision, roomName, roomSid, since, verified }) => {
    query(
      `INSERT INTO rooms (sid, name, revision, rank, verified, since, latest, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (sid) DO UPDATE SET revision = excluded.revision, rank = excluded.rank, verified = excluded.verified,
         since = excluded.since, latest = excluded.latest, ended = excluded.ended
       WHERE excluded.revision > revision`,
      [roomSid, JSON.stringify(roomName), revision, rank, verified, since, latest, ended]
    )
  },
  remove: (roomSid, revision) => {
    query("DELETE FROM rooms WHERE sid = ? AND revision <= ?", [roomSid, revision])
  }
})

const claiming = (query: Storage.Query): Pick<Operations, "claim" | "find" | "lease" | "rooms"> => ({
  find: (roomName) =>
    query<Named>("SELECT sid, name FROM rooms WHERE name = ? ORDER BY ended IS NOT NULL, since DESC LIMIT 1", [
      JSON.stringify(roomName)
    ])[0]?.sid,
  rooms: () => query<Named>("SELECT sid, name FROM rooms WHERE ended IS NULL").map(inRoom),
  claim: ({ limit, now, rank, until, verified }) => {
    const due = query<Named>(
      `SELECT sid, name FROM rooms WHERE ended IS NULL AND rank <= ? AND verified <= ? AND claimed <= ?
       ORDER BY rank LIMIT ?`,
      [rank, verified, now, limit]
    )
    for (const { sid } of due) query("UPDATE rooms SET claimed = ? WHERE sid = ?", [until, sid])
    return due.map(inRoom)
  },
  lease: (task, now, until) =>
    query(
      `INSERT INTO leases (task, until) VALUES (?, ?)
       ON CONFLICT (task) DO UPDATE SET until = excluded.until WHERE until <= ? RETURNING task`,
      [task, until, now]
    ).length > 0
})

const pageOf = (counts: ReadonlyArray<number>, last: string | undefined): Visited => ({
  count: counts.reduce((sum, count) => sum + count, 0),
  ...(last === undefined || counts.length < pageSize ? {} : { next: last })
})

type RoomOf = (roomSid: string) => Calls.Call<Visit>

const visiting = (query: Storage.Query, roomOf: RoomOf): Pick<Operations, "drop" | "forget"> => ({
  forget: async (identities, after) => {
    const rooms = query<Named>("SELECT sid, name FROM rooms WHERE sid > ? ORDER BY sid LIMIT ?", [after, pageSize])
    const counts = await Promise.all(rooms.map(({ sid }) => roomOf(sid)("forget", identities)))
    return pageOf(counts, rooms.at(-1)?.sid)
  },
  drop: async (before, after) => {
    const over = query<{ readonly sid: string; readonly revision: number }>(
      "SELECT sid, revision FROM rooms WHERE sid > ? AND coalesce(ended, latest + ?) < ? ORDER BY sid LIMIT ?",
      [after, Room.longestRoom, before, pageSize]
    )
    const counts = await Promise.all(
      over.map(async ({ revision, sid }) => {
        // The room may have heard something since its latest note.
        const latest = await roomOf(sid)("drop", before)
        if (latest === null) noting(query).remove(sid, revision)
        else query("UPDATE rooms SET latest = max(latest, ?) WHERE sid = ?", [latest, sid])
        return Number(latest === null)
      })
    )
    return pageOf(counts, over.at(-1)?.sid)
  }
})

export const make = (storage: Storage.Storage, roomOf: RoomOf): Operations => {
  const run = Storage.querying(storage)
  let isReady = false
  const query: Storage.Query = (text, bindings) => {
    if (!isReady) run(tables)
    isReady = true
    return run(text, bindings)
  }
  return { ...noting(query), ...claiming(query), ...visiting(query, roomOf) }
}
