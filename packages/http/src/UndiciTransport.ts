/**
 * Sends requests through undici, with its connection pooling and pipelining. For Node only; needs
 * `@effect/platform-node`.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as ResponseText from "./internal/wire/ResponseText.ts"

/**
 * An `HttpClient` on its own undici `Agent`, which closes with the layer. Responses are limited to 16 MiB. For another
 * dispatcher, use `NodeHttpClient.layerUndiciNoDispatcher` of `@effect/platform-node`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * // Without `baseUrl`, requests are sent to Twilio.
 * const program = Effect.gen(function*() {
 *   const { credentials } = yield* Sandbox.Sandbox
 *   const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
 *     accountSid: credentials.accountSid,
 *     authToken: Redacted.make(credentials.authToken),
 *     baseUrl: yield* SandboxServer.baseUrl
 *   }).pipe(Layer.provide(UndiciTransport.layer))
 *   return yield* Effect.provide(Participants.fetch("DailyStandup", "Bob"), Twilio)
 * })
 *
 * const bob = await program.pipe(
 *   Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))),
 *   Effect.runPromise
 * )
 * bob.identity // => "Bob"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndiciOptions({
  maxResponseSize: ResponseText.maximum
})
