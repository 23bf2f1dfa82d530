/**
 * A store in three tables of an SQL database: SQLite or Postgres.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import type * as Statement from "effect/sql/Statement"
import * as RosterStore from "../../RosterStore.ts"
import type * as RoomState from "../../RoomState.ts"
import type * as RosterFact from "../../RosterFact.ts"
import type * as View from "../View.ts"
import * as Doubt from "../Doubt.ts"
import * as Readers from "./Readers.ts"
import * as Room from "./Room.ts"

/** What the databases do differently. */
export interface Dialect {
  /** The statement that begins a transaction. */
  readonly begin: string
  /** Ends a query whose rows nobody else may change until the transaction ends. */
  readonly locking: string
  /** The same, without the rows that others have locked. */
  readonly lockingFree: string
  /** The function that finds a text in another: 0 if it isn't there. */
  readonly search: "instr" | "strpos"
  /** The values of an array of texts as rows. */
  readonly rowsOf: (json: string) => Statement.Fragment
  /** Tells other processes the position of rooms, once the transaction commits. */
  readonly notify?: (rooms: ReadonlyArray<Notice>) => Effect.Effect<void, SqlError.SqlError>
  /** Removes deleted rows from the database's files. */
  readonly purge?: Effect.Effect<void, SqlError.SqlError>
}

/** A room that changed. Without a position, it was dropped. */
export interface Notice {
  readonly roomSid: string
  readonly position?: number
}

// An SqlError may quote values. The texts here are the driver's codes.
const failure = (error: SqlError.SqlError): RosterStore.RosterUnavailable =>
  new RosterStore.RosterUnavailable({
    message: `The roster's database failed (${error.reason._tag}). Check that it's running and reachable.`
  })

const run = <A, R>(
  statement: Effect.Effect<A, SqlError.SqlError, R>
): Effect.Effect<A, RosterStore.RosterUnavailable, R> => Effect.mapError(statement, failure)

interface Row {
  readonly sid: string
  /** As JSON, which has no characters that a database refuses. */
  readonly name: string
  readonly state: string
  readonly position: number
  readonly rank: number
}

interface Context {
  readonly sql: SqlClient.SqlClient
  readonly dialect: Dialect
  readonly readers: Readers.Readers
}

/** Both databases know these types. Times are integers, and exact. */
const tables = ({ sql }: Context): ReadonlyArray<Effect.Effect<unknown, SqlError.SqlError>> => [
  sql`CREATE TABLE IF NOT EXISTS roster_rooms (
    sid TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    position INTEGER NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    ended DOUBLE PRECISION,
    latest DOUBLE PRECISION NOT NULL,
    verified DOUBLE PRECISION NOT NULL,
    rank DOUBLE PRECISION NOT NULL,
    claimed_until DOUBLE PRECISION NOT NULL DEFAULT 0
  )`,
  sql`CREATE INDEX IF NOT EXISTS roster_rooms_name ON roster_rooms (name)`,
  sql`CREATE INDEX IF NOT EXISTS roster_rooms_rank ON roster_rooms (rank) WHERE ended IS NULL`,
  sql`CREATE TABLE IF NOT EXISTS roster_changes (
    room_sid TEXT NOT NULL,
    position INTEGER NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (room_sid, position)
  )`,
  sql`CREATE TABLE IF NOT EXISTS roster_leases (task TEXT PRIMARY KEY, until DOUBLE PRECISION NOT NULL)`
]

const inRoom = ({ name, sid }: Row): RosterFact.InRoom => ({ roomSid: sid, roomName: JSON.parse(name) })

const storedOf = ({ position, state }: Row): RosterStore.StoredRoom => ({ state: JSON.parse(state), position })

const columnsOf = (state: RoomState.RoomState) => ({
  created: state.created ?? state.latest,
  ended: state.ended ?? null,
  latest: state.latest,
  verified: state.verified,
  rank: Doubt.rank(state)
})

const transaction = <A>({ dialect, sql }: Context, effect: Effect.Effect<A, SqlError.SqlError>) =>
  run(Effect.provideService(sql.withTransaction(effect), SqlClient.BeginTransaction, dialect.begin))

/** Wakes the readers of rooms once the transaction commits. */
const notify = ({ dialect, readers, sql }: Context, rooms: ReadonlyArray<Notice>) =>
  Effect.gen(function* () {
    if (rooms.length === 0) return
    if (dialect.notify !== undefined) yield* dialect.notify(rooms)
    yield* sql.afterCommit(
      Effect.sync(() => {
        for (const { position, roomSid } of rooms) readers.wake(roomSid, position)
      })
    )
  })

const append = Effect.fnUntraced(function* (context: Context, roomSid: string, { added, position }: Room.Applied) {
  const [first, ...rest] = added
    .slice(-Room.logLength)
    .map(({ change, position }) => ({ room_sid: roomSid, position, change: JSON.stringify(change) }))
  if (first === undefined) return
  const { sql } = context
  yield* sql`INSERT INTO roster_changes ${sql.insert([first, ...rest])}`
  if (position > Room.logLength) {
    yield* sql`DELETE FROM roster_changes WHERE room_sid = ${roomSid} AND position <= ${position - Room.logLength}`
  }
  yield* notify(context, [{ roomSid, position }])
})

const write = (
  { sql }: Context,
  { roomName, roomSid }: RosterFact.InRoom,
  row: Row | undefined,
  room: Room.Applied
) => {
  const text = JSON.stringify(room.state)
  const columns = { state: text, position: room.position, ...columnsOf(room.state) }
  if (row === undefined) {
    const values = { sid: roomSid, name: JSON.stringify(roomName), ...columns }
    // Another transaction may just have created it.
    const inserted = sql`INSERT INTO roster_rooms ${sql.insert(values)} ON CONFLICT (sid) DO NOTHING RETURNING sid`
    return Effect.map(inserted, ({ length }) => length > 0)
  }
  if (text === row.state) return Effect.succeed(true)
  return Effect.as(sql`UPDATE roster_rooms SET ${sql.update(columns)} WHERE sid = ${roomSid}`, true)
}

const applying = (context: Context): Pick<RosterStore.Service, "apply"> => {
  const { dialect, sql } = context
  return {
    apply: (room, facts) =>
      transaction(
        context,
        Effect.gen(function* () {
          for (;;) {
            const [row] = yield* sql<Row>`SELECT state, position FROM roster_rooms WHERE sid = ${room.roomSid}
              ${sql.literal(dialect.locking)}`
            const applied = Room.apply(room, row === undefined ? undefined : storedOf(row), facts)
            if (!(yield* write(context, room, row, applied))) continue
            yield* append(context, room.roomSid, applied)
            return { state: applied.state, position: applied.position }
          }
        })
      )
  }
}

interface LogRow {
  readonly last: number
  readonly position: number | null
  readonly change: string | null
}

const changesOf = (rows: ReadonlyArray<LogRow>, after: number): ReadonlyArray<RosterStore.LoggedChange> | undefined => {
  const changes = rows.flatMap(({ change, position }) =>
    change === null || position === null ? [] : [{ position, change: JSON.parse(change) as View.Change }]
  )
  const last = rows[0]?.last
  return last !== undefined && changes.length === last - after ? changes : undefined
}

const reading = Effect.fnUntraced(function* ({ readers, sql }: Context) {
  // One statement, so that the log is of the position's time.
  const log = (roomSid: string, after: number) =>
    Effect.map(
      run(
        sql<LogRow>`SELECT r.position AS last, c.position, c.change FROM roster_rooms r
          LEFT JOIN roster_changes c ON c.room_sid = r.sid AND c.position > ${after}
          WHERE r.sid = ${roomSid} ORDER BY c.position`
      ),
      (rows) => changesOf(rows, after)
    )
  const share = yield* Readers.sharing<
    ReadonlyArray<RosterStore.LoggedChange> | undefined,
    RosterStore.RosterUnavailable
  >()
  const changes: RosterStore.Service["changes"] = (roomSid, after) => share(`${roomSid} ${after}`, log(roomSid, after))
  const service: Pick<RosterStore.Service, "changes" | "find" | "read" | "rooms" | "wait"> = {
    read: (roomSid) =>
      Effect.map(run(sql<Row>`SELECT state, position FROM roster_rooms WHERE sid = ${roomSid}`), ([row]) =>
        row === undefined ? undefined : storedOf(row)
      ),
    find: (roomName) =>
      Effect.map(
        run(
          sql<Row>`SELECT sid FROM roster_rooms WHERE name = ${JSON.stringify(roomName)}
            ORDER BY CASE WHEN ended IS NULL THEN 0 ELSE 1 END, created DESC LIMIT 1`
        ),
        ([row]) => row?.sid
      ),
    rooms: Effect.map(run(sql<Row>`SELECT sid, name FROM roster_rooms WHERE ended IS NULL`), (rows) =>
      rows.map(inRoom)
    ),
    changes,
    wait: (roomSid, after) =>
      readers.wait(
        roomSid,
        after,
        Effect.map(changes(roomSid, after), (found) => found?.length === 0)
      )
  }
  return service
})

const claiming = ({ dialect, sql }: Context): Pick<RosterStore.Service, "claim" | "lease"> => ({
  claim: ({ limit, now, rank, until, verified }) =>
    Effect.map(
      run(
        sql<Row>`WITH due AS (
            SELECT sid FROM roster_rooms
            WHERE ended IS NULL AND rank <= ${rank} AND verified <= ${verified} AND claimed_until <= ${now}
            ORDER BY rank LIMIT ${limit} ${sql.literal(dialect.lockingFree)}
          )
          UPDATE roster_rooms SET claimed_until = ${until} WHERE sid IN (SELECT sid FROM due) RETURNING sid, name, rank`
      ),
      (rows) => rows.toSorted((a, b) => a.rank - b.rank).map(inRoom)
    ),
  lease: (task, now, until) =>
    Effect.map(
      run(
        sql`INSERT INTO roster_leases (task, until) VALUES (${task}, ${until})
          ON CONFLICT (task) DO UPDATE SET until = excluded.until WHERE roster_leases.until <= ${now} RETURNING task`
      ),
      ({ length }) => length > 0
    )
})

/** Removes identities from a room's row and its log. Returns how many participants had them. */
const forgetIn = Effect.fnUntraced(function* ({ sql }: Context, row: Row, identities: ReadonlySet<string>) {
  const rows = yield* sql<{ readonly position: number; readonly change: string }>`
    SELECT position, change FROM roster_changes WHERE room_sid = ${row.sid}`
  const log = rows.map(({ change, position }) => ({ position, change: JSON.parse(change) as View.Change }))
  const { room, sids } = Room.forget({ ...storedOf(row), log }, identities)
  if (sids.size === 0) return 0
  yield* sql`UPDATE roster_rooms SET state = ${JSON.stringify(room.state)} WHERE sid = ${row.sid}`
  for (const [index, { change, position }] of room.log.entries()) {
    if (change === log[index]?.change) continue
    yield* sql`UPDATE roster_changes SET change = ${JSON.stringify(change)}
      WHERE room_sid = ${row.sid} AND position = ${position}`
  }
  return sids.size
})

const forgetting = (context: Context): Pick<RosterStore.Service, "forget"> => {
  const { dialect, sql } = context
  /** Whether a column has one of the identities, in the notation of JSON. Also finds some that haven't. */
  const mentions = (column: string, identities: ReadonlySet<string>) =>
    sql.or(
      [...identities].map(
        (identity) =>
          sql`${sql.literal(`${dialect.search}(${column}, `)}${`"identity":${JSON.stringify(identity)}`}) > 0`
      )
    )
  const forget = Effect.fnUntraced(function* (identities: ReadonlySet<string>) {
    const rows = yield* sql<Row>`SELECT sid, state, position FROM roster_rooms
      WHERE ${mentions("state", identities)}
        OR sid IN (SELECT room_sid FROM roster_changes WHERE ${mentions("change", identities)})
      ORDER BY sid ${sql.literal(dialect.locking)}`
    let forgotten = 0
    for (const row of rows) forgotten += yield* forgetIn(context, row, identities)
    return forgotten
  })
  return {
    forget: (redacted) => {
      if (redacted.length === 0) return Effect.succeed(0)
      return transaction(context, forget(new Set(redacted.map(Redacted.value))))
    }
  }
}

const dropping = (context: Context): Pick<RosterStore.Service, "drop"> => {
  const { dialect, sql } = context
  return {
    drop: (before) =>
      transaction(
        context,
        Effect.gen(function* () {
          const rows = yield* sql<Row>`SELECT sid FROM roster_rooms
            WHERE ended < ${before} OR (ended IS NULL AND latest < ${before - Room.longestRoom})
            ${sql.literal(dialect.lockingFree)}`
          if (rows.length === 0) return 0
          const sids = JSON.stringify(rows.map(({ sid }) => sid))
          yield* sql`DELETE FROM roster_changes WHERE room_sid IN (${dialect.rowsOf(sids)})`
          yield* sql`DELETE FROM roster_rooms WHERE sid IN (${dialect.rowsOf(sids)})`
          yield* notify(
            context,
            rows.map(({ sid }) => ({ roomSid: sid }))
          )
          return rows.length
        })
      )
  }
}

/** How late readers see a change of which they weren't notified. */
const pollInterval = Duration.seconds(5)

/** Wakes the readers of rooms that changed. */
const poll = ({ dialect, readers, sql }: Context) =>
  Effect.gen(function* () {
    const sids = readers.rooms()
    if (sids.length === 0) return
    const rows = yield* sql<Row>`SELECT sid, position FROM roster_rooms
      WHERE sid IN (${dialect.rowsOf(JSON.stringify(sids))})`
    const positions = new Map(rows.map(({ position, sid }) => [sid, position]))
    for (const sid of sids) readers.wake(sid, positions.get(sid))
  })

export interface SqlStore {
  readonly service: RosterStore.Service
  readonly readers: Readers.Readers
  /** Wakes the readers of rooms that changed. Runs every few seconds. */
  readonly poll: Effect.Effect<void, SqlError.SqlError>
}

/** Creates the tables. */
export const make = Effect.fnUntraced(function* (client: SqlClient.SqlClient, dialect: Dialect) {
  const context: Context = { sql: client.withoutTransforms(), dialect, readers: Readers.make() }
  // Postgres refuses all but one of the processes that create a table at the same time.
  yield* Effect.retry(transaction(context, Effect.all(tables(context), { discard: true })), { times: 1 })
  yield* poll(context).pipe(Effect.ignore, Effect.repeat(Schedule.spaced(pollInterval)), Effect.forkScoped)
  const removed = <A>(remove: Effect.Effect<A, RosterStore.RosterUnavailable>) =>
    Effect.tap(remove, dialect.purge === undefined ? Effect.void : Effect.ignore(dialect.purge))
  const { drop } = dropping(context)
  const { forget } = forgetting(context)
  const store: SqlStore = {
    service: {
      ...applying(context),
      ...(yield* reading(context)),
      ...claiming(context),
      drop: (before) => removed(drop(before)),
      forget: (identities) => removed(forget(identities))
    },
    readers: context.readers,
    poll: poll(context)
  }
  return store
})
