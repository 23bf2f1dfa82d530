/**
 * The options of a sandbox, and of access to a served one.
 *
 * @since 0.1.0
 */
import type * as Assumptions from "./Assumptions.ts"
import type * as DeliveryFault from "./DeliveryFault.ts"
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
  /** The URL for rooms without a `StatusCallback`, like the one in Twilio's console. Default: none. */
  readonly url?: string | undefined
  /** The method for `url`. Default: POST. */
  readonly method?: "GET" | "POST" | undefined
  /**
   * The hosts to which callbacks may be sent, each for one port or for every port: `10.0.0.7:8080`, `app.example.com`.
   * `loopback` stands for `localhost`, 127.0.0.0/8 and ::1. Other hosts are never contacted; their callbacks are logged
   * as `refused-host`. An invalid host is a defect. Default: `["loopback"]`.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * Receives the requests instead of the network, such as an application's web handler in process. `allowedHosts` still
   * applies. Default: the runtime's `fetch`.
   */
  readonly handler?: ((request: Request) => Response | Promise<Response>) | undefined
  /**
   * How long one attempt may take. Measured in real time, not by Effect's `Clock`, so that moving a test's clock
   * doesn't cancel an attempt. Default: 15 seconds, as for Twilio's other webhooks.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * How many callbacks may be pending for one receiver, which is an origin. Twice as many may be pending for all
   * receivers together. The sandbox drops and counts the rest, and logs a warning. Default: 10,000, which take about
   * 50 MB.
   */
  readonly maxPending?: number | undefined
  /**
   * How long the control `awaitCallbacks` waits before it fails, in real time. Default: 30 seconds, twice the time of
   * an attempt.
   */
  readonly awaitTimeout?: Duration.Input | undefined
  /** How many callbacks the log keeps; 0 keeps none. Default: 1,000. */
  readonly log?: number | undefined
  /** How much memory the callback log takes, about, in bytes. Default: 16 KiB for each callback of `log`. */
  readonly logBytes?: number | undefined
  /**
   * Receives a copy of every callback of every room, in addition to the room's own receiver. Its host must be in
   * `allowedHosts`. Default: none.
   */
  readonly forwardTo?: string | undefined
  /** Rules that make deliveries fail. Invalid rules are a defect. Default: none. */
  readonly faults?: ReadonlyArray<DeliveryFault.DeliveryFaultRule> | undefined
}

/**
 * The options of a sandbox. A `Scenario` has the same `rooms`, so it can be used as options.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const options: Sandbox.Options = { rooms: [{ uniqueName: "Huddle" }], seed: "mine", quota: Sandbox.twilioQuota }
 *
 * const room = await Rooms.fetch("Huddle").pipe(Effect.provide(Sandbox.layer(options)), Effect.runPromise)
 * room.status // => "in-progress"
 * ```
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The rooms to start from. Default: those of `Scenario.defaultScenario`. */
  readonly rooms?: Scenario.Scenario["rooms"] | undefined
  /** Switches for behavior that Twilio doesn't document. Default: `Assumptions.defaults`. */
  readonly assumptions?: Partial<Assumptions.Assumptions> | undefined
  /** The account whose requests are accepted. Default: `SandboxCredentials.defaults`. */
  readonly credentials?: SandboxCredentials.SandboxCredentials | undefined
  /** How many requests per second are processed; others get a 429. Twilio's is `twilioQuota`. Default: no limit. */
  readonly quota?: Quota.Quota | undefined
  /** Seeds the random SIDs and faults: the same seed and the same steps give the same ones. Default: a fixed text. */
  readonly seed?: string | undefined
  /** Rules that make requests fail. Invalid rules are a defect. Default: none. */
  readonly faults?: ReadonlyArray<Fault.FaultRule> | undefined
  /** How many requests the log keeps; 0 keeps none. Default: 1,000. */
  readonly requestLog?: number | undefined
  /** How much memory the request log takes, about, in bytes. Default: 8 KiB for each request of `requestLog`. */
  readonly requestLogBytes?: number | undefined
  /** How status callbacks are sent. */
  readonly callbacks?: CallbackOptions | undefined
}

/**
 * Access to a sandbox that is served over HTTP. A client in the same process isn't restricted. An invalid option
 * throws.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServeOptions {
  /**
   * The host names to accept besides `localhost`, its subdomains, IP addresses and `video.twilio.com`, each for one
   * port or for every port: `sandbox.example.com:8080`, `video_sandbox`. Requests to other names are refused with 421,
   * since the owner of any web page can point a host name at the sandbox. Default: none.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /**
   * The origins of web pages to accept requests from besides pages on loopback: `https://app.example.com`. Requests
   * from other pages are refused with 403. Default: none.
   */
  readonly allowedOrigins?: ReadonlyArray<string> | undefined
  /**
   * The token that the controls require as `Authorization: Bearer`. Set one if other machines can reach the sandbox.
   * Default: none.
   */
  readonly controlToken?: Redacted.Redacted | undefined
  /** The origin in the URLs of responses. Default: the origin of the request's URL. */
  readonly publicOrigin?: string | undefined
}
