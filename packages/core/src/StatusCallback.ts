/**
 * Verifies, decodes and signs Twilio's status callbacks. The events are in `StatusCallbackEvent`; for handlers of HTTP
 * requests, see `StatusCallbackHandler` of `@effect-twilio-video/http`.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as AuthToken from "./AuthToken.ts"
import * as Hmac from "./internal/Hmac.ts"
import * as SignedUrls from "./internal/SignedUrls.ts"
import * as StatusCallbackForm from "./internal/StatusCallbackForm.ts"
import type * as StatusCallbackEvent from "./StatusCallbackEvent.ts"

/**
 * A callback's parameters by name. A repeated name has a list of values.
 *
 * @category models
 * @since 0.1.0
 */
export type Parameters = Readonly<Record<string, string | ReadonlyArray<string>>>

/**
 * The parts of a callback that its signature covers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signable {
  /** The URL that was configured, with its query. */
  readonly url: string
  /** The parameters of a POST's body. A GET has them in the URL. */
  readonly parameters?: Parameters | undefined
}

/**
 * A request that may be a callback, as plain data that any server can supply.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallbackRequest {
  /** The method configured for the callback. Reject requests with another one. */
  readonly method: "GET" | "POST"
  /**
   * The configured callback URL, with scheme, host, path and query; for a GET, followed by the parameters. Take it from
   * your configuration: the sender of a request chooses the URL in the request.
   */
  readonly url: string
  /** The `X-Twilio-Signature` header. */
  readonly signature: string | null | undefined
  /** The unchanged body of a POST: text, or UTF-8 bytes. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
  /** The `Content-Type` header. Default: a form. */
  readonly contentType?: string | null | undefined
}

const explanations = {
  missing: "The request has no X-Twilio-Signature header: it isn't from Twilio, or a proxy removed the header.",
  mismatch:
    "The signature doesn't match the URL and the parameters. If Twilio sent the request, check that the Auth Token " +
    "is the primary one of the room's account (not an API key secret), and that the URL is exactly the one configured " +
    "for the callback: behind a proxy, the public URL with its scheme, host, path and query.",
  "unsigned-body":
    "The body isn't a form and the URL has no bodySHA256 parameter, so the signature doesn't cover the body.",
  "changed-body": "The body was changed: its SHA-256 hash doesn't match the URL's bodySHA256 parameter.",
  "unparsable-url": "The URL isn't an absolute HTTP(S) URL. Pass the one configured for the callback."
} as const

/**
 * Why a callback was rejected: no signature, a wrong signature, a body that the signature doesn't cover or that was
 * changed, or a URL that can't have been signed.
 *
 * @category models
 * @since 0.1.0
 */
export type SignatureProblem = keyof typeof explanations

// With Schema, a program that only verifies callbacks would be much larger. So would the next error.
/**
 * The request isn't a valid callback of Twilio. The message says what to check if Twilio did send it.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSignature extends Data.TaggedError("InvalidSignature")<{
  readonly problem: SignatureProblem
  readonly message: string
}> {}

/**
 * A parameter of a known event is missing or malformed. `parameter` is its name on the wire, such as `ParticipantSid`;
 * no member contains its value. An event with an unknown name isn't an error: it decodes as `Unknown`.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCallback extends Data.TaggedError("InvalidCallback")<{
  readonly parameter: string
  readonly message: string
}> {}

const refuse = (problem: SignatureProblem): InvalidSignature =>
  new InvalidSignature({ problem, message: explanations[problem] })

/** The part of the signed text after the URL: each name with its values, sorted by name, without separators. */
const suffixOf = (parameters: Parameters): string => {
  let suffix = ""
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name] ?? ""
    const values = typeof value === "string" ? [value] : [...new Set(value)].sort()
    for (const single of values) suffix += name + single
  }
  return suffix
}

const keyOf = Hmac.keyring("SHA-1")

/**
 * Computes the `X-Twilio-Signature` header of a callback with the account's primary Auth Token, as Twilio does. Use it
 * to test a receiver.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const signature = StatusCallback.sign({
 *   url: "https://mycompany.com/myapp.php?foo=1&bar=2",
 *   parameters: { Sid: "CA123", SidAccount: "AC123", Digits: ["5678", "1234", "1234"] }
 * })
 *
 * await signature.pipe(Effect.provide(AuthToken.layer({ authToken: Redacted.make("12345") })), Effect.runPromise)
 * // => "IK+Dwps556ElfBT0I3Rgjkr1wJU="
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const sign = ({ parameters = {}, url }: Signable): Effect.Effect<string, never, AuthToken.AuthToken> =>
  Effect.flatMap(AuthToken.AuthToken, (service) =>
    Effect.promise(async () => {
      const key = await keyOf(service, service.authToken)
      return Base64.encode(await Hmac.sign(key, url + suffixOf(parameters)))
    })
  )

const grouped = (fields: URLSearchParams): Parameters => {
  const values = new Map<string, Array<string>>()
  for (const [name, value] of fields) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return Object.fromEntries(values)
}

// URLSearchParams strips a leading question mark, which may belong to the form. So one is added.
const formOf = (body: CallbackRequest["body"]): Parameters =>
  grouped(
    new URLSearchParams(
      `?${typeof body === "string" ? body : new TextDecoder("utf-8", { ignoreBOM: true }).decode(body)}`
    )
  )

const isForm = (contentType: string | null | undefined): boolean =>
  /^\s*(application\/x-www-form-urlencoded\s*(;|$)|$)/iu.test(contentType ?? "")

/**
 * The parameters of a request: a POST's form or a GET's query. Doesn't verify the signature.
 *
 * @category getters
 * @since 0.1.0
 */
export const parametersOf = (request: CallbackRequest): Parameters => {
  if (request.method === "POST") return isForm(request.contentType) ? formOf(request.body) : {}
  return grouped(SignedUrls.parse(request.url)?.searchParams ?? new URLSearchParams())
}

/** The bytes of a signature: none, which matches no text, unless it's in canonical Base64. */
const bytesOf = (signature: string): Uint8Array<ArrayBuffer> => {
  try {
    const text = atob(signature)
    // `atob` ignores white space, a missing end and unused bits.
    return Uint8Array.from(btoa(text) === signature ? text : "", (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

/** Whether one of the tokens signed one of the texts. Computes all signatures at once, whichever matches. */
const isSigned = async (
  signature: Uint8Array<ArrayBuffer>,
  service: AuthToken.AuthToken["Service"],
  texts: ReadonlyArray<string>
): Promise<boolean> => {
  const { authToken, secondaryAuthToken } = service
  const key = await keyOf(service, authToken)
  const keys = secondaryAuthToken === undefined ? [key] : [key, await keyOf(service, secondaryAuthToken)]
  const results = keys.flatMap((key) => texts.map((text) => Hmac.verify(key, signature, text)))
  return (await Promise.all(results)).includes(true)
}

/** Verifies a request, and returns its parameters. */
const verified = Effect.fnUntraced(function* (request: CallbackRequest) {
  const service = yield* AuthToken.AuthToken
  const { body = "", contentType, method, signature, url } = request
  if (typeof signature !== "string" || signature === "") return yield* refuse("missing")
  const parsed = SignedUrls.parse(url)
  if (parsed === undefined) return yield* refuse("unparsable-url")
  const isPost = method === "POST"
  const hash = isPost && !isForm(contentType) ? parsed.searchParams.get("bodySHA256") : undefined
  if (hash === null) return yield* refuse("unsigned-body")
  const parameters = parametersOf(request)
  const suffix = isPost ? suffixOf(parameters) : ""
  const given = bytesOf(signature)
  const texts = SignedUrls.variants(url, parsed).map((variant) => variant + suffix)
  const isMatch = yield* Effect.promise(() => isSigned(given, service, texts))
  if (!isMatch) return yield* refuse("mismatch")
  if (hash !== undefined) {
    const actual = Hex.encode(yield* Effect.promise(() => Hmac.sha256(body)))
    if (hash !== actual) return yield* refuse("changed-body")
  }
  return parameters
})

/**
 * Verifies that Twilio signed a request with the account's Auth Token. Fails with `InvalidSignature` if it didn't.
 *
 * Twilio's products sign different variants of a URL: without a port, with its own port or with the default one, each
 * also as a URL parser writes it and with its query escaped again. `verify` accepts every variant that Twilio's own
 * libraries accept. It always computes all variants, and WebCrypto compares in constant time, so the time taken reveals
 * nothing about the expected signature.
 *
 * The signature covers the URL and a form's parameters. It covers any other body only through the URL's parameter
 * `bodySHA256`; without it, `verify` rejects such a body. The signature covers neither the method nor a time, so a
 * recorded callback stays valid.
 *
 * Twilio signs the URL and each name and value without separators, so one signature fits every way to split the same
 * text. Always pass the configured `url` and `method`, never those of the request: then the text starts with your URL
 * and can't be read as a longer one. The rest can still be split differently: a participant who can choose any
 * identity, and who knows the signature of one callback, can compose another event inside the identity. If your
 * participants choose their own identities, allow only characters that can't spell parameters (such as UUIDs), or fetch
 * the participant from Twilio before you act on an event. And don't configure another webhook of the account with a URL
 * that begins with this one: its parameters could be read as a callback's.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @category guards
 * @since 0.1.0
 */
export const verify = (request: CallbackRequest): Effect.Effect<void, InvalidSignature, AuthToken.AuthToken> =>
  Effect.asVoid(verified(request))

/**
 * Decodes the event from a callback's parameters. Fails with `InvalidCallback` if a known event lacks a parameter or
 * has a malformed one. Doesn't verify the signature: see {@link receive}.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = (
  parameters: Parameters
): Effect.Effect<StatusCallbackEvent.StatusCallbackEvent, InvalidCallback> =>
  Effect.suspend(() =>
    Effect.mapError(
      Effect.fromResult(StatusCallbackForm.decode(parameters)),
      ({ parameter, problem }) =>
        new InvalidCallback({ parameter, message: `The callback's parameter "${parameter}" ${problem}.` })
    )
  )

/**
 * Encodes an event as Twilio sends it, for queues and for tests of a receiver. Times have milliseconds, durations whole
 * seconds. An `Unknown` event keeps its parameters.
 *
 * @example
 * ```ts
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as Effect from "effect/Effect"
 *
 * const parameters = { StatusCallbackEvent: "room-flooded", Depth: "3" }
 * StatusCallback.encode(Effect.runSync(StatusCallback.decode(parameters))) // => parameters
 * ```
 * @category encoding
 * @since 0.1.0
 */
export const encode: (event: StatusCallbackEvent.StatusCallbackEvent) => Readonly<Record<string, string>> =
  StatusCallbackForm.encode

/**
 * Verifies a request, as {@link verify} does, and decodes its event, as {@link decode} does. Twilio may send the same
 * callback twice and callbacks in any order, so handlers must be idempotent; see `StatusCallbackEvent.Order`.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks and
 * https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const url = "https://example.com/video-events"
 * const parameters = {
 *   AccountSid: "AC0123456789abcdef0123456789abcdef",
 *   RoomName: "DailyStandup",
 *   RoomSid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *   RoomStatus: "in-progress",
 *   RoomType: "group",
 *   StatusCallbackEvent: "room-created",
 *   Timestamp: "2026-03-01T12:00:00.000Z",
 *   SequenceNumber: "0"
 * }
 *
 * const program = Effect.gen(function*() {
 *   const signature = yield* StatusCallback.sign({ url, parameters })
 *   const event = yield* StatusCallback.receive({
 *     method: "POST",
 *     url,
 *     signature,
 *     body: new URLSearchParams(parameters).toString()
 *   })
 *   return event._tag
 * })
 *
 * await program.pipe(Effect.provide(AuthToken.layer({ authToken: Redacted.make("12345") })), Effect.runPromise)
 * // => "RoomCreated"
 * ```
 * @category decoding
 * @since 0.1.0
 */
export const receive = (
  request: CallbackRequest
): Effect.Effect<StatusCallbackEvent.StatusCallbackEvent, InvalidCallback | InvalidSignature, AuthToken.AuthToken> =>
  Effect.flatMap(verified(request), decode)
