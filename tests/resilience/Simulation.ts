/**
 * Runs many operations on a sandbox with faults, on the test clock, and collects their results.
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
import * as Operations from "./Operations.ts"

export interface Done {
  readonly kind: string
  readonly target: Operations.Target | undefined
  /** `Success`, or the tags of the error and its reason. */
  readonly result: string
  /** The cause, if it isn't a typed error. */
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

const resultOf = (kind: string, { run, target }: Operations.Operation) =>
  Effect.map(Effect.exit(run), (exit): Done => {
    if (Exit.isSuccess(exit)) return { kind, target, result: "Success", defect: undefined }
    const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    return error === undefined
      ? { kind, target, result: "Defect", defect: Cause.squash(exit.cause) }
      : { kind, target, result: nameOf(error), defect: undefined }
  })

/** Moves the test clock until the program ends. */
const drive = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("200 millis")
    return yield* Fiber.join(fiber)
  })

export const run = (operations: number, seed: string, policy: Partial<RequestPolicy.RequestPolicy> = {}) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const kinds = Object.entries(Operations.byName)
    const began = yield* Clock.currentTimeMillis
    const done = yield* drive(
      Effect.forEach(
        Array.from({ length: operations }, (_, index) => index),
        (index) => {
          const [kind, make] = kinds[index % kinds.length] ?? ["", () => Effect.die("there are no operations")]
          return Effect.flatMap(Effect.orDie(make(index)), (operation) => resultOf(kind, operation))
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
    Effect.provide(
      Sandbox.layer({ rooms: Operations.rooms ?? [], faults: Faults.rules, seed, requestLog: 10 * operations })
    )
  )
