/**
 * How far a request is, read from the documents of its job.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Erasure from "../../Erasure.ts"
import * as Documents from "../job/Documents.ts"
import * as Job from "../job/Job.ts"

const sweepProgress = Effect.fnUntraced(function* (id: string, job: Documents.Job, sweep: 1 | 2, requestId: string) {
  const prefix = `${sweep}/`
  const groups = (yield* Documents.swept.entries(id)).filter(([key]) => key.startsWith(prefix))
  const sum = (of: (swept: Documents.Swept) => number) => groups.reduce((total, [, swept]) => total + of(swept), 0)
  const { rooms = 0, windows = 0 } = job.plans[sweep - 1] ?? {}
  return {
    windows: sum((swept) => swept.windows),
    rooms: sum((swept) => swept.rooms),
    found: sum(({ found }) => found[requestId] ?? 0),
    erased: sum(({ erased }) => erased[requestId] ?? 0),
    total: { windows, rooms }
  }
})

const statusInJob = Effect.fnUntraced(function* (id: string, requestId: string) {
  const job = yield* Documents.jobs.find(id)
  const reason = yield* Documents.stalls.find(id)
  const status = Effect.succeed<Erasure.Status>
  if (reason !== undefined) return yield* status({ _tag: "Stalled", reason })
  switch (job?.phase) {
    case undefined:
      return yield* status({ _tag: "Verifying" })
    case "Sweeping":
      return yield* status({ _tag: "Sweeping", sweep: 1, ...(yield* sweepProgress(id, job, 1, requestId)) })
    case "Settling":
      return yield* status({ _tag: "Settling", until: DateTime.makeUnsafe(job.settlesAt ?? job.at) })
    case "SweepingAgain":
      return yield* status({ _tag: "Sweeping", sweep: 2, ...(yield* sweepProgress(id, job, 2, requestId)) })
    default:
      return yield* status({ _tag: "Verifying" })
  }
})

/** A request that waits is stalled too if the job that's about to sweep is. */
const statusOfWaiting = Effect.gen(function* () {
  const next = yield* Documents.sweeping.find(Job.sweeping)
  const reason = next === undefined ? undefined : yield* Documents.stalls.find(next)
  const status: Erasure.Status = reason === undefined ? { _tag: "Waiting" } : { _tag: "Stalled", reason }
  return status
})

export const status = ({ requestId, state }: Documents.Request) => {
  switch (state._tag) {
    case "Waiting":
      return statusOfWaiting
    case "Running":
      return statusInJob(state.job, requestId)
    default:
      return Effect.succeed<Erasure.Status>({ _tag: state._tag })
  }
}
