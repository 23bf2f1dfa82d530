/**
 * The operations on a room's participants, as a service. The layers of `@effect-twilio-video/http` provide it over HTTP;
 * `Sandbox.layer` of `@effect-twilio-video/sandbox` provides it without an account.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as NotFound from "./NotFound.ts"
import type * as Page from "./Page.ts"
import type * as Participant from "./Participant.ts"
import type * as Sid from "./Sid.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * Which participants to read: those that pass all filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  /**
   * Only participants with this status. Default: the connected participants of a room in progress, the disconnected
   * ones of a completed room.
   */
  readonly status?: Participant.Status | undefined
  /** Only participants with exactly this identity. */
  readonly identity?: string | undefined
  /** Only participants who joined at this time or later. Truncated to whole seconds. */
  readonly dateCreatedAfter?: DateTime.DateTime.Input | undefined
  /** Only participants who joined before this time. Truncated to whole seconds. */
  readonly dateCreatedBefore?: DateTime.DateTime.Input | undefined
  /** Participants per page, 1 to 1000. */
  readonly pageSize?: number | undefined
}

/**
 * Which page of which participants to read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends Filters {
  /** The `nextPageToken` or `previousPageToken` of a page read with the same filters. */
  readonly pageToken?: string | undefined
}

/**
 * What to change.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpdateOptions {
  /** `disconnected` removes the participant. Twilio rejects every other status with code 53209. */
  readonly status: Participant.Status
}

/**
 * The participant was connected or reconnecting, and this call removed it. The record's status is `disconnected`.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly participant: Participant.Participant
}> {}

/**
 * The participant was no longer connected, so there was nothing to do.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyGone extends Data.TaggedClass("AlreadyGone")<{
  /** `None` if the participant was given by identity and no record was found. */
  readonly sid: Option.Option<Sid.ParticipantSid>
  /** `None` if no record was found: an identity finds only connected participants. */
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * The result of {@link ensureDisconnected}. Either way, the participant isn't connected any more.
 *
 * @category models
 * @since 0.1.0
 */
export type Disconnection = Disconnected | AlreadyGone

/**
 * The operations on a room's participants.
 *
 * `room` is a SID or a unique name; a name finds only a room in progress. `participant` is a SID or an identity; an
 * identity finds only a connected participant. Both are escaped, so they may contain any characters. An empty string,
 * `.`, `..` and malformed Unicode can't be part of a URL path: they fail with reason `InvalidArgument`, and nothing is
 * sent.
 *
 * Follows https://www.twilio.com/docs/video/api/participants.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link fetch}. */
  readonly fetch: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link list}. */
  readonly list: (
    room: string,
    options?: ListOptions
  ) => Effect.Effect<Page.Page<Participant.Participant>, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link stream}. */
  readonly stream: (
    room: string,
    options?: Filters
  ) => Stream.Stream<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link update}. */
  readonly update: (
    room: string,
    participant: string,
    options: UpdateOptions
  ) => Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link disconnect}. */
  readonly disconnect: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link ensureDisconnected}. */
  readonly ensureDisconnected: (
    room: string,
    participant: string
  ) => Effect.Effect<Disconnection, TwilioError.TwilioError>

  /** See {@link anonymize}. */
  readonly anonymize: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.AnonymizedParticipant, NotFound.NotFound | TwilioError.TwilioError>
}

/**
 * The service of the operations on a room's participants. Call them through the accessors below; use the service itself
 * to implement or wrap it.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const removeAlice = Effect.gen(function*() {
 *   const alice = yield* Participants.fetch("DailyStandup", "Alice")
 *   return yield* Participants.disconnect("DailyStandup", alice.sid)
 * })
 *
 * const removed = await removeAlice.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * removed.status // => "disconnected"
 * ```
 * @category services
 * @since 0.1.0
 */
export class Participants extends Context.Service<Participants, Service>()("@effect-twilio-video/core/Participants") {}

/**
 * Fetches a participant: by SID in any state, by identity only while connected.
 *
 * Fails with `NotFound` if there is none; its `lookup` says which of the two rules applied. Other failures are
 * `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const alice = await Participants.fetch("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * alice.status // => "connected"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const fetch = (
  room: string,
  participant: string
): Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.fetch(room, participant))

/**
 * Reads one page of participants, newest first. The default `pageSize` is Twilio's: 50. For the next page, pass
 * `nextPageToken` as `pageToken` with the same filters. Records that can't be decoded are in the page's `undecodable`.
 *
 * Fails with `NotFound` if the room doesn't exist. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.gen(function*() {
 *   const first = yield* Participants.list("DailyStandup", { pageSize: 2 })
 *   const second = yield* Participants.list("DailyStandup", {
 *     pageSize: 2,
 *     pageToken: Option.getOrUndefined(first.nextPageToken)
 *   })
 *   return [first, second].map((page) => page.items.map((participant) => participant.identity))
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [["Erin", "Bob"], ["Alice"]]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const list = (
  room: string,
  options?: ListOptions
): Effect.Effect<Page.Page<Participant.Participant>, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.list(room, options))

/**
 * Streams all participants. The default `pageSize` is 1000, which takes the fewest requests. While you work on a page, the next
 * one is requested, and never more than that; see `Page.readAhead`.
 *
 * Fails with `NotFound` if the room doesn't exist; other failures are `TwilioError`. Participants of the pages read so
 * far have been emitted. The stream never ends early without an error: a next page outside the base URL, or one that was
 * read before, fails with reason `UnexpectedResponse`. Records that can't be decoded are skipped; after the last page,
 * the stream fails with the error of the first one.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const gone = await Participants.stream("DailyStandup", { status: "disconnected" }).pipe(
 *   Stream.map((participant) => participant.identity),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * gone // => ["Erin", "Dana"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const stream = (
  room: string,
  options?: Filters
): Stream.Stream<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Stream.unwrap(Participants.useSync((service) => service.stream(room, options)))

/**
 * Changes a participant's status and returns the updated record. Twilio documents one use, which is {@link disconnect}.
 *
 * Fails with `NotFound` if there is no such participant. Other failures are `TwilioError`; a status that can't be set
 * is reason `InvalidRequest` with code 53209.
 *
 * @category accessors
 * @since 0.1.0
 */
export const update = (
  room: string,
  participant: string,
  options: UpdateOptions
): Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.update(room, participant, options))

/**
 * Removes a participant from the room and returns the updated record, with its end time and duration. The participant's
 * device sees an ordinary disconnect, and can join again until its token expires.
 *
 * Succeeds as soon as Twilio accepts the removal, even if the returned record still says `connected`. If the response
 * can't be read, the record is fetched instead; if that fails too, the error's `applied` is true.
 *
 * Fails with `NotFound` if there is no such participant or, by identity, if it isn't connected; see {@link
 * ensureDisconnected} if that's fine. Other failures are `TwilioError`. If the response to a first attempt is lost and
 * the next attempt finds no participant, the record decides: one that ended after the first attempt, by the clock of
 * Twilio's `Date` header, is returned. Browsers hide that header: there, a record that ended up to a minute before the
 * first attempt is returned, too, in case Twilio's clock is behind.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const removed = await Participants.disconnect("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * removed.status // => "disconnected"
 * removed.duration._tag // => "Some"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const disconnect = (
  room: string,
  participant: string
): Effect.Effect<Participant.Participant, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.disconnect(room, participant))

/**
 * Makes sure that a participant isn't connected. Returns `Disconnected` if this call removed it, and `AlreadyGone` if
 * it had left before.
 *
 * Twilio answers the same for a participant who left, a room that has ended and a name that never existed, so a
 * misspelled name is `AlreadyGone` too: use {@link disconnect} to notice it.
 *
 * By SID, this takes one request to read the record, because the response to a removal doesn't say whether the
 * participant was still connected, and one to remove a participant who was. By identity, it takes one; if that finds no
 * participant, two to four more look for one who is reconnecting and remove it by SID. If the response to the removal
 * doesn't say `disconnected`, the record is read once more.
 *
 * Fails with `TwilioError`; with reason `UnexpectedResponse` and problem `unchanged` if Twilio accepted the removal and
 * the record, read again, still doesn't say `disconnected`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const first = yield* Participants.ensureDisconnected("DailyStandup", "Alice")
 *   const again = yield* Participants.ensureDisconnected("DailyStandup", "Alice")
 *   return [first._tag, again._tag]
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => ["Disconnected", "AlreadyGone"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const ensureDisconnected = (
  room: string,
  participant: string
): Effect.Effect<Disconnection, TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.ensureDisconnected(room, participant))

/**
 * Irreversibly replaces a participant's identity with its SID. Afterwards the old identity finds nothing. Repeating it
 * changes nothing.
 *
 * Twilio documents neither when this is allowed nor how far it reaches beyond the record. To erase participants who
 * have left, pass their SIDs: an identity finds only connected participants.
 *
 * By identity, the participant is fetched first and anonymized by SID: after a lost response, a retry by identity
 * couldn't tell an anonymized participant from one who never existed. With retries off, it's one request.
 *
 * Fails with `NotFound` if there is no such participant. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * // Everyone who has left the room under this identity.
 * const erased = await Participants.stream("DailyStandup", { status: "disconnected", identity: "Dana" }).pipe(
 *   Stream.mapEffect((dana) => Participants.anonymize("DailyStandup", dana.sid)),
 *   Stream.map((record) => record.identity === record.sid),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * erased // => [true]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const anonymize = (
  room: string,
  participant: string
): Effect.Effect<Participant.AnonymizedParticipant, NotFound.NotFound | TwilioError.TwilioError, Participants> =>
  Participants.use((service) => service.anonymize(room, participant))
