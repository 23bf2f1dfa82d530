/**
 * The interface of the runners.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Missing from "./Missing.ts"
import type * as Program from "./Program.ts"

/** The runtime's version, as it reports it, and the results of the task. */
export interface Report {
  readonly version: string
  readonly results: unknown
}

/** Runs a task by its name. A task that fails is a defect. */
export type Perform = (task: string, baseUrl?: string) => Effect.Effect<Report, Missing.Missing>

export interface Runner {
  readonly name: string
  /** Fails if the runtime isn't installed. */
  readonly start: Effect.Effect<Perform, Missing.Missing, Scope.Scope>
}

/** Parses the output of a host. */
export const reportOf = (ended: Program.Ended): Effect.Effect<Report> =>
  Effect.sync(() => {
    if (ended.exit !== 0) throw new Error(`It exited with ${ended.exit}\n${ended.stderr}`)
    if (ended.stderr !== "") throw new Error(`It printed errors\n${ended.stderr}`)
    return JSON.parse(ended.stdout) as Report
  })

/** Parses the response of a host. It isn't JSON if the runtime responds instead. */
export const reportIn = (text: string): Report => {
  try {
    return JSON.parse(text) as Report
  } catch {
    throw new Error(`It responded: ${text}`)
  }
}
