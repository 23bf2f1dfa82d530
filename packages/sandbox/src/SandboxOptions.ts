/**
 * What a sandbox is made with. Holds no defaults' values.
 *
 * @since 0.1.0
 */
import type * as Assumptions from "./Assumptions.ts"
import type * as Fault from "./Fault.ts"
import type * as Quota from "@effect-twilio-video/http/Quota"
import type * as SandboxCredentials from "./SandboxCredentials.ts"
import type * as Scenario from "./Scenario.ts"

/**
 * What a sandbox starts from. A `Scenario` is options too.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const options: Sandbox.Options = { rooms: [{ uniqueName: "Huddle" }], seed: "mine", quota: Sandbox.twilioQuota }
 *
 * const room = await Rooms.Rooms.use((rooms) => rooms.fetch("Huddle")).pipe(
 *   Effect.provide(Sandbox.layer(options)),
 *   Effect.runPromise
 * )
 * room.status // => "in-progress"
 * ```
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The rooms to start from; `Scenario.defaultScenario` by default. */
  readonly rooms?: Scenario.Scenario["rooms"] | undefined
  /** Choices about what Twilio leaves undocumented, where they should not be `Assumptions.defaults`. */
  readonly assumptions?: Partial<Assumptions.Assumptions> | undefined
  /** The account that requests must come from; `SandboxCredentials.defaults` by default. */
  readonly credentials?: SandboxCredentials.SandboxCredentials | undefined
  /** How many requests are answered in a second; without limit by default. Twilio's is `twilioQuota`. */
  readonly quota?: Quota.Quota | undefined
  /** SIDs and faults follow from it: the same seed and the same steps give the same SIDs and the same faults. */
  readonly seed?: string | undefined
  /** The origin in the URLs of answers, where it is not the one that the request came to. */
  readonly publicOrigin?: string | undefined
  /** What goes wrong, by rules; nothing by default. Rules that cannot be are a defect. */
  readonly faults?: ReadonlyArray<Fault.FaultRule> | undefined
  /** How many requests the log keeps; 1,000 by default, and 0 keeps none. */
  readonly requestLog?: number | undefined
}
