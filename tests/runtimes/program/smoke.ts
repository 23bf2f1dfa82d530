/**
 * The program that every runtime runs unchanged, and its tasks by name. `hosts` runs it on each runtime, and `expected.ts`
 * has the expected results.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Effect from "effect/Effect"
import * as CodeGeneration from "./CodeGeneration.ts"
import * as PagingAndRetries from "./PagingAndRetries.ts"
import * as Credentials from "./Credentials.ts"
import * as Failures from "./Failures.ts"
import * as Moderation from "./Moderation.ts"
import * as Operations from "./Operations.ts"
import * as Rosters from "./Rosters.ts"
import * as TestEnvironment from "./TestEnvironment.ts"

/** All parts, each on a sandbox in its initial state. */
export const run = Effect.gen(function* () {
  return {
    moderation: yield* TestEnvironment.fresh(Moderation.moderation),
    operations: yield* TestEnvironment.fresh(Operations.operations),
    failures: yield* TestEnvironment.fresh(Failures.failures),
    paging: yield* TestEnvironment.fresh(PagingAndRetries.paging),
    retry: yield* TestEnvironment.fresh(PagingAndRetries.retry),
    interruption: yield* TestEnvironment.fresh(PagingAndRetries.interruption),
    roster: yield* TestEnvironment.fresh(Rosters.roster),
    token: yield* TestEnvironment.fresh(Credentials.token),
    callback: yield* Credentials.callback
  }
})

/** The parts without broken connections, which a sandbox in a Worker can't simulate. */
export const runWithoutFaults = Effect.gen(function* () {
  return {
    moderation: yield* TestEnvironment.fresh(Moderation.moderation),
    operations: yield* TestEnvironment.fresh(Operations.operations),
    paging: yield* TestEnvironment.fresh(PagingAndRetries.paging),
    roster: yield* TestEnvironment.fresh(Rosters.roster),
    token: yield* TestEnvironment.fresh(Credentials.token)
  }
})

/** All attempts, with short delays. */
const withShortDelays = RequestPolicy.withPolicy({ baseDelay: "20 millis" })

/** Calls a port without a server. Yields the fields of the error and its logged forms. */
const refused = Effect.gen(function* () {
  const error = yield* Participants.fetch("DailyStandup", "Alice").pipe(withShortDelays, Effect.flip)
  return { ...Failures.show(error), written: Failures.written(error) }
})

/** One fetch. Its error stays unhandled. */
const lookUp = Participants.fetch("DailyStandup", "Alice").pipe(
  withShortDelays,
  Effect.map(({ identity, status }) => ({ identity, status }))
)

export type Task = (baseUrl: string) => Effect.Effect<unknown, unknown>

/** The tasks by name. `in-process` ignores the base URL. */
export const tasks: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["in-process", () => Effect.provide(run, TestEnvironment.inProcess)],
  ["loopback", (baseUrl) => Effect.provide(run, TestEnvironment.loopback(baseUrl))],
  ["fetch-alone", (baseUrl) => Effect.provide(run, TestEnvironment.fetchAlone(baseUrl))],
  ["delivered", () => Credentials.delivered],
  ["refused", (baseUrl) => Effect.provide(refused, TestEnvironment.loopback(baseUrl))],
  ["look-up", (baseUrl) => Effect.provide(lookUp, TestEnvironment.loopback(baseUrl))],
  ["code-generation", () => Effect.sync(CodeGeneration.attempt)]
])

/** A task by its name. */
export const task = (name: string, baseUrl: string): Effect.Effect<unknown, unknown> =>
  tasks.get(name)?.(baseUrl) ?? Effect.die(new Error(`There is no task "${name}"`))

/** Runs a task by its name. */
export const perform = (name: string, baseUrl: string): Promise<unknown> => Effect.runPromise(task(name, baseUrl))
