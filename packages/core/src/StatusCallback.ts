/**
 * Twilio's status callbacks: checking that Twilio sent one, reading its event, and the signature itself. Holds no
 * event (see `StatusCallbackEvent`) and no server: `@effect-twilio-video/http` has handlers.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import type * as Redacted from "effect/Redacted"
import * as AuthToken from "./AuthToken.ts"
import * as Hmac from "./internal/Hmac.ts"
import * as SignedUrls from "./internal/SignedUrls.ts"
import * as StatusCallbackForm from "./internal/StatusCallbackForm.ts"
import type * as StatusCallbackEvent from "./StatusCallbackEvent.ts"

/**
 * A callback's parameters by name. A name that comes more than once has a list.
 *
 * @category models
 * @since 0.1.0
 */
export type Parameters = StatusCallbackEvent.Parameters

/**
 * What Twilio signs of a callback.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signable {
  /** The URL that was configured, with its query. */
  readonly url: string
  /** The parameters of the body; none where the callback is a GET, which has them in the URL. */
  readonly parameters?: Parameters | undefined
}

/**
 * A request that may be a callback, as plain data: servers of all kinds have these.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallbackRequest {
  /** The method that Twilio was told to use: refuse requests with another one. */
  readonly method: "GET" | "POST"
  /**
   * The URL that Twilio was given, with scheme, host, path and query; of a GET, followed by the parameters. Take it from
   * your configuration: the sender of a request chooses the URL that the request shows.
   */
  readonly url: string
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | null | undefined
  /** The body of a POST, as it came: text, or bytes of UTF-8. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
  /** The header `Content-Type`. A form without it. */
  readonly contentType?: string | null | undefined
}

const explanations = {
  missing:
    "The request has no X-Twilio-Signature header. It is not Twilio's, or something on the way took the header out.",
  mismatch:
    "The signature is not that of this URL and these parameters. Check that the Auth Token is the primary one of the " +
    "account whose room it is (API key secrets sign no callbacks), and that the URL is the one that Twilio was given: " +
    "behind a proxy, give the public URL with its scheme, host, path and query.",
  "unsigned-body":
    "The body is no form, and the URL has no bodySHA256 parameter, so the signature says nothing of the body.",
  "changed-body": "The body is not the one that was signed: its SHA-256 hash is not the URL's bodySHA256 parameter.",
  "unparsable-url": "The URL is not an absolute HTTP(S) URL, so it cannot be the one that was signed."
} as const

/**
 * What is wrong: no signature, one of something else, a body that none covers or that was changed, or a URL that
 * nothing can be signed for.
 *
 * @category models
 * @since 0.1.0
 */
export type SignatureProblem = keyof typeof explanations

/**
 * A callback is not to be believed. The message says what to check where Twilio did send it.
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

const refuse = (problem: SignatureProblem): InvalidSignature =>
  new InvalidSignature({ problem, message: explanations[problem] })

/** What follows the URL in the text that is signed: each name with its value, by name, with nothing between. */
const suffixOf = (parameters: Parameters): string =>
  Object.keys(parameters)
    .sort()
    .map((name) => {
      const value = parameters[name] ?? ""
      const values = typeof value === "string" ? [value] : [...new Set(value)].sort()
      return values.map((value) => name + value).join("")
    })
    .join("")

const signatureOf = async (token: Redacted.Redacted, text: string): Promise<string> =>
  Base64.encode(await Hmac.sign("SHA-1", token, text))

/**
 * The value of the header `X-Twilio-Signature` for a callback, as Twilio makes it with the account's primary Auth
 * Token: for tests of a receiver.
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
  Effect.flatMap(AuthToken.AuthToken, ({ authToken }) =>
    Effect.promise(() => signatureOf(authToken, url + suffixOf(parameters)))
  )

/**
 * Are two texts the same? Looks at every character of what is expected, however early they differ: how long it takes
 * tells a sender nothing of the signature that it should have made. How long a signature is, everybody knows.
 */
const same = (given: string, expected: string): boolean => {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index++)
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index)
  return difference === 0
}

const grouped = (fields: URLSearchParams): Parameters => {
  const values = new Map<string, Array<string>>()
  for (const [name, value] of fields) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return Object.fromEntries(values)
}

// A question mark that the form begins with would be taken off, were there not one before it.
const formOf = (body: CallbackRequest["body"]): Parameters =>
  grouped(
    new URLSearchParams(
      `?${typeof body === "string" ? body : new TextDecoder("utf-8", { ignoreBOM: true }).decode(body)}`
    )
  )

const isForm = (contentType: string | null | undefined): boolean =>
  /^\s*(application\/x-www-form-urlencoded\s*(;|$)|$)/iu.test(contentType ?? "")

/**
 * The parameters of a request: of a POST those of the form in its body, of a GET those of its query. Checks nothing.
 *
 * @category getters
 * @since 0.1.0
 */
export const parametersOf = (request: CallbackRequest): Parameters => {
  if (request.method === "POST") return isForm(request.contentType) ? formOf(request.body) : {}
  return grouped(SignedUrls.parse(request.url)?.searchParams ?? new URLSearchParams())
}

/** Is the signature that of one of the texts? Ends at a match; without one, all texts have been signed. */
const isSigned = async (
  signature: string,
  { authToken, secondaryAuthToken }: AuthToken.Options,
  texts: ReadonlyArray<string>
): Promise<boolean> => {
  for (const token of secondaryAuthToken === undefined ? [authToken] : [authToken, secondaryAuthToken]) {
    for (const text of texts) if (same(signature, await signatureOf(token, text))) return true
  }
  return false
}

/**
 * Checks that Twilio signed a request with the account's Auth Token. Fails with `InvalidSignature` if it didn't.
 *
 * Twilio's products sign different forms of a URL: without a port, with its own port or with the default one, each also
 * as a URL parser writes it and with its query escaped again. `verify` accepts each form that Twilio's own libraries
 * accept. It returns at the first match; a mismatch always computes all forms, so the time taken reveals nothing about
 * the right signature.
 *
 * The signature covers the URL and a form's parameters. It covers any other body only through the URL's parameter
 * `bodySHA256`; `verify` refuses such a body without it. It never covers the method, and it has no time in it: a
 * recorded callback stays valid.
 *
 * Twilio signs the URL and each name and value without separators, so one signature fits every way to cut the same text
 * into parts. Pass a `url` and a `method` that you know, never what a request asks for: then the text starts with your
 * URL, and can't be read as a longer one. What follows the URL can still be cut in other places. A participant who may
 * choose any identity, and who knows the signature of one callback, can compose another event inside the identity. If
 * your participants choose their own identities, accept only characters that can't spell parameters (such as UUIDs), or
 * read the participant from Twilio before you act on an event. And give no other webhook of the account a URL that
 * begins with this one: its parameters could be read as a callback's.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @category guards
 * @since 0.1.0
 */
export const verify = (request: CallbackRequest): Effect.Effect<void, InvalidSignature, AuthToken.AuthToken> =>
  Effect.gen(function* () {
    const tokens = yield* AuthToken.AuthToken
    const { body = "", contentType, method, signature, url } = request
    if (typeof signature !== "string" || signature === "") return yield* refuse("missing")
    const parsed = SignedUrls.parse(url)
    if (parsed === undefined) return yield* refuse("unparsable-url")
    const isPost = method === "POST"
    const inForm = isPost && isForm(contentType)
    const hash = isPost && !inForm ? parsed.searchParams.get("bodySHA256") : undefined
    if (hash === null) return yield* refuse("unsigned-body")
    const suffix = inForm ? suffixOf(formOf(body)) : ""
    const texts = SignedUrls.forms(url, parsed).map((form) => form + suffix)
    if (!(yield* Effect.promise(() => isSigned(signature, tokens, texts)))) return yield* refuse("mismatch")
    if (hash === undefined) return
    const actual = yield* Effect.promise(() => Hmac.sha256(body))
    if (!same(hash, Hex.encode(actual))) return yield* refuse("changed-body")
  })

/**
 * Reads the event from a callback's parameters. Fails with `InvalidCallback` where a known event lacks a parameter or
 * has one that cannot be read; an event of another name is `Unknown`, with all its parameters. Checks no signature: see
 * {@link receive}.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = (
  parameters: Parameters
): Effect.Effect<StatusCallbackEvent.StatusCallbackEvent, StatusCallbackEvent.InvalidCallback> =>
  Effect.suspend(() => Effect.fromResult(StatusCallbackForm.decode(parameters)))

/**
 * Writes an event as Twilio sends it: the way back of {@link decode}. Times have milliseconds, durations whole seconds.
 * An unknown event has the parameters that it came with.
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
 * Checks that Twilio sent a request, as {@link verify}, and then reads its event, as {@link decode}.
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
): Effect.Effect<
  StatusCallbackEvent.StatusCallbackEvent,
  StatusCallbackEvent.InvalidCallback | InvalidSignature,
  AuthToken.AuthToken
> => Effect.flatMap(verify(request), () => decode(parametersOf(request)))
