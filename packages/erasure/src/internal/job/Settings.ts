/**
 * How jobs treat people, as the application configured it.
 */
import type * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as ErasureSteps from "../../ErasureSteps.ts"

export interface Service {
  readonly embargo: (person: ErasureSteps.Person) => Effect.Effect<void, unknown>
  readonly tokenLifetime: Duration.Duration
  readonly connected: "wait" | "remove"
  readonly stores: ReadonlyArray<IdentityStore.IdentityStore>
}

export class Settings extends Context.Service<Settings, Service>()("@effect-twilio-video/erasure/internal/Settings") {}
