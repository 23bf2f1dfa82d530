/**
 * An Effect `SqlClient` on Node's own SQLite, for any program: nothing to install.
 *
 * Node 22.16 or newer: `node:sqlite` of older versions lacks functions that this module needs. Other modules of this
 * package run on every runtime.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
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
  /** The file's path, or `:memory:`. The file is created if it doesn't exist, readable by its owner only. */
  readonly filename: string
}

/**
 * The database is open already, in another process or in this one. SQLite itself would allow it, but programs that keep
 * state in memory would overwrite each other's work.
 *
 * @category errors
 * @since 0.1.0
 */
export class DatabaseInUse extends Schema.TaggedError<DatabaseInUse>()("DatabaseInUse", {
  message: Schema.String,
  filename: Schema.String
}) {}

type Operation = "open" | "prepare" | "execute"

/** An error of `node:sqlite` or, without `errcode` and `errstr`, of `node:fs`. */
interface NativeError {
  readonly code?: string
  readonly errcode?: number
  readonly errstr?: string
  readonly message: string
}

const codes = { cantOpen: 14, constraint: 19, locked: 6, raised: 1811 }

/** SQLite's explanation. It may quote parameters, except of a statement that has none yet and of a violated constraint. */
const explain = (operation: Operation, { errcode, errstr, message }: NativeError): string => {
  if (operation !== "execute" || errcode === undefined || errstr === undefined) return message
  return (errcode & 0xff) === codes.constraint && errcode !== codes.raised ? message : errstr
}

const failure =
  (operation: Operation) =>
  (error: unknown): SqlError.SqlError => {
    const native = error as NativeError
    const explanation = explain(operation, native)
    const errno = native.errcode ?? (operation === "open" ? codes.cantOpen : undefined)
    const cause = Object.assign(new Error(explanation), { code: native.code, errno })
    const message = `SQLite failed to ${operation}: ${explanation}`
    return new SqlError.SqlError({ reason: SqlError.classifySqliteError(cause, { message, operation }) })
  }

const toSqlite = (value: unknown): SQLInputValue => {
  if (value === undefined || value === null) return null
  if (typeof value === "boolean") return value ? 1n : 0n
  // `node:sqlite` binds every number as REAL, which becomes "5.0" in a column of text.
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value
  if (typeof value === "string" || typeof value === "bigint") return value
  if (ArrayBuffer.isView(value)) return value as NodeJS.ArrayBufferView
  if (value instanceof Date) return value.toISOString()
  // `node:sqlite` would take an object for named parameters.
  throw new TypeError("A parameter isn't a string, number, bigint, boolean, Date, Uint8Array or null.")
}

const fromSqlite = (value: unknown): unknown =>
  typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value

/** Reads integers as numbers, and those that a number can't hold as bigints. */
const readIntegers = <Row extends object>(row: Row): Row => {
  const columns = row as Record<string, unknown>
  for (const column of Object.keys(columns)) columns[column] = fromSqlite(columns[column])
  return row
}

const maxPrepared = 200

const changesSchema = /^\s*(?:alter|create|drop)\b/iu

/** Prepares statements, and keeps those that were used last. */
const statementsOf = (database: DatabaseSync) => {
  const kept = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    // Some versions of Node read a kept statement's old columns.
    if (changesSchema.test(sql)) kept.clear()
    const statement = database.prepare(sql)
    statement.setReadBigInts(true)
    return statement
  }
  const keep = (sql: string): StatementSync => {
    if (changesSchema.test(sql)) return prepare(sql)
    const statement = kept.get(sql) ?? prepare(sql)
    kept.delete(sql)
    kept.set(sql, statement)
    const [oldest] = kept.keys()
    if (kept.size > maxPrepared && oldest !== undefined) kept.delete(oldest)
    return statement
  }
  return { keep, prepare }
}

type Params = ReadonlyArray<unknown>

const attempt = <A>(operation: Operation, evaluate: () => A): Effect.Effect<A, SqlError.SqlError> =>
  Effect.try({ try: evaluate, catch: failure(operation) })

const read = <A extends object>(statement: StatementSync, params: Params, asArrays: boolean) =>
  Effect.withFiber<Array<A>, SqlError.SqlError>((fiber) =>
    attempt("execute", () => {
      statement.setReturnArrays(asArrays)
      const rows = statement.all(...params.map(toSqlite)) as Array<A>
      return fiber.getRef(SqlClient.SafeIntegers) ? rows : rows.map(readIntegers)
    })
  )

const readRows = (statement: StatementSync, params: Params) => read<Record<string, unknown>>(statement, params, false)

const readValues = (statement: StatementSync, params: Params) => read<Array<unknown>>(statement, params, true)

/** The rows of a statement that returns rows; what changed for any other. */
const readRaw = (statement: StatementSync, params: Params): Effect.Effect<unknown, SqlError.SqlError> =>
  statement.columns().length > 0
    ? readRows(statement, params)
    : attempt("execute", () => readIntegers(statement.run(...params.map(toSqlite))))

const chunkSize = 128

const stream = (statement: StatementSync, params: Params) =>
  Effect.gen(function* () {
    const keepsBigInts = yield* SqlClient.SafeIntegers
    const rows = yield* Effect.acquireRelease(
      attempt("execute", () => statement.iterate(...params.map(toSqlite))),
      // Ends the statement, which would block checkpoints.
      (rows) => Effect.sync(() => rows.return?.())
    )
    let isDone = false
    const pull = attempt("execute", () => {
      const chunk: Array<Record<string, unknown>> = []
      while (chunk.length < chunkSize && !isDone) {
        const next = rows.next()
        if (next.done === true) isDone = true // Some versions of Node start again if asked again.
        else chunk.push(keepsBigInts ? next.value : readIntegers(next.value))
      }
      return chunk
    })
    return Stream.fromPull(Effect.succeed(Effect.filterOrElse(pull, Arr.isArrayNonEmpty, () => Cause.done())))
  })

interface SqliteConnection extends SqlConnection.Connection {
  readonly database: DatabaseSync
}

const connectionOf = (database: DatabaseSync): SqliteConnection => {
  const statements = statementsOf(database)
  const keep = (sql: string) => attempt("prepare", () => statements.keep(sql))
  const prepare = (sql: string) => attempt("prepare", () => statements.prepare(sql))
  const execute =
    (prepared: typeof prepare): SqlConnection.Connection["execute"] =>
    (sql, params, transformRows) => {
      const rows = Effect.flatMap(prepared(sql), (statement) => readRows(statement, params))
      return transformRows === undefined ? rows : Effect.map(rows, transformRows)
    }
  const executeValues =
    (prepared: typeof prepare): SqlConnection.Connection["executeValues"] =>
    (sql, params) =>
      Effect.flatMap(prepared(sql), (statement) => readValues(statement, params))
  return {
    database,
    execute: execute(keep),
    executeUnprepared: execute(prepare),
    executeValues: executeValues(keep),
    executeValuesUnprepared: executeValues(prepare),
    executeRaw: (sql, params) => Effect.flatMap(keep(sql), (statement) => readRaw(statement, params)),
    executeStream: (sql, params, transformRows) => {
      const rows = Stream.unwrap(Effect.flatMap(prepare(sql), (statement) => stream(statement, params)))
      return transformRows === undefined ? rows : Stream.mapArray(rows, (chunk) => transformRows(chunk) as typeof chunk)
    }
  }
}

/**
 * Creates a file that doesn't exist. SQLite gives the files beside it the same mode.
 *
 * Doesn't open a file that exists: closing it would free the locks that this process has on it.
 */
const create = (file: string) => {
  try {
    fs.closeSync(fs.openSync(file, "wx", 0o600))
  } catch (error) {
    if ((error as NativeError).code !== "EEXIST") throw error
  }
}

const openFile = (file: string, sql: string): Effect.Effect<DatabaseSync, SqlError.SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    attempt("open", () => {
      if (file !== ":memory:") create(file)
      const database = new DatabaseSync(file)
      try {
        database.exec(sql)
        return database
      } catch (error) {
        database.close()
        throw error
      }
    }),
    (database) => Effect.sync(() => database.close())
  )

/** Locks a second file until the scope ends. The system frees the lock if the process dies. Returns the database's path. */
const lock = (filename: string): Effect.Effect<string, DatabaseInUse | SqlError.SqlError, Scope.Scope> =>
  Effect.gen(function* () {
    const file = yield* attempt("open", () => {
      create(filename)
      return fs.realpathSync(filename) // One lock, whichever link or relative path leads to the file.
    })
    const inUse = new DatabaseInUse({
      message: "The database is open already, in another process or in this one. Close it there, or use another file.",
      filename
    })
    yield* openFile(`${file}.lock`, "PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE").pipe(
      Effect.catchIf(
        ({ reason }) => reason._tag === "LockTimeoutError",
        () => Effect.fail(inUse)
      )
    )
    return file
  })

/**
 * FULL: a committed transaction survives a power loss, not only the end of the process.
 * secure_delete: zeros overwrite what's deleted.
 */
const pragmas = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
`

const make = Effect.fnUntraced(function* ({ filename }: Options) {
  const database = yield* openFile(filename === ":memory:" ? filename : yield* lock(filename), pragmas)
  return yield* SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connectionOf(database)),
      semaphore: yield* Semaphore.make(1),
      isTransaction: ({ database }) => database.isTransaction
    }),
    compiler: Statement.makeCompilerSqlite(),
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    prepareTransactionControls: true,
    driver: "node:sqlite",
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

/**
 * Provides an `SqlClient` on an SQLite file, with one connection, which all fibers share. Refuses a file that another
 * process, or this one, has open: it fails with `DatabaseInUse`. A process that's killed doesn't block the next one.
 *
 * - A committed transaction survives the end of the process and a power loss (`synchronous = FULL` in WAL mode).
 * - Zeros overwrite deleted rows. Run {@link checkpoint} to remove their copies in the write-ahead log.
 * - Integers are read as numbers, or as bigints if a number can't hold them; always as bigints if `SqlClient.SafeIntegers`
 *   is true. Booleans are stored as 1 and 0, dates as ISO 8601 texts, and `NaN` as `NULL`.
 * - Statements block the thread while they run. A stream keeps the connection until it ends: outside a transaction, the
 *   stream's consumer can't run other statements.
 * - Only the first statement of a text is run.
 * - Errors don't contain parameters' values.
 *
 * @example
 * ```ts
 * import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
 * import * as Effect from "effect/Effect"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const program = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`CREATE TABLE rooms (sid TEXT PRIMARY KEY, size INTEGER)`
 *   yield* sql`INSERT INTO rooms ${sql.insert({ sid: "RM1", size: 2 })}`
 *   return yield* sql`SELECT sid, size FROM rooms`.values
 * })
 *
 * await program.pipe(
 *   Effect.provide(SqliteClient.layer({ filename: ":memory:" })),
 *   Effect.runPromise
 * ) // => [["RM1", 2]]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, DatabaseInUse | SqlError.SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer))

const blocked = () =>
  failure("execute")({
    errcode: codes.locked,
    errstr: "another program is reading the database, so the write-ahead log keeps deleted rows. Try again.",
    message: ""
  })

/**
 * Moves the write-ahead log into the database and empties it, so that deleted rows are in neither file. Fails if another
 * program is reading the database, and inside a transaction.
 *
 * Closing the database does the same.
 *
 * @category maintenance
 * @since 0.1.0
 */
export const checkpoint: Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> = SqlClient.SqlClient.use((sql) =>
  Effect.flatMap(sql<{ readonly busy: unknown }>`PRAGMA wal_checkpoint(TRUNCATE)`, ([result]) =>
    Number(result?.busy) === 1 ? Effect.fail(blocked()) : Effect.void
  )
)
