/**
 * What a sandbox is made with. Holds no defaults' values.
 *
 * @since 0.1.0
 */
import type * as Assumptions from "./Assumptions.ts"
import type * as Duration from "effect/Duration"
import type * as Fault from "./Fault.ts"
import type * as Quota from "@effect-twilio-video/http/Quota"
import type * as Redacted from "effect/Redacted"
import type * as SandboxCredentials from "./SandboxCredentials.ts"
import type * as Scenario from "./Scenario.ts"

/**
 * How status callbacks are sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallbackOptions {
  /** Where they go for rooms without a `StatusCallback` of their own, as Twilio's console has it. Default: nowhere. */
  readonly url?: string | undefined
  /** How they are sent there. Default: POST. */
  readonly method?: "GET" | "POST" | undefined
  /**
   * The hosts that they may go to, each with a port or for every port: `app.example.com`, `10.0.0.7:8080`. `loopback`
   * stands for `localhost`, 127.0.0.0/8 and ::1, and is the default. Other hosts are never contacted, and the log says
   * so. One that is no host is a defect.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * Who gets the requests in the place of the network, such as an application's own web handler in process. The hosts
   * count all the same. Default: the runtime's `fetch`.
   */
  readonly handler?: ((request: Request) => Response | Promise<Response>) | undefined
  /**
   * How long an attempt may take, by the runtime's own time and not by Effect's `Clock`: a test that moves its clock
   * does not break off what is on its way. Default: 15 seconds, as for Twilio's other webhooks.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * How many may be under way to one receiver, which is an origin: on their way, waiting for the one before, or to be
   * tried again. Twice as many may be to all receivers together. What comes above that is dropped, counted and warned
   * of. Default: 10,000, which take about 50 MB.
   */
  readonly maxPending?: number | undefined
  /**
   * How long the control `awaitCallbacks` waits before it fails, by the runtime's own time. Default: 30 seconds, twice
   * the time of an attempt.
   */
  readonly awaitTimeout?: Duration.Input | undefined
  /** How many the log keeps; 1,000 by default, and 0 keeps none. */
  readonly log?: number | undefined
}

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
  /** What goes wrong, by rules; nothing by default. Rules that cannot be are a defect. */
  readonly faults?: ReadonlyArray<Fault.FaultRule> | undefined
  /** How many requests the log keeps; 1,000 by default, and 0 keeps none. */
  readonly requestLog?: number | undefined
  /** How status callbacks are sent. */
  readonly callbacks?: CallbackOptions | undefined
}

/**
 * Access to a sandbox that is served over HTTP. A client in the same process is not restricted.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServeOptions {
  /**
   * The host names that the sandbox answers in addition to `localhost`, the names under it, IP addresses and Twilio's
   * `video.twilio.com`; each with a port, or for every port: `video_sandbox`, `sandbox.example.com:8080`. Requests to
   * other names are refused with 421, since any web page can point a name of its own to the sandbox. Default: none.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * The origins of web pages that the sandbox answers in addition to pages on loopback: `https://app.example.com`.
   * Requests from other pages are refused with 403. Default: none.
   */
  readonly allowedOrigins?: ReadonlyArray<string> | undefined
  /**
   * The token that the controls need, as `Authorization: Bearer`. Set one if other machines can reach the sandbox.
   * Default: the controls need none.
   */
  readonly controlToken?: Redacted.Redacted | undefined
  /** The origin in the URLs of answers. Default: the one that the request came to. */
  readonly publicOrigin?: string | undefined
}
