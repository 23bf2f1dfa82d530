/**
 * A receiver of Twilio's status callbacks for any server that speaks web `Request` and `Response`. Holds no routes (see
 * `StatusCallbackRoute`) and no signature (see core's `StatusCallback`).
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
import * as BoundedBody from "./internal/callbacks/BoundedBody.ts"
import * as CallbackUrl from "./internal/callbacks/CallbackUrl.ts"

/**
 * What is known of one delivery, beside its event.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery {
  /** The header `I-Twilio-Idempotency-Token`: the same for each attempt at one callback, where Twilio sends it. */
  readonly idempotencyToken: Option.Option<string>
}

/**
 * What a program does with an event. Twilio waits for it, so it should be short. If it fails, Twilio hears of it (HTTP
 * 500) and may send the callback again; one that was received may come again too. So it must bear the same event twice:
 * the room's SID with the sequence number, or the idempotency token, knows an event again.
 *
 * @category models
 * @since 0.1.0
 */
export type OnEvent<E, R> = (
  event: StatusCallbackEvent.StatusCallbackEvent,
  delivery: Delivery
) => Effect.Effect<unknown, E, R>

/**
 * How to receive.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The URL that Twilio was given, such as `https://example.com/video-events`, or only its path, if requests show the
   * origin that Twilio called. Requests with another path or another query are refused (404), since a signature doesn't tell
   * where the URL ends and the parameters begin.
   *
   * A function returns the URL for a request, or `undefined` to refuse it: for a proxy that changes the path, and for
   * URLs with a query of your own, such as `?tenant=7`. Return only paths and queries that you know.
   */
  readonly url: string | ((request: Request) => string | undefined)
  /** The method that Twilio was told to use: `POST` by default. Others are refused (405). */
  readonly method?: "GET" | "POST" | undefined
  /** How large a body may be, in bytes: 8,192 by default, more than a callback with the longest names has. */
  readonly maxBodySize?: number | undefined
}

const answer = (status: number, text: string, headers?: Record<string, string>): Response =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } })

const roomOf = (event: StatusCallbackEvent.StatusCallbackEvent): string | undefined =>
  event._tag === "Unknown" ? Option.getOrUndefined(event.roomSid) : event.roomSid

/** What failed, by name alone: a program's errors may say anything of anybody. */
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

const isOfConfiguration = (error: unknown): error is { readonly message: string } =>
  nameOf(error) === "ConfigError" || nameOf(error) === "InvalidCredentials"

/** Errors of configuration name a variable or an option and no value, so their words may be shown. */
const explain = (cause: Cause.Cause<unknown>): string => {
  const words = cause.reasons.flatMap((reason) =>
    reason._tag === "Fail" && isOfConfiguration(reason.error) ? [reason.error.message] : []
  )
  return words.length === 0 ? `It failed with ${namesOf(cause)}.` : words.join(" ")
}

const bodyProblems = {
  "too-large": () => answer(413, "The body is too large for a status callback."),
  "too-slow": () => answer(408, "The body did not arrive in time."),
  unreadable: () => answer(400, "The body broke off.")
} as const

const read = Effect.fnUntraced(function* (request: Request, { maxBodySize = 8192, method = "POST", url }: Options) {
  if (request.method !== method) {
    return answer(405, `Status callbacks are ${method} requests here.`, { allow: method })
  }
  const signature = request.headers.get("x-twilio-signature")
  if (signature === null || signature === "") {
    return answer(400, "There is no X-Twilio-Signature header, so Twilio did not send this request.")
  }
  const signed = CallbackUrl.signed(request, url, method)
  if (signed === undefined) {
    yield* Effect.logWarning("A request was refused: its path or query is not that of the configured URL.")
    return answer(404, "No status callbacks are received at this URL.")
  }
  if (method === "GET") return yield* StatusCallback.receive({ method, url: signed, signature })
  const contentType = request.headers.get("content-type")
  if (!/^\s*application\/x-www-form-urlencoded\s*(;|$)/iu.test(contentType ?? "")) {
    return answer(415, "Status callbacks are forms: application/x-www-form-urlencoded.")
  }
  const body = yield* BoundedBody.read(request, maxBodySize)
  if (typeof body === "string") return bodyProblems[body]()
  return yield* StatusCallback.receive({ method, url: signed, signature, contentType, body })
})

/**
 * Answers a request that should be a callback, and hands its event to the program. Never fails: it answers
 *
 * - 204 when the event was taken;
 * - 400 without a signature, or if a known event lacks what Twilio documents for it;
 * - 403 if Twilio did not sign the request;
 * - 404 for another path or query than `url` has;
 * - 405, 413 and 415 for other methods, larger bodies, and bodies that aren't forms;
 * - 408 for a body that takes more than 10 seconds to arrive;
 * - 500 if `onEvent` fails or dies, so that Twilio may try again.
 *
 * A wrong signature, another path or query, an event that can't be read and an event that was not taken are logged, as
 * warnings and errors, without anything that the request or an error of the program said. Other requests are answered
 * and not logged: strangers would fill the log.
 *
 * A participant who may choose any identity can still compose an event inside it: see `StatusCallback.verify`.
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
          Effect.logError(`A status callback was not taken: the program failed with ${namesOf(cause)}.`).pipe(
            Effect.annotateLogs({ event: result._tag, roomSid: roomOf(result) }),
            Effect.as(answer(500, "The callback could not be taken; it may be sent again."))
          )
        )
      )
    }),
    Effect.catchTags({
      InvalidSignature: ({ message, problem }) =>
        Effect.as(
          Effect.logWarning(`A request was refused as not Twilio's (${problem}). ${message}`),
          answer(403, "The signature is not Twilio's for this request.")
        ),
      InvalidCallback: ({ message }) =>
        Effect.as(Effect.logWarning(`A status callback was refused. ${message}`), answer(400, message))
    }),
    // The program's `url` threw, or the runtime has no WebCrypto.
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.logError(`A status callback was not read: its receiver failed with ${nameOf(defect)}.`),
        answer(500, "The callback could not be read.")
      )
    )
  )

/**
 * The same as a function of a `Request`, for a Worker, `Deno.serve` or `Bun.serve`. The layer gives the Auth Token and
 * whatever the program's `onEvent` needs. It is built for each callback and closed after it, so that nothing of one
 * request hangs on another's, as Workers demand; with connections to keep, run {@link handle} on a `ManagedRuntime`.
 * Where the layer cannot be built, the answer is HTTP 500.
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
export const toWebHandler =
  <E, R, E2>(
    onEvent: OnEvent<E, R>,
    options: Options & { readonly layer: Layer.Layer<AuthToken.AuthToken | R, E2> }
  ): ((request: Request) => Promise<Response>) =>
  (request) =>
    handle(request, onEvent, options).pipe(
      Effect.provide(options.layer),
      Effect.catchCause((cause) =>
        Effect.as(
          Effect.logError(`A status callback was not read: its layer could not be built. ${explain(cause)}`),
          answer(500, "The receiver is not configured.")
        )
      ),
      Effect.runPromise
    )
