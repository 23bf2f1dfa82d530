/**
 * An `SqlClient` for Effect on Node's own SQLite, for any program: nothing to install.
 *
 * Node 22.5 or newer, which has `node:sqlite`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import * as SqlError from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"

/**
 * The options of {@link layer}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The file, or `:memory:`. It's created if it doesn't exist, readable by its owner only. */
  readonly filename: string
}

/**
 * Another process has the database open, or this one does already. SQLite itself would allow it; programs that keep state
 * in memory would then overwrite each other's work.
 *
 * @category errors
 * @since 0.1.0
 */
export class DatabaseInUse extends Schema.TaggedError<DatabaseInUse>()("DatabaseInUse", {
  message: Schema.String,
  filename: Schema.String
}) {}

const failure = (cause: unknown, operation: string): SqlError.SqlError =>
  new SqlError.SqlError({ reason: SqlError.classifySqliteError(cause, { message: "SQLite failed", operation }) })

/** The most statements that are kept prepared. */
const prepared = 200

// SQLite's integers have 64 bits. Those that a number can't hold stay bigints.
const fromSqlite = (value: unknown): unknown =>
  typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value

const toSqlite = (value: unknown): SQLInputValue => {
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  return value === undefined ? null : (value as SQLInputValue) // SQLite refuses any other value.
}

type Row = Record<string, unknown>

const rowOf = (row: Row): Row => {
  for (const column of Object.keys(row)) row[column] = fromSqlite(row[column])
  return row
}

const prepare = (database: DatabaseSync, sql: string): StatementSync => {
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  return statement
}

const connectionOf = (database: DatabaseSync): SqlConnection.Connection => {
  const statements = new Map<string, StatementSync>()
  const cached = (sql: string): StatementSync => {
    const found = statements.get(sql)
    if (found !== undefined) return found
    const statement = prepare(database, sql)
    const [oldest] = statements.keys()
    if (statements.size >= prepared && oldest !== undefined) statements.delete(oldest)
    statements.set(sql, statement)
    return statement
  }
  const run = <A>(sql: string, execute: () => A): Effect.Effect<A, SqlError.SqlError> =>
    Effect.try({ try: execute, catch: (cause) => failure(cause, sql.trimStart().split(/\s/u, 1)[0] ?? "") })
  const all = (statement: StatementSync, params: ReadonlyArray<unknown>): ReadonlyArray<Row> =>
    (statement.all(...params.map(toSqlite)) as Array<Row>).map(rowOf)
  const values = (statement: StatementSync, params: ReadonlyArray<unknown>): ReadonlyArray<ReadonlyArray<unknown>> =>
    all(statement, params).map((row) => Object.values(row))
  return {
    execute: (sql, params, transformRows) =>
      run(sql, () => {
        const rows = all(cached(sql), params)
        return transformRows === undefined ? rows : transformRows(rows)
      }),
    executeRaw: (sql, params) => run(sql, () => cached(sql).run(...params.map(toSqlite))),
    executeStream: (sql, params, transformRows) =>
      Stream.unwrap(
        Effect.map(
          run(sql, () => prepare(database, sql).iterate(...params.map(toSqlite))),
          (rows) =>
            Stream.fromIterable(rows as Iterable<Row>).pipe(
              Stream.map((row) => {
                const read = rowOf(row)
                return transformRows === undefined ? read : transformRows([read])[0]
              })
            )
        )
      ),
    executeValues: (sql, params) => run(sql, () => values(cached(sql), params)),
    executeValuesUnprepared: (sql, params) => run(sql, () => values(prepare(database, sql), params)),
    executeUnprepared: (sql, params, transformRows) =>
      run(sql, () => {
        const rows = all(prepare(database, sql), params)
        return transformRows === undefined ? rows : transformRows(rows)
      })
  }
}

const inUse = (filename: string): DatabaseInUse =>
  new DatabaseInUse({
    message: "Another process has this database open. Stop it, or use another file.",
    filename
  })

/** Holds a lock on a second file, which the system frees when the process ends, however it ends. */
const lock = (filename: string): Effect.Effect<void, DatabaseInUse, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        fs.closeSync(fs.openSync(`${filename}.lock`, "a", 0o600))
        const database = new DatabaseSync(`${filename}.lock`, { timeout: 0 })
        database.exec("BEGIN EXCLUSIVE")
        return database
      },
      catch: () => inUse(filename)
    }),
    (database) => Effect.sync(() => database.close())
  ).pipe(Effect.asVoid)

/**
 * FULL survives a power loss, not only the end of the process. Deleted content is overwritten, so that nothing of it is
 * left in the file.
 */
const pragmas =
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON"

const open = (filename: string): Effect.Effect<DatabaseSync, SqlError.SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        // SQLite gives the files beside it the same mode.
        if (filename !== ":memory:") fs.closeSync(fs.openSync(filename, "a", 0o600))
        const database = new DatabaseSync(filename)
        database.exec(pragmas)
        return database
      },
      catch: (cause) => failure(cause, "open")
    }),
    (database) => Effect.sync(() => database.close())
  )

const make = Effect.fnUntraced(function* ({ filename }: Options) {
  if (filename !== ":memory:") yield* lock(filename)
  const connection = connectionOf(yield* open(filename))
  const semaphore = yield* Semaphore.make(1)
  return yield* SqlClient.make({
    acquirer: Effect.as(semaphore.withPermit(Effect.void), connection),
    compiler: Statement.makeCompilerSqlite(),
    // The only connection belongs to the transaction until it ends.
    transactionAcquirer: Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const scope = yield* Effect.scope
        yield* restore(semaphore.take(1))
        yield* Scope.addFinalizer(scope, semaphore.release(1))
        return connection
      })
    ),
    beginTransaction: "BEGIN IMMEDIATE",
    driver: "node:sqlite",
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

/**
 * Provides an `SqlClient` on an SQLite file, with one connection, in WAL mode. A second process on the same file is refused
 * with `DatabaseInUse`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, DatabaseInUse | SqlError.SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer))

/**
 * Moves everything from the write-ahead log into the database, and empties the log: deleted rows are then in none of the
 * files.
 *
 * @category maintenance
 * @since 0.1.0
 */
export const checkpoint: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = SqlClient.SqlClient.use((sql) =>
  Effect.asVoid(sql.unsafe("PRAGMA wal_checkpoint(TRUNCATE)"))
)
