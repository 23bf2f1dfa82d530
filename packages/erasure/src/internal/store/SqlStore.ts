/**
 * A store in one table of an SQL database: SQLite or Postgres.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Store from "./Store.ts"

// An SqlError may quote values. The texts here are the driver's codes.
const failure = (error: SqlError.SqlError): Store.StoreError =>
  new Store.StoreError({
    message: `The database of the erasure jobs failed (${error.reason._tag}). Check that it's running and reachable.`
  })

const run = <A>(statement: Effect.Effect<A, SqlError.SqlError>): Effect.Effect<A, Store.StoreError> =>
  Effect.mapError(statement, failure)

interface Row {
  readonly key: string
  readonly text: string
}

const make = Effect.fnUntraced(function* (purge: Effect.Effect<void, SqlError.SqlError>) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const table = sql("erasure_documents")
  yield* run(
    sql`CREATE TABLE IF NOT EXISTS ${table} (
      owner TEXT NOT NULL,
      collection TEXT NOT NULL,
      key TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (owner, collection, key)
    )`
  ).pipe(
    // Postgres refuses all but one of the processes that create the table at the same time.
    Effect.retry({ times: 1 })
  )
  const at = ({ collection, key, owner }: Store.Address) =>
    sql`owner = ${owner} AND collection = ${collection} AND key = ${key}`
  const values = ({ collection, key, owner }: Store.Address, text: string) =>
    sql`(owner, collection, key, text) VALUES (${owner}, ${collection}, ${key}, ${text})`

  const service: Store.Service = {
    get: (address) =>
      Effect.map(run(sql<Row>`SELECT text FROM ${table} WHERE ${at(address)}`), (rows) => rows[0]?.text),
    put: (address, text) =>
      run(
        sql`INSERT INTO ${table} ${values(address, text)}
          ON CONFLICT (owner, collection, key) DO UPDATE SET text = excluded.text`
      ),
    insert: (address, text) =>
      Effect.map(
        run(sql`INSERT INTO ${table} ${values(address, text)} ON CONFLICT DO NOTHING RETURNING key`),
        (rows) => rows.length > 0
      ),
    replace: (address, before, after) =>
      Effect.map(
        run(sql`UPDATE ${table} SET text = ${after} WHERE ${at(address)} AND text = ${before} RETURNING key`),
        (rows) => rows.length > 0
      ),
    remove: (address, text) =>
      run(
        text === undefined
          ? sql`DELETE FROM ${table} WHERE ${at(address)}`
          : sql`DELETE FROM ${table} WHERE ${at(address)} AND text = ${text}`
      ),
    list: (collection, owner) =>
      Effect.map(
        run(sql<Row>`SELECT key, text FROM ${table} WHERE owner = ${owner} AND collection = ${collection}`),
        // The databases' collations differ.
        (rows) => rows.map(({ key, text }) => [key, text] as const).sort(([a], [b]) => (a < b ? -1 : 1))
      ),
    removeOwner: (owner) => run(sql`DELETE FROM ${table} WHERE owner = ${owner}`),
    purge: run(purge)
  }
  return service
})

/** `purge` removes deleted rows from the database's files. */
export const layer = (
  purge: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient>
): Layer.Layer<Store.Store, Store.StoreError, SqlClient.SqlClient> =>
  Layer.effect(
    Store.Store,
    Effect.contextWith((context: Context.Context<SqlClient.SqlClient>) => make(Effect.provide(purge, context)))
  )
