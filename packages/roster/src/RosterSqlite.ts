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
 * Keeps the rooms in the tables `roster_rooms`, `roster_changes` and `roster_leases`, which it creates.
 */
export const layer: Layer.Layer<RosterStore.RosterStore, RosterStore.RosterUnavailable, SqlClient.SqlClient> =
  Layer.effect(RosterStore.RosterStore, make)
