/**
 * The program that every runtime runs, unchanged, and its tasks by name. Holds no runtime and no expectation: the hosts
 * say how each runs it, and `expected.ts` what must come out.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Effect from "effect/Effect"
import * as CodeGeneration from "./CodeGeneration.ts"
import * as Courses from "./Courses.ts"
import * as Credentials from "./Credentials.ts"
import * as Failures from "./Failures.ts"
import * as Job from "./Job.ts"
import * as Operations from "./Operations.ts"
import * as Setting from "./Setting.ts"

/** Everything, part after part, each on a sandbox as it was at the start. */
export const run = Effect.gen(function* () {
  return {
    job: yield* Setting.fresh(Job.job),
    operations: yield* Setting.fresh(Operations.operations),
    failures: yield* Setting.fresh(Failures.failures),
    paging: yield* Setting.fresh(Courses.paging),
    retry: yield* Setting.fresh(Courses.retry),
    interruption: yield* Setting.fresh(Courses.interruption),
    token: yield* Setting.fresh(Credentials.token),
    callback: yield* Credentials.callback
  }
})

/** The parts that break no connection, which a sandbox as a Worker cannot do as a server does. */
export const runUnbroken = Effect.gen(function* () {
  return {
    job: yield* Setting.fresh(Job.job),
    operations: yield* Setting.fresh(Operations.operations),
    paging: yield* Setting.fresh(Courses.paging),
    token: yield* Setting.fresh(Credentials.token)
  }
})

/** With all attempts, one soon after the other. */
const impatiently = RequestPolicy.withPolicy({ baseDelay: "20 millis" })

/** Asks where nothing answers: the error's facts, and all that a log may get of it. */
const refused = Effect.gen(function* () {
  const error = yield* Participants.fetch("DailyStandup", "Alice").pipe(impatiently, Effect.flip)
  return { ...Failures.show(error), written: Failures.written(error) }
})

/** One look-up, and nobody to catch an error. */
const lookUp = Participants.fetch("DailyStandup", "Alice").pipe(
  impatiently,
  Effect.map(({ identity, status }) => ({ identity, status }))
)

export type Task = (baseUrl: string) => Effect.Effect<unknown, unknown>

/** The tasks by name. `in-process` has no use for the base URL. */
export const tasks: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["in-process", () => Effect.provide(run, Setting.inProcess)],
  ["loopback", (baseUrl) => Effect.provide(run, Setting.loopback(baseUrl))],
  ["straight", (baseUrl) => Effect.provide(run, Setting.straight(baseUrl))],
  ["delivered", () => Credentials.delivered],
  ["refused", (baseUrl) => Effect.provide(refused, Setting.loopback(baseUrl))],
  ["look-up", (baseUrl) => Effect.provide(lookUp, Setting.loopback(baseUrl))],
  ["code-generation", () => Effect.sync(CodeGeneration.attempt)]
])

/** A task by its name. */
export const task = (name: string, baseUrl: string): Effect.Effect<unknown, unknown> =>
  tasks.get(name)?.(baseUrl) ?? Effect.die(new Error(`There is no task "${name}"`))

/** Runs a task by its name. */
export const perform = (name: string, baseUrl: string): Promise<unknown> => Effect.runPromise(task(name, baseUrl))
