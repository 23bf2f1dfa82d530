/**
 * A roster's rooms in an SQLite database, for one process. They survive its restarts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlStore from "./internal/store/SqlStore.ts"
import * as RosterStore from "./RosterStore.ts"

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { service } = yield* SqlStore.make(sql, {
    // Also for drivers that let several processes write: a transaction that reads first would fail there.
    begin: "BEGIN IMMEDIATE",
    locking: "",
    lockingFree: "",
    search: "instr",
    rowsOf: (json) => sql`SELECT value FROM json_each(${json})`,
    purge: Effect.asVoid(sql`PRAGMA wal_checkpoint(TRUNCATE)`)
  })
  return service
})

/**
 * Keeps the rooms in the database of an `SqlClient` for SQLite, such as `SqliteClient` of `@effect-twilio-video/erasure`, on
 * Node's own driver. Creates the tables `roster_rooms`, `roster_changes` and `roster_leases`.
 *
 * A change is in the database before its callback is answered. Readers in other processes, if the client allows them, see it
 * after at most 5 seconds.
 *
 * Identities are stored as plain text. When rooms are dropped or identities are forgotten, SQLite overwrites them if
 * `secure_delete` is on, as it is in `SqliteClient`; and the store empties SQLite's write-ahead log, unless another program
 * is reading the database.
 *
 * Fails with `RosterUnavailable` if the tables can't be created.
 *
 * @example
 * ```ts
 * import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
 * import * as RosterSqlite from "@effect-twilio-video/roster/RosterSqlite"
 * import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const store = RosterSqlite.layer.pipe(Layer.provide(SqliteClient.layer({ filename: ":memory:" })))
 *
 * await RosterStore.RosterStore.use(({ rooms }) => rooms).pipe(
 *   Effect.provide(store),
 *   Effect.runPromise
 * ) // => []
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<RosterStore.RosterStore, RosterStore.RosterUnavailable, SqlClient.SqlClient> =
  Layer.effect(RosterStore.RosterStore, make)
