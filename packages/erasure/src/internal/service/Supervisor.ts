/**
 * Keeps jobs going, in every process: starts the next one, forgets those that are done, submits those that a crash may
 * have lost, and notices those that make no progress.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Engine from "../engine/Engine.ts"
import * as Documents from "../job/Documents.ts"
import * as Job from "../job/Job.ts"
import * as Store from "../store/Store.ts"

const groupsOf = ({ plans }: Documents.Job): ReadonlyArray<number> => plans.map(({ groups }) => groups)

/** Jobs are documents by their ID. */
const jobs = Documents.jobs.entries

/** A request that a crash cut off has no identities yet: it waits until it's made again. */
const canBegin = ({ requestId, state }: Documents.Request) =>
  state._tag === "Waiting"
    ? Effect.map(Documents.sealed.find(requestId), (sealed) => sealed !== undefined)
    : Effect.succeed(false)

/** Starts a job if requests wait, unless one sweeps: they wait for the next. */
export const startNext = Effect.gen(function* () {
  const waiting = yield* Effect.filter(yield* Documents.requests.list, canBegin)
  if (waiting.length === 0) return
  const engine = yield* Engine.Engine
  yield* Documents.sweeping.insert(Job.sweeping, crypto.randomUUID())
  const next = yield* Documents.sweeping.find(Job.sweeping)
  // Whoever claimed it may have failed to submit it.
  if (next !== undefined && (yield* Documents.jobs.find(next)) === undefined) yield* engine.submit(next)
})

const forgetFinished = Effect.gen(function* () {
  const engine = yield* Engine.Engine
  for (const [id, job] of yield* jobs) {
    const isDone = job.phase === "Finished" && (yield* engine.isDone(id))
    if (!isDone && job.phase !== "Forgetting") continue
    yield* Job.beginForgetting(id)
    yield* engine.clear(id, groupsOf(job))
    yield* Job.forget(id, job)
  }
})

/** Destroys the identities of requests whose cancellation a crash cut off. */
const endCanceled = Effect.gen(function* () {
  for (const request of yield* Documents.requests.list) {
    if (request.state._tag !== "Canceled") continue
    if ((yield* Documents.sealed.find(request.requestId)) === undefined) continue
    yield* Job.endCanceled(request, request.state.job)
  }
})

/** Submitting a job that runs only joins it. */
const submitAll = Effect.gen(function* () {
  const engine = yield* Engine.Engine
  const sweeping = yield* Documents.sweeping.find(Job.sweeping)
  if (sweeping !== undefined) yield* engine.submit(sweeping)
  for (const [id, { phase }] of yield* jobs) if (phase !== "Forgetting") yield* engine.submit(id)
})

/** Without progress for this long, a job counts as stalled. */
const patience = Duration.minutes(10)

const noProgress = `No progress for ${Duration.toMinutes(patience)} minutes. It's being started again; check the runners.`

/** Notices jobs without progress, but not before this process has waited for it. */
const watch = Effect.fnUntraced(function* (startedAt: DateTime.Utc) {
  const engine = yield* Engine.Engine
  const now = yield* DateTime.now
  const latest = DateTime.formatIso(DateTime.subtractDuration(now, patience))
  for (const [id, job] of yield* jobs) {
    if (["Settling", "Finished", "Forgetting"].includes(job.phase)) continue
    const isLate = DateTime.formatIso(startedAt) < latest && (yield* Job.lastProgress(id, job)) < latest
    const stall = yield* Documents.stalls.find(id)
    if (!isLate && stall === noProgress) yield* Documents.stalls.removeIf(id, noProgress)
    if (!isLate || stall !== undefined) continue
    yield* Documents.stalls.insert(id, noProgress)
    yield* engine.resume(id, groupsOf(job))
  }
})

/** Runs failed activities again. */
export const resume = Effect.fnUntraced(function* (id: string) {
  const engine = yield* Engine.Engine
  const job = yield* Documents.jobs.find(id)
  yield* Documents.stalls.remove(id)
  if (job !== undefined) yield* Job.noteProgress(id)
  yield* engine.resume(id, job === undefined ? [] : groupsOf(job))
})

/** How often to look at jobs, at all requests, and for jobs that were lost. */
const interval = { quick: Duration.seconds(1), slow: Duration.seconds(5), check: Duration.minutes(1) }

/** Nothing happens to a job that settles before it has. */
const pause = Effect.gen(function* () {
  const now = yield* DateTime.now
  const waits = (yield* jobs).map(([, { phase, settlesAt }]) =>
    phase === "Settling" && settlesAt !== undefined
      ? DateTime.distance(now, DateTime.makeUnsafe(settlesAt))
      : interval.quick
  )
  const begins = (yield* Documents.sweeping.find(Job.sweeping)) !== undefined
  const shortest = waits.reduce(Duration.min, begins ? interval.quick : interval.slow)
  return Duration.max(shortest, interval.quick)
})

/** Runs a round's work. If the store fails, which every other operation reports, the next round tries again. */
const attempt = <E, R>(work: Effect.Effect<void, E, R>): Effect.Effect<void, never, R> =>
  work.pipe(
    Effect.ignore,
    // The defect isn't logged: it may contain anything.
    Effect.catchDefect(() =>
      Effect.logError("The supervisor of erasure jobs met an unexpected error, and goes on. Check the jobs' database.")
    )
  )

/** Runs until it's interrupted. */
export const run = Effect.gen(function* () {
  const engine = yield* Engine.Engine
  // A crash may have come between a deletion and this.
  yield* Effect.ignore(Store.Store.use((store) => store.purge))
  const startedAt = yield* DateTime.now
  let checkAt = startedAt
  for (;;) {
    const now = yield* DateTime.now
    const isDue = DateTime.isGreaterThanOrEqualTo(now, checkAt)
    yield* attempt(Effect.all([forgetFinished, startNext], { discard: true }))
    if (isDue) {
      yield* attempt(Effect.all([endCanceled, submitAll, watch(startedAt)], { discard: true }))
      checkAt = DateTime.addDuration(now, interval.check)
    }
    const sleep = Effect.sleep(yield* Effect.orElseSucceed(pause, () => interval.quick))
    yield* Effect.race(sleep, engine.accepted.await)
    yield* engine.accepted.close
  }
})
