/**
 * Why a job can't go on. Activities retry what may pass, and let out only what a person must look at.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Store from "../store/Store.ts"
import * as Documents from "./Documents.ts"

/** An activity failed for good. Its message contains no personal data, since the engine stores it. */
export class JobFailure extends Schema.TaggedError<JobFailure>()("JobFailure", { message: Schema.String }) {}

export type Transient = TwilioError.TwilioError | Store.StoreError

/** Wrong credentials, and options of the layers such as a share of the quota, don't mend themselves. */
const needsPerson = (error: Transient): boolean =>
  error._tag === "TwilioError" && ["Unauthorized", "Forbidden", "InvalidArgument"].includes(error.reason._tag)

/** One second, then twice as long each time, at most a minute: seven minutes in all. */
const waits = Schedule.min([Schedule.exponential(Duration.seconds(1)), Schedule.spaced(Duration.minutes(1))]).pipe(
  Schedule.jittered,
  Schedule.while(({ attempt }) => attempt <= 12)
)

/** Retries beyond the client's own retries, and fails with what a person needs to know. */
export const retry = <A, R>(step: Effect.Effect<A, JobFailure | Transient, R>): Effect.Effect<A, JobFailure, R> =>
  step.pipe(
    Effect.retry({ schedule: waits, while: (error) => error._tag !== "JobFailure" && !needsPerson(error) }),
    Effect.mapError(({ message }) => new JobFailure({ message }))
  )

const defect =
  "The job met an unexpected error, which isn't shown because it may contain personal data. " +
  "Check the embargo hook and the layers, then resume."

/** Notes why a job is stalled. Nothing but a `JobFailure` leaves an activity, because the engine stores it. */
export const guard =
  (job: string) =>
  <A, R>(activity: Effect.Effect<A, JobFailure | Transient, R>): Effect.Effect<A, JobFailure, R | Store.Store> =>
    Effect.catchCause(activity, (cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const error = Option.match(Cause.findErrorOption(cause), {
        onNone: () => new JobFailure({ message: defect }),
        onSome: ({ message }) => new JobFailure({ message })
      })
      // If the store is away, the engine's is too: nothing can be noted.
      return Effect.andThen(Effect.ignore(Documents.stalls.put(job, error.message)), Effect.fail(error))
    })
