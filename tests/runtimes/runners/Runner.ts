/**
 * What runs the program on a runtime, the same for all of them. Holds no runtime.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Missing from "./Missing.ts"
import type * as Program from "./Program.ts"

/** What came of a task: the version that the runtime says it has, and the task's account. */
export interface Report {
  readonly version: string
  readonly account: unknown
}

/** Performs a task by its name. A task that does not end well is a defect. */
export type Perform = (task: string, baseUrl?: string) => Effect.Effect<Report, Missing.Missing>

export interface Runner {
  readonly name: string
  /** Fails where the runtime is not installed. */
  readonly start: Effect.Effect<Perform, Missing.Missing, Scope.Scope>
}

/** Reads what a host printed. */
export const reportOf = (ended: Program.Ended): Effect.Effect<Report> =>
  Effect.sync(() => {
    if (ended.exit !== 0) throw new Error(`It ended with ${ended.exit}\n${ended.stderr}`)
    if (ended.stderr !== "") throw new Error(`It printed errors\n${ended.stderr}`)
    return JSON.parse(ended.stdout) as Report
  })

/** Reads what a host answered, which is no JSON where a runtime answers for it. */
export const reportIn = (text: string): Report => {
  try {
    return JSON.parse(text) as Report
  } catch {
    throw new Error(`It answered: ${text}`)
  }
}
