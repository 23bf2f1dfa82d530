/**
 * Runs jobs as workflows on any of Effect's engines. This folder is the only one that uses Effect's unstable modules for
 * workflows and clusters.
 *
 * A workflow's body may run on two machines for a moment, so every effect is in an activity. A sweep is divided into parts,
 * child workflows that an engine spreads over machines.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as DurableClock from "effect/workflow/DurableClock"
import * as Workflow from "effect/workflow/Workflow"
import * as Workflows from "effect/workflow/WorkflowEngine"
import type * as ErasureKeys from "../../ErasureKeys.ts"
import * as Failure from "../job/Failure.ts"
import * as Forgetting from "../job/Forgetting.ts"
import * as Job from "../job/Job.ts"
import * as Settings from "../job/Settings.ts"
import * as Sweep from "../job/Sweep.ts"
import * as Store from "../store/Store.ts"

export interface Service {
  /** Opens when this process accepts a request. */
  readonly accepted: Latch.Latch
  /** Starts a job, or joins it. */
  readonly submit: (job: string) => Effect.Effect<void, Store.StoreError>
  /** Runs again what failed. `groups` are those of the sweeps so far. */
  readonly resume: (job: string, groups: ReadonlyArray<number>) => Effect.Effect<void, Store.StoreError>
  readonly isDone: (job: string) => Effect.Effect<boolean, Store.StoreError>
  /** Removes the records that the engine keeps of a job that's done. */
  readonly clear: (job: string, groups: ReadonlyArray<number>) => Effect.Effect<void, Store.StoreError>
}

export class Engine extends Context.Service<Engine, Service>()("@effect-twilio-video/erasure/internal/Engine") {}

/** The engine of the context. */
export type WorkflowEngine = Workflows.WorkflowEngine

/** What the activities need. */
export type Services =
  | ErasureKeys.ErasureKeys
  | Participants.Participants
  | Rooms.Rooms
  | Settings.Settings
  | Store.Store
  | SubscribeRules.SubscribeRules

const JobWorkflow = Workflow.make("Erasure/Job", {
  payload: { job: Schema.String },
  error: Failure.JobFailure,
  idempotencyKey: ({ job }) => job
}).annotate(Workflow.SuspendOnFailure, true)

const PartWorkflow = Workflow.make("Erasure/Part", {
  payload: { job: Schema.String, sweep: Schema.Literals([1, 2]), part: Schema.Int, groups: Schema.Int },
  error: Failure.JobFailure,
  idempotencyKey: ({ job, part, sweep }) => `${job}/${sweep}/${part}`
}).annotate(Workflow.SuspendOnFailure, true)

/** How many groups a part searches, one after the other, and how many parts run at a time. */
const part = { groups: 20, concurrency: 4 }

const parts = (job: string, sweep: 1 | 2, groups: number) =>
  Array.from({ length: Math.ceil(groups / part.groups) }, (_, index) => ({
    job,
    sweep,
    part: index,
    groups: Math.min(part.groups, groups - index * part.groups)
  }))

const activity = <A>(
  job: string,
  name: string,
  success: Schema.Codec<A, unknown>,
  execute: Effect.Effect<A, Failure.JobFailure | Failure.Transient, Services>
) => {
  const progressing = Effect.tap(Failure.retry(execute), Failure.retry(Job.noteProgress(job)))
  return Activity.make({ name, success, error: Failure.JobFailure, execute: Failure.guard(job)(progressing) })
}

const effect = (
  job: string,
  name: string,
  execute: Effect.Effect<unknown, Failure.JobFailure | Failure.Transient, Services>
) => activity(job, name, Schema.Void, Effect.asVoid(execute))

const runPart = Effect.fnUntraced(function* ({
  groups,
  job,
  part: index,
  sweep
}: typeof PartWorkflow.payloadSchema.Type) {
  for (let group = 0; group < groups; group++) {
    yield* effect(job, `group/${group}`, Sweep.group(job, sweep, index * part.groups + group))
  }
})

const sweepParts = (job: string, sweep: 1 | 2, groups: number) =>
  Effect.forEach(parts(job, sweep, groups), (payload) => PartWorkflow.execute(payload), {
    concurrency: part.concurrency,
    discard: true
  })

const longestLook = Duration.minutes(5)

const runJob = Effect.fnUntraced(function* ({ job }: typeof JobWorkflow.payloadSchema.Type) {
  const { tokenLifetime } = yield* Settings.Settings
  if (!(yield* activity(job, "begin", Schema.Boolean, Job.begin(job)))) return
  yield* sweepParts(job, 1, yield* activity(job, "plan/1", Schema.Int, Sweep.plan(job, 1)))

  yield* effect(job, "forget/1", Forgetting.forget(job))
  const millis = yield* activity(job, "settle", Schema.Int, Job.settle(job))
  yield* DurableClock.sleep({ name: "settle", duration: Duration.millis(millis), inMemoryThreshold: 0 })

  yield* sweepParts(job, 2, yield* activity(job, "plan/2", Schema.Int, Job.sweepAgain(job)))
  yield* effect(job, "forget/2", Forgetting.forget(job))
  for (let look = 0; yield* activity(job, `leaving/${look}`, Schema.Boolean, Job.awaitLeaving(job)); look++) {
    const duration = Duration.min(longestLook, tokenLifetime)
    yield* DurableClock.sleep({ name: `leaving/${look}`, duration, inMemoryThreshold: 0 })
  }

  const confirmations = yield* activity(job, "verify", Schema.Int, Job.beginVerifying(job))
  for (let index = 0; index < confirmations; index++) yield* effect(job, `verify/${index}`, Job.verify(job, index))
  yield* effect(job, "verify/rooms", Job.verifyRooms(job))
  // Whoever was connected until now may have been reported again.
  yield* effect(job, "forget/3", Forgetting.forget(job))
  yield* effect(job, "finish", Job.finish(job))
})

/** Registers the workflows on the engine of the context. */
export const layerWorkflows: Layer.Layer<never, never, Workflows.WorkflowEngine | Services> = Layer.merge(
  JobWorkflow.toLayer(runJob),
  PartWorkflow.toLayer(runPart)
)

/** The executions of a job and its parts, by the tag of their workflow. */
const executions = Effect.fnUntraced(function* (job: string, groups: ReadonlyArray<number>) {
  const children = groups.flatMap((count, index) => parts(job, index === 0 ? 1 : 2, count))
  return {
    job: yield* JobWorkflow.executionId({ job }),
    parts: yield* Effect.forEach(children, (payload) => PartWorkflow.executionId(payload))
  }
})

/** Removes the records of one execution of a workflow. */
export type ClearExecution = (tag: string, executionId: string) => Effect.Effect<void>

const unavailable = new Store.StoreError({
  message: "The database of the engine that runs erasure jobs failed. Check that it's running and reachable."
})

/** An engine dies of the errors of its database. */
const failing = Effect.catchDefect((defect) =>
  Predicate.isTagged(defect, "PersistenceError") ? Effect.fail(unavailable) : Effect.die(defect)
)

const make = Effect.fnUntraced(function* (clearExecution: ClearExecution) {
  const engine = yield* Workflows.WorkflowEngine
  const accepted = yield* Latch.make()
  const provided = <A, E>(effect: Effect.Effect<A, E, Workflows.WorkflowEngine>) =>
    failing(Effect.provideService(effect, Workflows.WorkflowEngine, engine))
  const service: Service = {
    accepted,
    submit: (job) => provided(Effect.asVoid(JobWorkflow.execute({ job }, { discard: true }))),
    resume: Effect.fnUntraced(function* (job, groups) {
      const ids = yield* executions(job, groups)
      for (const id of ids.parts) {
        const result = yield* PartWorkflow.poll(id)
        if (Option.isSome(result) && result.value._tag === "Suspended") yield* PartWorkflow.resume(id)
      }
      yield* JobWorkflow.resume(ids.job)
    }, provided),
    isDone: (job) =>
      executions(job, []).pipe(
        Effect.flatMap((ids) => JobWorkflow.poll(ids.job)),
        Effect.map((result) => Option.isSome(result) && result.value._tag === "Complete"),
        provided
      ),
    clear: Effect.fnUntraced(function* (job, groups) {
      const ids = yield* executions(job, groups)
      for (const id of ids.parts) yield* clearExecution(PartWorkflow._tag, id)
      yield* clearExecution(JobWorkflow._tag, ids.job)
    }, provided)
  }
  return service
})

/** Submits and controls jobs on the engine of the context. */
export const layer = (clearExecution: ClearExecution): Layer.Layer<Engine, never, Workflows.WorkflowEngine> =>
  Layer.effect(Engine, make(clearExecution))

/** Loses its jobs with the process. */
export const layerMemory = Workflows.layerMemory
