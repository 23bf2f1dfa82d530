/**
 * A program that opens the database of its argument, commits a row, says so, and waits until it's killed.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS commits (id INTEGER PRIMARY KEY)`
  yield* sql`INSERT INTO commits DEFAULT VALUES`
  yield* Console.log("committed")
  return yield* Effect.never
}).pipe(
  Effect.provide(SqliteClient.layer({ filename: process.argv[2] ?? "" })),
  Effect.catch((error) => Console.log(error._tag))
)

// Nothing else keeps the process running.
setInterval(() => {}, 60_000)
await Effect.runPromise(program)
