/**
 * Requests through undici on Node: connection pooling and pipelining below `fetch`. A Node-only entry point; needs
 * `@effect/platform-node` beside `effect`.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as AnswerText from "./internal/wire/AnswerText.ts"

/**
 * An `HttpClient` on an undici `Agent` of its own, which closes with the layer. It reads no more than 16 MiB of an answer.
 * For another dispatcher, use `NodeHttpClient.layerUndiciNoDispatcher` of `@effect/platform-node`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * // The sandbox stands in for Twilio here: leave `baseUrl` out to send requests there.
 * const program = Effect.gen(function*() {
 *   const { credentials } = yield* Sandbox.Sandbox
 *   const Twilio = TwilioVideo.layer({
 *     accountSid: credentials.accountSid,
 *     authToken: Redacted.make(credentials.authToken),
 *     baseUrl: yield* SandboxServer.baseUrl
 *   }).pipe(Layer.provide(UndiciTransport.layer))
 *   return yield* Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Bob")).pipe(
 *     Effect.provide(Twilio)
 *   )
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
  maxResponseSize: AnswerText.maximum
})
