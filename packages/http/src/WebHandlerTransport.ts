/**
 * Sends requests to a function in the same process, without a socket, on every runtime.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"

/**
 * A web handler, as in Deno, Bun and Workers.
 *
 * @category models
 * @since 0.1.0
 */
export type WebHandler = (request: Request) => Promise<Response>

/**
 * An `HttpClient` that passes each request to the handler: a sandbox, a stub, or a Worker's service binding, such as
 * `(request) => env.SERVICE.fetch(request)`. Interrupting the fiber aborts the request's `signal`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const overloaded = WebHandlerTransport.layer(async () => new Response("", { status: 429, headers: { "Retry-After": "2" } }))
 *
 * const error = await Participants.fetch("DailyStandup", "Alice").pipe(
 *   Effect.provide(TwilioHttpClient.layer(TwilioVideo.services, {
 *     accountSid: "AC0123456789abcdef0123456789abcdef",
 *     authToken: Redacted.make("the token")
 *   }).pipe(Layer.provide(overloaded))),
 *   RequestPolicy.withPolicy(RequestPolicy.noRetries),
 *   Effect.flip,
 *   Effect.runPromise
 * )
 *
 * error._tag === "TwilioError" && error.reason._tag // => "RateLimited"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (handler: WebHandler): Layer.Layer<HttpClient.HttpClient> =>
  Layer.provide(
    FetchHttpClient.layer,
    Layer.succeed(FetchHttpClient.Fetch, (input, init) => handler(new Request(input, init)))
  )
