/**
 * The SQLite driver: values, transactions, errors and files, and Effect's workflow engine on it.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { DatabaseSync } from "node:sqlite"

const memory = Effect.provide(SqliteClient.layer({ filename: ":memory:" }))

const folder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(tmpdir(), "sqlite-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
)

const newFile = Effect.map(folder, (folder) => path.join(folder, "data.db"))

const open = (filename: string) => Effect.provide(SqliteClient.layer({ filename }))

const echo = (value: unknown) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(sql<{ readonly value: unknown }>`SELECT ${value} AS value`, ([row]) => row?.value)
  )

const makeTable = SqlClient.SqlClient.use((sql) => sql`CREATE TABLE items (id INTEGER PRIMARY KEY, name UNIQUE)`)

const insert = (id: number, name: unknown = `item ${id}`) =>
  SqlClient.SqlClient.use((sql) => sql`INSERT INTO items ${sql.insert({ id, name })}`)

const ids = SqlClient.SqlClient.use((sql) =>
  Effect.map(sql<{ readonly id: number }>`SELECT id FROM items ORDER BY id`, (rows) => rows.map(({ id }) => id))
)

describe("values", () => {
  const value = Schema.Union([
    Schema.Null,
    Schema.Finite.check(Schema.makeFilter((number) => !Number.isNaN(number))),
    Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n })),
    // SQLite's text is UTF-8, which has no lone surrogates.
    Schema.String.check(Schema.makeFilter((text) => text.isWellFormed())),
    Schema.Uint8Array
  ])

  it.effect.prop("round-trip, except that bigints that a number can hold become numbers", [value], ([value]) =>
    Effect.gen(function* () {
      const isSafe = typeof value === "bigint" && Number.isSafeInteger(Number(value))
      assert.deepStrictEqual(yield* echo(value), isSafe ? Number(value) : value)
    }).pipe(memory)
  )

  it.effect("are stored as integers, texts and NULL if they have no type of their own", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE texts (value TEXT)`
      for (const value of [5, true, new Date(0), undefined, NaN]) yield* sql`INSERT INTO texts VALUES (${value})`
      const rows = yield* sql`SELECT value FROM texts`.values
      assert.deepStrictEqual(rows, [["5"], ["1"], ["1970-01-01T00:00:00.000Z"], [null], [null]])
    }).pipe(memory)
  )

  it.effect("are all bigints with SafeIntegers", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* echo(1), 1n)
    }).pipe(Effect.provideService(SqlClient.SafeIntegers, true), memory)
  )

  it.effect("of other types are refused", () =>
    Effect.gen(function* () {
      for (const value of [{ a: 1 }, [1], Symbol("a")]) {
        const error = yield* Effect.flip(echo(value))
        assert.include(error.message, "A parameter isn't a string")
      }
    }).pipe(memory)
  )
})

describe("statements", () => {
  it.effect("return all columns as values, even if two have the same name", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* sql`SELECT 1 AS a, 2 AS a`.values, [[1, 2]])
      assert.deepStrictEqual(yield* sql`SELECT 1 AS a, 2 AS a`.valuesUnprepared, [[1, 2]])
    }).pipe(memory)
  )

  it.effect("return rows or changes, raw", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      assert.deepEqual(yield* sql`INSERT INTO items (id) VALUES (7), (8)`.raw, { changes: 2, lastInsertRowid: 8 })
      assert.deepEqual(yield* sql`SELECT id FROM items`.raw, [{ id: 7 }, { id: 8 }])
    }).pipe(memory)
  )

  it.effect("see columns that were added after they were prepared", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      yield* insert(1)
      assert.deepEqual(yield* sql`SELECT * FROM items`, [{ id: 1, name: "item 1" }])
      yield* sql`ALTER TABLE items ADD COLUMN size DEFAULT 3`
      assert.deepEqual(yield* sql`SELECT * FROM items`, [{ id: 1, name: "item 1", size: 3 }])
    }).pipe(memory)
  )

  it.effect("stream their rows, and free the connection when the stream ends early or fails", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      yield* Effect.forEach(
        Array.from({ length: 300 }, (_, id) => id),
        (id) => insert(id)
      ).pipe(sql.withTransaction)
      const stream = sql<{ readonly id: number }>`SELECT id FROM items ORDER BY id`.stream
      assert.strictEqual((yield* Stream.runCollect(stream)).length, 300)
      assert.deepEqual(yield* Stream.runCollect(Stream.take(stream, 1)), [{ id: 0 }])
      const overflow = sql`SELECT abs(-9223372036854775807 - (id > 200)) FROM items ORDER BY id`.stream
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(overflow)))._tag, "SqlError")
      yield* SqliteClient.checkpoint
    }).pipe(Effect.scoped, (program) => Effect.flatMap(newFile, (file) => open(file)(program)), Effect.scoped)
  )
})

describe("transactions", () => {
  it.effect("undo what a failed effect did, and only that of a nested one", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      const fails = (id: number) => Effect.exit(sql.withTransaction(Effect.andThen(insert(id), Effect.fail("no"))))
      yield* fails(1)
      const nested = Effect.all([insert(2), fails(3), sql.withTransaction(insert(4))])
      yield* sql.withTransaction(nested)
      yield* Effect.exit(sql.withTransaction(Effect.andThen(sql.withTransaction(insert(5)), Effect.fail("no"))))
      assert.deepStrictEqual(yield* ids, [2, 4])
    }).pipe(memory)
  )

  it.effect("run one after the other, with the statements of other fibers in between", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      const inserted = yield* Deferred.make<void>()
      const rollback = yield* Deferred.make<void>()
      const first = yield* insert(1).pipe(
        Effect.andThen(Deferred.succeed(inserted, undefined)),
        Effect.andThen(Deferred.await(rollback)),
        Effect.andThen(Effect.fail("no")),
        sql.withTransaction,
        Effect.exit,
        Effect.forkChild
      )
      yield* Deferred.await(inserted)
      const other = yield* Effect.forkChild(ids)
      const second = yield* Effect.forkChild(sql.withTransaction(Effect.andThen(insert(2), ids)))
      yield* Deferred.succeed(rollback, undefined)
      yield* Fiber.join(first)
      assert.deepStrictEqual([yield* Fiber.join(other), yield* Fiber.join(second)], [[], [2]])
    }).pipe(memory)
  )

  it.effect("leave the connection usable if the commit fails", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      yield* sql`CREATE TABLE parts (item REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED)`
      const error = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO parts VALUES (1)`))
      assert.include(error.message, "FOREIGN KEY constraint failed")
      yield* sql.withTransaction(insert(2))
      assert.deepStrictEqual(yield* ids, [2])
    }).pipe(memory)
  )
})

describe("errors", () => {
  it.effect("tell what was violated", () =>
    Effect.gen(function* () {
      yield* makeTable
      yield* insert(1)
      const { message, reason } = yield* Effect.flip(insert(2, "item 1"))
      assert.strictEqual(message, "SQLite failed to execute: UNIQUE constraint failed: items.name")
      assert.deepInclude(reason, { _tag: "UniqueViolation", constraint: "items.name" })
      assert.strictEqual((yield* Effect.flip(insert(1))).reason._tag, "ConstraintError")
    }).pipe(memory)
  )

  it.effect("tell what's wrong with the statement", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      assert.strictEqual(
        (yield* Effect.flip(sql`SELEC 1`)).message,
        'SQLite failed to prepare: near "SELEC": syntax error'
      )
    }).pipe(memory)
  )

  it.effect("don't quote parameters", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* makeTable
      yield* sql`CREATE TRIGGER refuse BEFORE INSERT ON items BEGIN SELECT RAISE(ABORT, NEW.name); END`
      const errors = yield* Effect.forEach(
        [sql`SELECT json_extract('{}', ${"Zzyx"})`, insert(1, "Zzyx"), echo(2n ** 64n), echo({ name: "Zzyx" })],
        (statement) => Effect.flip(Effect.asVoid(statement))
      )
      for (const error of errors) {
        assert.notMatch(`${error.message} ${error.cause} ${error.reason.cause} ${JSON.stringify(error)}`, /Zzyx|18446/u)
      }
    }).pipe(memory)
  )

  it.effect("tell that the file can't be opened", () =>
    Effect.gen(function* () {
      const file = path.join(yield* folder, "absent", "data.db")
      const error = yield* Effect.flip(open(file)(Effect.void))
      assert.deepInclude(error, { _tag: "SqlError" })
      assert.match(error.message, /failed to open: ENOENT/u)
    }).pipe(Effect.scoped)
  )
})

const program = path.join(import.meta.dirname, "support", "OpenDatabase.ts")

/** Runs a program that opens the database; returns its first line, once it has written one. */
const spawnProgram = (file: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly process: ChildProcess; readonly line: string }>((resume) => {
      const child = spawn(process.execPath, ["--no-warnings", program, file], { stdio: ["ignore", "pipe", "inherit"] })
      child.stdout.once("data", (line) => resume(Effect.succeed({ process: child, line: `${line}`.trim() })))
      child.once("error", (error) => resume(Effect.die(error)))
    }),
    ({ process }) => kill(process)
  )

const kill = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

/** The names of the files that contain a text, beside the database. */
const filesWith = (file: string, text: string) =>
  Effect.sync(() => {
    const folder = path.dirname(file)
    return fs.readdirSync(folder).filter((name) => fs.readFileSync(path.join(folder, name)).includes(text))
  })

describe("files", () => {
  it.effect("can be read by their owner only, and are kept", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* Effect.andThen(makeTable, insert(1)).pipe(
        Effect.andThen(
          Effect.sync(() => {
            const folder = path.dirname(file)
            const modes = fs
              .readdirSync(folder)
              .map((name) => [name, fs.statSync(path.join(folder, name)).mode & 0o777])
            const names = ["data.db", "data.db-shm", "data.db-wal", "data.db.lock"]
            assert.deepStrictEqual(
              modes,
              names.map((name) => [name, 0o600])
            )
          })
        ),
        open(file)
      )
      assert.deepStrictEqual(yield* open(file)(ids), [1])
    }).pipe(Effect.scoped)
  )

  it.effect("don't have deleted rows after a checkpoint", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* makeTable
        // Rows in the tree's pages, and in pages of their own.
        for (let id = 0; id < 100; id++) yield* insert(id, `Zzyx ${id} ${"x".repeat(id * 100)}`)
        yield* SqliteClient.checkpoint
        yield* sql`UPDATE items SET name = ${"Zzyx"} WHERE id = 50`
        yield* sql`DELETE FROM items WHERE id <> 50`
        yield* sql`DELETE FROM items`
        assert.deepStrictEqual(yield* filesWith(file, "Zzyx"), ["data.db", "data.db-wal"])
        yield* SqliteClient.checkpoint
        assert.deepStrictEqual(yield* filesWith(file, "Zzyx"), [])
      }).pipe(open(file))
      assert.deepStrictEqual(fs.readdirSync(path.dirname(file)), ["data.db", "data.db.lock"])
    }).pipe(Effect.scoped)
  )

  it.effect("aren't checkpointed while another program reads them", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA busy_timeout = 0`
        yield* makeTable
        const reader = new DatabaseSync(file, { readOnly: true })
        reader.exec("BEGIN; SELECT * FROM items")
        yield* insert(1)
        const error = yield* Effect.flip(SqliteClient.checkpoint)
        assert.strictEqual(error.reason._tag, "LockTimeoutError")
        assert.include(error.message, "another program is reading the database")
        reader.close()
        yield* SqliteClient.checkpoint
      }).pipe(open(file))
    }).pipe(Effect.scoped)
  )

  it.effect("are refused if this process has them open, also by another path", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const link = path.join(path.dirname(file), "link.db")
      fs.symlinkSync("data.db", link)
      const refused = (file: string) => Effect.map(Effect.flip(open(file)(ids)), ({ _tag }) => _tag)
      yield* Effect.gen(function* () {
        yield* makeTable
        assert.strictEqual(yield* refused(file), "DatabaseInUse")
        assert.strictEqual(yield* refused(link), "DatabaseInUse")
        // The refused attempts left the lock in place.
        assert.strictEqual((yield* spawnProgram(file)).line, "DatabaseInUse")
        yield* insert(1)
      }).pipe(open(file))
      assert.deepStrictEqual(yield* open(link)(ids), [1])
    }).pipe(Effect.scoped)
  )

  it.effect("are refused while another process has them open, and keep what it committed before it was killed", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const other = yield* spawnProgram(file)
      assert.strictEqual(other.line, "committed")
      const error = yield* Effect.flip(open(file)(Effect.void))
      assert.deepInclude(error, { _tag: "DatabaseInUse", filename: file })
      yield* kill(other.process)
      const commits = SqlClient.SqlClient.use((sql) => sql`SELECT id FROM commits`)
      assert.deepEqual(yield* open(file)(commits), [{ id: 1 }])
    }).pipe(Effect.scoped)
  )
})
