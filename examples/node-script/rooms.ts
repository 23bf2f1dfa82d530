/**
 * The sandbox on which `erase` runs without an account: 601 rooms, kept in an SQLite file, so that the next run finds
 * them as the last one left them.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"

/** The person to erase. */
export const identities = ["Alice", "Alice (phone)"] as const

const others = ["Bob", "Carol", "Dave", "Erin", "Frank"]

/** One room a day. The person was in every tenth, alternately with one identity and the other. */
const past = Array.from({ length: 600 }, (_, index): Scenario.ScenarioRoom => {
  const joinedAgo = `${24 * (index + 1)} hours` as const
  const names = [
    others[index % 5],
    others[(index + 2) % 5],
    index % 10 === 3 ? identities[(index >> 1) % 2] : undefined
  ]
  return {
    completedAgo: `${24 * (index + 1) - 1} hours`,
    participants: names.filter((name) => name !== undefined).map((identity) => ({ identity, joinedAgo }))
  }
})

/** Here the person is connected, and Bob's rules name the person. */
const current: Scenario.ScenarioRoom = {
  uniqueName: "DailyStandup",
  openedAgo: "20 minutes",
  participants: [
    { identity: identities[0], joinedAgo: "20 minutes" },
    { identity: "Bob", joinedAgo: "15 minutes", rules: [{ type: "include", publisher: identities[0] }] },
    { identity: "Carol", joinedAgo: "10 minutes" }
  ]
}

const save = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const sql = yield* SqlClient.SqlClient
  const state = JSON.stringify(yield* sandbox.exportState)
  yield* sql`INSERT OR REPLACE INTO rooms (id, state) VALUES (1, ${state})`
})

const kept = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS rooms (id INTEGER PRIMARY KEY, state TEXT NOT NULL)`
  const [row] = yield* sql<{ readonly state: string }>`SELECT state FROM rooms`
  if (row !== undefined) yield* sandbox.importState(JSON.parse(row.state), { times: "keep" })
  yield* Effect.addFinalizer(() => Effect.ignore(save))
  yield* Effect.forkScoped(Effect.repeat(save, Schedule.spaced("1 second")))
})

/** A sandbox that processes as many requests per second as Twilio, with its rooms in a file. */
export const layer = (file: string) =>
  Layer.effectDiscard(kept).pipe(
    Layer.provideMerge(Sandbox.layer({ rooms: [current, ...past], quota: Sandbox.twilioQuota })),
    Layer.provide(SqliteClient.layer({ filename: file }))
  )
