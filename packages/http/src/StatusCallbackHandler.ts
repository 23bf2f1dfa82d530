/**
 * Receives status callbacks on any server with web `Request` and `Response`. For a route of Effect's `HttpRouter`, see
 * `StatusCallbackRoute`.
 *
 * @since 0.1.0
 */
import type * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RequestBody from "./internal/callbacks/RequestBody.ts"
import * as CallbackUrl from "./internal/callbacks/CallbackUrl.ts"
import * as SharedLayer from "./internal/callbacks/SharedLayer.ts"

/**
 * The delivery of an event.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery {
  /** The header `I-Twilio-Idempotency-Token`, if Twilio sends it: the same for each delivery of a callback. */
  readonly idempotencyToken: Option.Option<string>
}

/**
 * Handles an event. Twilio waits for it, so it should be short. If it fails, the response is 500, and Twilio may send the
 * callback again. Twilio may also repeat a callback that was handled, so handlers must be idempotent: the room SID with
 * the sequence number identifies duplicates, and so does the idempotency token.
 *
 * @category models
 * @since 0.1.0
 */
export type OnEvent<E, R> = (
  event: StatusCallbackEvent.StatusCallbackEvent,
  delivery: Delivery
) => Effect.Effect<unknown, E, R>

/**
 * How callbacks are received.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The callback URL that Twilio was given, such as `https://example.com/video-events`. Its path is enough if requests
   * have the origin that Twilio called. Requests with another path or query are rejected (404), since a signature doesn't
   * show where the URL ends and the parameters begin.
   *
   * A function returns the URL for a request, or `undefined` to reject it. Use it for a proxy that changes the path, and
   * for URLs with a query, such as `?tenant=7`. Return only known paths and queries.
   */
  readonly url: string | ((request: Request) => string | undefined)
  /** The `statusCallbackMethod` of the room. Other methods are rejected (405). Default: `POST`. */
  readonly method?: "GET" | "POST" | undefined
  /** The maximum size of a body in bytes. Default: 8,192, more than a callback with the longest names has. */
  readonly maxBodySize?: number | undefined
}

const respond = (status: number, text: string, headers?: Record<string, string>): Response =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } })

const roomOf = (event: StatusCallbackEvent.StatusCallbackEvent): string | undefined =>
  event._tag === "Unknown" ? Option.getOrUndefined(event.roomSid) : event.roomSid

/** The name of an error. Its message may contain personal data. */
const nameOf = (error: unknown): string => {
  if (typeof error === "object" && error !== null && "_tag" in error) return String(error._tag)
  return error instanceof Error ? error.name : typeof error
}

const namesOf = (cause: Cause.Cause<unknown>): string =>
  cause.reasons
    .map((reason) => {
      if (reason._tag === "Interrupt") return "an interruption"
      return nameOf(reason._tag === "Fail" ? reason.error : reason.defect)
    })
    .join(", ")

const isConfigurationError = (error: unknown): error is { readonly message: string } =>
  nameOf(error) === "ConfigError" || nameOf(error) === "InvalidCredentials"

/** Configuration errors are logged with their messages, which contain no values. */
const describe = (cause: Cause.Cause<unknown>): string => {
  const messages = cause.reasons.flatMap((reason) =>
    reason._tag === "Fail" && isConfigurationError(reason.error) ? [reason.error.message] : []
  )
  return messages.length === 0 ? `It failed with ${namesOf(cause)}.` : messages.join(" ")
}

const bodyProblems = {
  "too-large": () => respond(413, "The body is too large for a status callback."),
  "too-slow": () => respond(408, "The body was not received in time."),
  unreadable: () => respond(400, "The body is incomplete.")
} as const

const read = Effect.fnUntraced(function* (request: Request, { maxBodySize = 8192, method = "POST", url }: Options) {
  if (request.method !== method) {
    return respond(405, `Only ${method} is allowed.`, { allow: method })
  }
  const signature = request.headers.get("x-twilio-signature")
  if (signature === null || signature === "") {
    return respond(400, "The header X-Twilio-Signature is missing, so Twilio did not send this request.")
  }
  const signed = CallbackUrl.signedUrl(request, url, method)
  if (signed === undefined) {
    yield* Effect.logWarning("Rejected a request: its path or query differs from the configured URL.")
    return respond(404, "Status callbacks are not received at this URL.")
  }
  if (method === "GET") return yield* StatusCallback.receive({ method, url: signed, signature })
  const contentType = request.headers.get("content-type")
  if (!/^\s*application\/x-www-form-urlencoded\s*(;|$)/iu.test(contentType ?? "")) {
    return respond(415, "The content type must be application/x-www-form-urlencoded.")
  }
  const body = yield* RequestBody.read(request, maxBodySize)
  if (typeof body === "string") return bodyProblems[body]()
  return yield* StatusCallback.receive({ method, url: signed, signature, contentType, body })
})

/**
 * Verifies a callback, decodes its event and passes it to `onEvent`. Never fails. The status of the response is
 *
 * - 204 if the event was handled;
 * - 400 if there is no signature, or a known event lacks a documented parameter;
 * - 403 if Twilio did not sign the request;
 * - 404 for another path or query than those of `url`;
 * - 405, 413 and 415 for another method, a body that is too large, and a body that isn't a form;
 * - 408 if the body takes more than 10 seconds to arrive;
 * - 500 if `onEvent` fails or dies, so that Twilio may try again.
 *
 * Rejections of 403 and 404, invalid events and failures of `onEvent` are logged as warnings and errors, without data of
 * the request or messages of errors. Other rejections aren't logged, so that strangers can't fill the log.
 *
 * A participant who can choose any identity can still forge an event: see `StatusCallback.verify`.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const stranger = new Request("https://example.com/video-events", {
 *   method: "POST",
 *   headers: { "X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl" },
 *   body: new URLSearchParams({ StatusCallbackEvent: "room-ended" })
 * })
 *
 * const response = await StatusCallbackHandler.handle(stranger, (event) => Effect.log(event._tag), {
 *   url: "https://example.com/video-events"
 * }).pipe(Effect.provide(AuthToken.layer({ authToken: Redacted.make("12345") })), Effect.runPromise)
 * response.status // => 403
 * ```
 * @category handlers
 * @since 0.1.0
 */
export const handle = <E, R>(
  request: Request,
  onEvent: OnEvent<E, R>,
  options: Options
): Effect.Effect<Response, never, AuthToken.AuthToken | R> =>
  read(request, options).pipe(
    Effect.flatMap((result) => {
      if (result instanceof Response) return Effect.succeed(result)
      const idempotencyToken = Option.fromNullOr(request.headers.get("i-twilio-idempotency-token"))
      return Effect.suspend(() => onEvent(result, { idempotencyToken })).pipe(
        Effect.as(new Response(null, { status: 204 })),
        Effect.catchCause((cause) =>
          Effect.logError(`The handler of a status callback failed with ${namesOf(cause)}.`).pipe(
            Effect.annotateLogs({ event: result._tag, roomSid: roomOf(result) }),
            Effect.as(respond(500, "The callback was not handled. Send it again."))
          )
        )
      )
    }),
    Effect.catchTags({
      InvalidSignature: ({ message, problem }) =>
        Effect.as(
          Effect.logWarning(`Rejected a request that Twilio did not sign (${problem}). ${message}`),
          respond(403, "The signature is invalid.")
        ),
      InvalidCallback: ({ message }) =>
        Effect.as(Effect.logWarning(`Rejected a status callback. ${message}`), respond(400, message))
    }),
    // The option `url` threw, or the runtime has no WebCrypto.
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.logError(`Receiving a status callback failed with ${nameOf(defect)}.`),
        respond(500, "The callback was not read.")
      )
    )
  )

/**
 * Makes a web handler of {@link handle}, for a Worker, `Deno.serve` or `Bun.serve`. The layer provides the Auth Token and
 * the services that `onEvent` needs. If it can't be built, the status is 500, and the next callback tries again.
 *
 * The layer is built by the first callback and shared by all later ones. Callbacks that arrive until then build it for
 * themselves, because a Worker's request can't wait for another one; the first to finish is shared, and the others are
 * closed. The shared one is never closed: to release it at shutdown, run {@link handle} on a `ManagedRuntime`.
 *
 * In a Worker, sockets, timers and background fibers end with the request that opened them. Provide a layer that opens
 * any in `onEvent`, with `Effect.provide`. `TwilioConnection.layerFetch` and `TwilioVideo.layerFetch` open none.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const fetch = StatusCallbackHandler.toWebHandler((event) => Effect.log(event._tag), {
 *   layer: AuthToken.layer({ authToken: Redacted.make("12345") }),
 *   url: "https://example.com/video-events"
 * })
 *
 * const response = await fetch(new Request("http://10.0.0.1/video-events", { method: "PUT" }))
 * response.status // => 405
 * ```
 * @category handlers
 * @since 0.1.0
 */
export const toWebHandler = <E, R, E2>(
  onEvent: OnEvent<E, R>,
  options: Options & { readonly layer: Layer.Layer<AuthToken.AuthToken | R, E2> }
): ((request: Request) => Promise<Response>) => {
  const services = SharedLayer.services(options.layer)
  return (request) =>
    services.pipe(
      Effect.flatMap((context) => Effect.provideContext(handle(request, onEvent, options), context)),
      Effect.catchCause((cause) =>
        Effect.as(
          Effect.logError(`Building the layer for a status callback failed. ${describe(cause)}`),
          respond(500, "The receiver is misconfigured.")
        )
      ),
      Effect.runPromise
    )
}
