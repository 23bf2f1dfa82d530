/**
 * A host of the example backend, started as its README says.
 */
import type * as Program from "../../runtimes/runners/Program.ts"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Environment variables. */
export type Environment = Readonly<Record<string, string>>

export interface Running {
  readonly origin: string
  /** The host's output. Complete once the scope is closed. */
  readonly ended: Promise<Program.Ended>
}

export interface Host {
  readonly name: string
  /** A host that isn't installed is a defect. */
  readonly start: (environment: Environment) => Effect.Effect<Running, never, Scope.Scope>
}
