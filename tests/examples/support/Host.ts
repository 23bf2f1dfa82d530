/**
 * A host of the example backend, started as its README says, with an environment of its own. Holds no host.
 */
import type * as Program from "../../runtimes/runners/Program.ts"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** As strings, since that is what an environment holds. */
export type Environment = Readonly<Record<string, string>>

export interface Running {
  readonly origin: string
  /** What the host printed, once the scope is closed. */
  readonly ended: Promise<Program.Ended>
}

export interface Host {
  readonly name: string
  /** A host that is not on this machine is a defect. */
  readonly start: (environment: Environment) => Effect.Effect<Running, never, Scope.Scope>
}
