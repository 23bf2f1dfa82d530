/**
 * The activities of a job, beside its sweeps, in the order in which they run. Each may run again after a crash.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as ErasureSteps from "../../ErasureSteps.ts"
import * as Store from "../store/Store.ts"
import * as Documents from "./Documents.ts"
import * as Failure from "./Failure.ts"
import * as People from "./People.ts"
import * as ReceiptWriter from "./ReceiptWriter.ts"
import * as Settings from "./Settings.ts"
import * as Sweep from "./Sweep.ts"

const now = Effect.map(DateTime.now, DateTime.formatIso)

const progressKey = "last"

/** When the job last made progress. */
export const lastProgress = Effect.fnUntraced(function* (id: string, { at }: Documents.Job) {
  const last = yield* Documents.progress.find(id, progressKey)
  return last !== undefined && last > at ? last : at
})

/** Notes that the job makes progress. */
export const noteProgress = Effect.fnUntraced(function* (id: string) {
  yield* Documents.progress.put(id, progressKey, yield* now)
})

const enter = Effect.fnUntraced(function* (
  id: string,
  phase: Documents.Job["phase"],
  more: Partial<Documents.Job> = {}
) {
  const at = yield* now
  yield* Documents.jobs.update(id, (job) => ({ ...job, ...more, phase, at }))
})

/** The key of the job that sweeps. */
export const sweeping = "job"

/** Calls the hook for every request that waits, also for those that come in meanwhile, and returns them. */
const embargo = Effect.fnUntraced(function* () {
  const settings = yield* Settings.Settings
  // The hook's error may contain anything.
  const refused = new Store.StoreError({ message: "The embargo hook failed. Mend it, then resume." })
  const done = new Map<string, Documents.Request | undefined>()
  for (;;) {
    const waiting = (yield* Documents.requests.list).filter(
      ({ requestId, state }) => state._tag === "Waiting" && !done.has(requestId)
    )
    if (waiting.length === 0) return [...done.values()].filter((request) => request !== undefined)
    for (const request of waiting) {
      const person = yield* People.open(request.requestId)
      if (person !== undefined) yield* Failure.retry(Effect.mapError(settings.embargo(person), () => refused))
      done.set(request.requestId, person === undefined ? undefined : request)
    }
  }
})

/** Fixes which requests the job serves. Returns false if there are none, because all were canceled. */
export const begin = Effect.fnUntraced(function* (id: string) {
  if ((yield* Documents.jobs.find(id)) === undefined) {
    const requests = yield* embargo()
    const { connected, tokenLifetime } = yield* Settings.Settings
    const at = yield* now
    const since = requests.every(({ since }) => since !== undefined)
      ? requests.flatMap(({ since }) => since ?? []).sort()[0]
      : undefined
    yield* Documents.jobs.insert(id, {
      requestIds: requests.map(({ requestId }) => requestId),
      ...(since === undefined ? {} : { since }),
      tokenLifetime: Duration.toSeconds(tokenLifetime),
      connected,
      phase: "Sweeping",
      at,
      embargoedAt: at,
      plans: []
    })
  }
  const { requestIds } = yield* Documents.jobs.get(id)
  yield* Effect.forEach(requestIds, (requestId) =>
    Documents.requests.update(requestId, (request) =>
      request.state._tag === "Waiting" ? { ...request, state: { _tag: "Running", job: id } } : undefined
    )
  )
  if (requestIds.length > 0) return true
  yield* enter(id, "Finished")
  yield* Documents.sweeping.removeIf(sweeping, id)
  return false
})

/** Lets the next job sweep, and returns for how many milliseconds tokens are still valid. */
export const settle = Effect.fnUntraced(function* (id: string) {
  const { embargoedAt, tokenLifetime } = yield* Documents.jobs.get(id)
  const settlesAt = DateTime.addDuration(DateTime.makeUnsafe(embargoedAt), Duration.seconds(tokenLifetime))
  yield* enter(id, "Settling", { settlesAt: DateTime.formatIso(settlesAt) })
  yield* Documents.sweeping.removeIf(sweeping, id)
  const left = Duration.toMillis(DateTime.distance(yield* DateTime.now, settlesAt))
  return Math.max(1, Math.ceil(left))
})

export const sweepAgain = Effect.fnUntraced(function* (id: string) {
  yield* enter(id, "SweepingAgain")
  return yield* Sweep.plan(id, 2)
})

/** A session lasts at most a day. */
const longestSession = Duration.hours(25)

/** Anonymizes those who have left since. Returns whether to look again. */
export const awaitLeaving = Effect.fnUntraced(function* (id: string) {
  const job = yield* Documents.jobs.get(id)
  const people = yield* People.ofJob(job)
  const connected = (yield* Documents.outcomes.list(id)).filter(({ outcome }) => outcome === "StillConnected")
  const wanted = connected.filter(({ requestIds }) => people.some(({ requestId }) => requestIds.includes(requestId)))
  const outcomes = yield* Effect.forEach(wanted, ({ participantSid, requestIds, roomSid }) =>
    Sweep.erase(id, { participantSid, requestIds, roomSid, connected: true }, people)
  )
  const isOver = DateTime.isGreaterThan(
    yield* DateTime.now,
    DateTime.addDuration(DateTime.makeUnsafe(job.at), longestSession)
  )
  return !isOver && outcomes.some(({ outcome }) => outcome === "StillConnected")
})

/** How many participations an activity confirms. */
const confirmed = 100

/** Begins to verify, and returns how many activities it takes. */
export const beginVerifying = Effect.fnUntraced(function* (id: string) {
  yield* enter(id, "Verifying")
  const sids = (yield* Documents.outcomes.list(id)).map(({ participantSid }) => participantSid)
  const parts = Math.ceil(sids.length / confirmed)
  for (let index = 0; index < parts; index++) {
    const part = sids.slice(index * confirmed, (index + 1) * confirmed)
    yield* Documents.confirmations.put(id, Documents.indexKey(index), part)
  }
  return parts
})

const confirm = Effect.fnUntraced(function* (
  id: string,
  outcome: ErasureSteps.Outcome,
  people: ReadonlyArray<ErasureSteps.Person>
) {
  const left = Sweep.peopleOf(outcome, people)
  // Without the identities of a canceled request, nothing can be confirmed.
  if (left.length === 0) return
  const seen = yield* Failure.retry(ErasureSteps.confirm(outcome, left))
  yield* Documents.outcomes.put(id, seen.participantSid, seen)
  if (seen.outcome !== "NotErased") return
  const again = yield* Sweep.erase(id, { ...seen, connected: true }, left)
  yield* Documents.outcomes.put(id, again.participantSid, yield* Failure.retry(ErasureSteps.confirm(again, left)))
})

/** Reads a part of the participations again. */
export const verify = Effect.fnUntraced(function* (id: string, index: number) {
  const people = yield* People.ofJob(yield* Documents.jobs.get(id))
  const part = yield* Documents.confirmations.get(id, Documents.indexKey(index))
  yield* Effect.forEach(
    part,
    (sid) => Effect.flatMap(Documents.outcomes.get(id, sid), (outcome) => confirm(id, outcome, people)),
    { concurrency: 8, discard: true }
  )
})

/** Looks again at the rooms that couldn't be searched: a room that's still not found has no participants left. */
export const verifyRooms = Effect.fnUntraced(function* (id: string) {
  const people = yield* People.ofJob(yield* Documents.jobs.get(id))
  const problems = yield* Documents.problems.list(id)
  yield* Effect.forEach(
    problems.filter(({ problem }) => problem === "NotFound"),
    Effect.fnUntraced(function* ({ roomSid }) {
      const isGone = yield* Failure.retry(
        Rooms.fetch(roomSid).pipe(
          Effect.as(false),
          Effect.catchTag("NotFound", () => Effect.succeed(true))
        )
      )
      if (isGone) return
      const found = yield* Failure.retry(ErasureSteps.find({ sid: roomSid, inProgress: true }, people))
      yield* Effect.forEach(found.participations, (participation) => Sweep.erase(id, participation, people))
      const problem = found.problems[0]
      yield* problem === undefined
        ? Documents.problems.remove(id, roomSid)
        : // A room that is there, but not its participants, isn't gone.
          Documents.problems.put(id, roomSid, { ...problem, problem: "Refused" })
    })
  )
})

/** Writes the receipts, and destroys the identities. */
export const finish = Effect.fnUntraced(function* (id: string) {
  const verifiedAt = yield* now
  const job = (yield* Documents.jobs.update(id, (job) => ({ verifiedAt, ...job }))) ?? (yield* Documents.jobs.get(id))
  for (const requestId of job.requestIds) {
    const request = yield* Documents.requests.get(requestId)
    if (request.state._tag !== "Running") continue
    yield* ReceiptWriter.write(request, id, job)
    yield* Documents.sealed.remove(requestId)
  }
  yield* enter(id, "Finished")
  yield* Store.Store.use((store) => store.purge)
})

/** Destroys the identities of a request that's canceled, and writes its receipt. A crash may have come between. */
export const endCanceled = Effect.fnUntraced(function* (request: Documents.Request, id: string | undefined) {
  // From here on, no activity can open the identities.
  yield* Documents.sealed.remove(request.requestId)
  const receipt =
    (yield* Documents.receipts.find(request.requestId)) ??
    (yield* ReceiptWriter.write(request, id, id === undefined ? undefined : yield* Documents.jobs.find(id)))
  yield* Store.Store.use((store) => store.purge)
  return receipt
})

/** Notes that the engine is about to forget a finished job: from here on it can't be asked about the job. */
export const beginForgetting = (id: string) => enter(id, "Forgetting")

/** Forgets a finished job, after the engine has. */
export const forget = Effect.fnUntraced(function* (id: string, job: Documents.Job) {
  for (const requestId of job.requestIds) {
    const receipt = yield* Documents.receipts.find(requestId)
    if (receipt === undefined) continue
    yield* Documents.requests.update(requestId, (request) =>
      request.state._tag === "Running" ? { ...request, state: { _tag: receipt.outcome } } : undefined
    )
  }
  yield* Store.Store.use((store) => store.removeOwner(id))
  yield* Documents.stalls.remove(id)
  yield* Documents.jobs.remove(id)
  yield* Store.Store.use((store) => store.purge)
})
