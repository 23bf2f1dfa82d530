/**
 * A run of tasks against a sandbox with faults, on a test's clock, and what it came to. Holds no expectation.
 */
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as Faults from "./Faults.ts"
import * as Tasks from "./Tasks.ts"

export interface Done {
  readonly kind: string
  readonly aim: Tasks.Aim | undefined
  /** `Success`, or the error: its tag, and the reason's. */
  readonly outcome: string
  /** What is no typed error. */
  readonly defect: unknown
}

export interface Result {
  readonly done: ReadonlyArray<Done>
  readonly requests: ReadonlyArray<LoggedRequest.LoggedRequest>
  readonly state: SandboxState.SandboxState
  readonly clockMillis: number
}

const nameOf = (error: { readonly _tag: string }): string =>
  Predicate.hasProperty(error, "reason") && Predicate.hasProperty(error.reason, "_tag")
    ? `${error._tag}.${String(error.reason._tag)}`
    : error._tag

const settle = (kind: string, { aim, run }: Tasks.Task) =>
  Effect.map(Effect.exit(run), (exit): Done => {
    if (Exit.isSuccess(exit)) return { kind, aim, outcome: "Success", defect: undefined }
    const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    return error === undefined
      ? { kind, aim, outcome: "Defect", defect: Cause.squash(exit.cause) }
      : { kind, aim, outcome: nameOf(error), defect: undefined }
  })

/** Lets a test's time go on until the program ends. */
const drive = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("200 millis")
    return yield* Fiber.join(fiber)
  })

export const run = (operations: number, seed: string, policy: Partial<RequestPolicy.RequestPolicy> = {}) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const kinds = Object.entries(Tasks.kinds)
    const began = yield* Clock.currentTimeMillis
    const done = yield* drive(
      Effect.forEach(
        Array.from({ length: operations }, (_, index) => index),
        (index) => {
          const [kind, make] = kinds[index % kinds.length] ?? ["", () => Effect.die("there are no tasks")]
          return Effect.flatMap(Effect.orDie(make(index)), (task) => settle(kind, task))
        },
        { concurrency: 100 }
      )
    )
    const result: Result = {
      done,
      requests: yield* sandbox.requests,
      state: yield* sandbox.exportState,
      clockMillis: (yield* Clock.currentTimeMillis) - began
    }
    return result
  }).pipe(
    Random.withSeed(seed),
    RequestPolicy.withPolicy(policy),
    Effect.provide(Sandbox.layer({ rooms: Tasks.rooms ?? [], faults: Faults.rules, seed, requestLog: 10 * operations }))
  )
