/**
 * Erases a person from every room: finds all participations of their identities, anonymizes each, waits until access
 * tokens have expired, sweeps and verifies again, and writes a signed receipt. A job survives crashes and restarts on a
 * durable engine; see `ErasureSqlite` for one machine, `ErasurePostgres` for several, and `ErasureMemory` for tests.
 *
 * A job also asks the identity stores that its layer is provided with, such as a roster, to forget the person: see
 * `IdentityStore` of `@effect-twilio-video/core`. The receipt lists them.
 *
 * A job serves all requests that are open when its sweep starts; later ones wait for the next sweep. The identities are
 * kept sealed in one place, until the job is done or canceled. Statuses, receipts, errors, logs and spans contain none.
 *
 * @since 0.1.0
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as ErasureKeys from "./ErasureKeys.ts"
import type * as ErasureSteps from "./ErasureSteps.ts"
import * as Receipt from "./Receipt.ts"

/**
 * Whom to erase, and under which ID.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestOptions {
  /**
   * The idempotency key: a ticket number, for instance. Letters, digits, `.`, `_`, `:` and `-`, at most 100. It's stored in
   * the clear and is part of the receipt, so it must not contain an identity.
   */
  readonly requestId: string
  /** All identities of the person. At least one; each is matched exactly. */
  readonly identities: ReadonlyArray<Redacted.Redacted>
  /** Only search rooms that were created at this time or later, and those in progress. Default: all rooms that Twilio lists. */
  readonly since?: DateTime.DateTime.Input | undefined
}

/**
 * How a service treats people.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * Called with each person before the first sweep, and again after a crash. Make sure here that your application mints no
   * more access tokens for these identities. If it fails, it's retried, and then the job is stalled. Default: nothing.
   */
  readonly embargo?: ((person: ErasureSteps.Person) => Effect.Effect<void, unknown>) | undefined
  /**
   * How long access tokens of your application are valid. The second sweep starts when those minted before the embargo have
   * expired. Default: 24 hours, the longest that Twilio allows.
   */
  readonly tokenLifetime?: Duration.Input | undefined
  /** What to do with participants who are connected: `wait` until they leave, or `remove` them. Default: `wait`. */
  readonly connected?: "wait" | "remove" | undefined
}

/**
 * How far the sweep of a job is. `found` and `erased` count the participations of this request.
 *
 * @category models
 * @since 0.1.0
 */
export interface SweepProgress {
  readonly windows: number
  readonly rooms: number
  readonly found: number
  readonly erased: number
  /** How many windows and rooms there are to search in all. */
  readonly total: { readonly windows: number; readonly rooms: number }
}

/**
 * How far a request is:
 *
 * - `Waiting`: for the next sweep
 * - `Sweeping`: searches rooms and anonymizes participations; `sweep` is 1, or 2 after the access tokens have expired.
 *   A second sweep lasts until those who are connected have left, which may take a day.
 * - `Settling`: waits `until` access tokens have expired
 * - `Verifying`: reads everything again
 * - `Stalled`: needs you to mend the `reason` and to call {@link resume}
 * - `Complete`: everything found is erased. The receipt is signed, the identities are destroyed.
 * - `Partial`: the same, but something couldn't be erased. The receipt says what.
 * - `Canceled`: by {@link cancel}
 *
 * @category models
 * @since 0.1.0
 */
export type Status =
  | { readonly _tag: "Waiting" }
  | ({ readonly _tag: "Sweeping"; readonly sweep: 1 | 2 } & SweepProgress)
  | { readonly _tag: "Settling"; readonly until: DateTime.Utc }
  | { readonly _tag: "Verifying" }
  | { readonly _tag: "Stalled"; readonly reason: string }
  | { readonly _tag: "Complete" }
  | { readonly _tag: "Partial" }
  | { readonly _tag: "Canceled" }

/**
 * A request in a list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Listed {
  readonly requestId: string
  readonly requestedAt: DateTime.Utc
  readonly status: Status
}

/**
 * What an erasure would find now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Preview {
  readonly rooms: number
  readonly participations: number
  /** How many of the participations are connected. */
  readonly connected: number
  /** How many rooms and records couldn't be read. */
  readonly unreadable: number
  /** The names of the identity stores that a job in this process would ask to forget the person. */
  readonly stores: ReadonlyArray<string>
}

/**
 * The request is invalid: its ID is malformed or contains an identity, or there's no identity. The message doesn't quote
 * the ID.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidErasure extends Schema.TaggedError<InvalidErasure>()("InvalidErasure", {
  message: Schema.String
}) {}

/**
 * There's a request with this ID for other identities.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestConflict extends Schema.TaggedError<RequestConflict>()("RequestConflict", {
  message: Schema.String,
  requestId: Schema.String
}) {}

/**
 * There's no request with this ID.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownRequest extends Schema.TaggedError<UnknownRequest>()("UnknownRequest", {
  message: Schema.String,
  requestId: Schema.String
}) {}

/**
 * The request has no receipt yet, or it's too late to cancel it.
 *
 * @category errors
 * @since 0.1.0
 */
export class WrongPhase extends Schema.TaggedError<WrongPhase>()("WrongPhase", {
  message: Schema.String,
  requestId: Schema.String
}) {}

/**
 * The store of the jobs, or a key, can't be used. Jobs that run go on when it can.
 *
 * @category errors
 * @since 0.1.0
 */
export class ErasureUnavailable extends Schema.TaggedError<ErasureUnavailable>()("ErasureUnavailable", {
  message: Schema.String
}) {}

/**
 * The operations on erasures.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link request}. */
  readonly request: (
    options: RequestOptions
  ) => Effect.Effect<string, InvalidErasure | RequestConflict | ErasureUnavailable>
  /** See {@link preview}. */
  readonly preview: (
    options: Pick<RequestOptions, "identities" | "since">
  ) => Effect.Effect<Preview, TwilioError.TwilioError>
  /** See {@link status}. */
  readonly status: (requestId: string) => Effect.Effect<Status, UnknownRequest | ErasureUnavailable>
  /** See {@link list}. */
  readonly list: Effect.Effect<ReadonlyArray<Listed>, ErasureUnavailable>
  /** See {@link watch}. */
  readonly watch: (requestId: string) => Stream.Stream<Status, UnknownRequest | ErasureUnavailable>
  /** See {@link resume}. */
  readonly resume: (requestId: string) => Effect.Effect<void, UnknownRequest | ErasureUnavailable>
  /** See {@link cancel}. */
  readonly cancel: (
    requestId: string
  ) => Effect.Effect<Receipt.Receipt, UnknownRequest | WrongPhase | ErasureUnavailable>
  /** See {@link receipt}. */
  readonly receipt: (
    requestId: string
  ) => Effect.Effect<Receipt.Receipt, UnknownRequest | WrongPhase | ErasureUnavailable>
  /** See {@link publicKey}. */
  readonly publicKey: Effect.Effect<ErasureKeys.PublicKey>
}

/**
 * The service of erasures. Call it through the accessors below.
 *
 * @category services
 * @since 0.1.0
 */
export class Erasure extends Context.Service<Erasure, Service>()("@effect-twilio-video/erasure/Erasure") {}

/**
 * What a layer of {@link Erasure} needs: the services of `@effect-twilio-video/core`.
 *
 * @category models
 * @since 0.1.0
 */
export type Requirements = Participants.Participants | Rooms.Rooms | SubscribeRules.SubscribeRules

/**
 * Requests the erasure of a person, and returns the request's ID. The job runs in the background.
 *
 * Asking again with the same ID and identities changes nothing: it joins the job, or finds its receipt. Fails with
 * `RequestConflict` if the ID belongs to a request with other identities, and with `InvalidErasure` if the ID is
 * malformed or contains one of the identities.
 *
 * @example
 * ```ts
 * import * as Erasure from "@effect-twilio-video/erasure/Erasure"
 * import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const id = yield* Erasure.request({ requestId: "req-17", identities: [Redacted.make("Alice")] })
 *   yield* Stream.runDrain(Erasure.watch(id))
 *   return yield* Erasure.receipt(id)
 * })
 *
 * // At Twilio, tokens of an application are valid for hours.
 * const erasures = ErasureMemory.layerMemory({ connected: "remove", tokenLifetime: "10 millis" })
 *
 * const receipt = await program.pipe(
 *   Effect.provide(Layer.provide(erasures, Sandbox.layer())),
 *   Effect.runPromise
 * )
 * receipt.outcome // => "Complete"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const request = (
  options: RequestOptions
): Effect.Effect<string, InvalidErasure | RequestConflict | ErasureUnavailable, Erasure> =>
  Erasure.use((service) => service.request(options))

/**
 * Counts what an erasure would find now. Reads all rooms, and changes nothing.
 *
 * @example
 * ```ts
 * import * as Erasure from "@effect-twilio-video/erasure/Erasure"
 * import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const found = await Erasure.preview({ identities: [Redacted.make("Alice")] }).pipe(
 *   Effect.provide(Layer.provide(ErasureMemory.layerMemory(), Sandbox.layer())),
 *   Effect.runPromise
 * )
 * found // => { rooms: 3, participations: 2, connected: 1, unreadable: 0, stores: [] }
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const preview = (
  options: Pick<RequestOptions, "identities" | "since">
): Effect.Effect<Preview, TwilioError.TwilioError, Erasure> => Erasure.use((service) => service.preview(options))

/**
 * Returns how far a request is.
 *
 * @category accessors
 * @since 0.1.0
 */
export const status = (requestId: string): Effect.Effect<Status, UnknownRequest | ErasureUnavailable, Erasure> =>
  Erasure.use((service) => service.status(requestId))

/**
 * Lists all requests, in the order of their IDs, with those that are done.
 *
 * @category accessors
 * @since 0.1.0
 */
export const list: Effect.Effect<ReadonlyArray<Listed>, ErasureUnavailable, Erasure> = Erasure.use(
  (service) => service.list
)

/**
 * Streams the status of a request, once when it's called and then with each change, until it's `Complete`, `Partial` or
 * `Canceled`. Looks twice a second.
 *
 * If the store can't be reached, it looks once a second, and fails with `ErasureUnavailable` after a minute. The other
 * operations fail at once.
 *
 * @category accessors
 * @since 0.1.0
 */
export const watch = (requestId: string): Stream.Stream<Status, UnknownRequest | ErasureUnavailable, Erasure> =>
  Stream.unwrap(Erasure.useSync((service) => service.watch(requestId)))

/**
 * Lets a stalled job go on: what failed runs again, what is done doesn't.
 *
 * @category accessors
 * @since 0.1.0
 */
export const resume = (requestId: string): Effect.Effect<void, UnknownRequest | ErasureUnavailable, Erasure> =>
  Erasure.use((service) => service.resume(requestId))

/**
 * Cancels a request: destroys its sealed identities, and returns the receipt of what was done. Requests of other people
 * in the same sweep go on. A call to Twilio that's on its way is listed as `Unconfirmed`.
 *
 * Fails with `WrongPhase` if the job is done. Canceling twice returns the same receipt.
 *
 * @category accessors
 * @since 0.1.0
 */
export const cancel = (
  requestId: string
): Effect.Effect<Receipt.Receipt, UnknownRequest | WrongPhase | ErasureUnavailable, Erasure> =>
  Erasure.use((service) => service.cancel(requestId))

/**
 * Returns the receipt of a request that's done or canceled. Fails with `WrongPhase` before.
 *
 * @category accessors
 * @since 0.1.0
 */
export const receipt = (
  requestId: string
): Effect.Effect<Receipt.Receipt, UnknownRequest | WrongPhase | ErasureUnavailable, Erasure> =>
  Erasure.use((service) => service.receipt(requestId))

/**
 * Returns the key that receipts are verified with. Publish it, or hand it over with the receipts.
 *
 * @category accessors
 * @since 0.1.0
 */
export const publicKey: Effect.Effect<ErasureKeys.PublicKey, never, Erasure> = Erasure.use(
  (service) => service.publicKey
)

/**
 * Verifies a receipt without a service or network: see `Receipt.verify`.
 *
 * @category verification
 * @since 0.1.0
 */
export const verifyReceipt = Receipt.verify
