/**
 * The contract of the operations on a room's participants. Holds no transport: `@effect-twilio-video/http` implements
 * it for Twilio, and `@effect-twilio-video/sandbox` for programs that run without an account.
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
import type * as TwilioError from "./TwilioError.ts"

/**
 * Which participants to read. All filters given must hold.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  /**
   * Only participants with this status. Without it Twilio lists those connected to a room in progress, and of a
   * completed room those disconnected.
   */
  readonly status?: Participant.Status | undefined
  /** Only participants with exactly this identity. */
  readonly identity?: string | undefined
  /** Only participants who joined at this time or later. Sent in whole seconds, cut off. */
  readonly dateCreatedAfter?: DateTime.DateTime.Input | undefined
  /** Only participants who joined before this time. Sent in whole seconds, cut off. */
  readonly dateCreatedBefore?: DateTime.DateTime.Input | undefined
  /** How many participants Twilio puts on a page, 1 to 1000. */
  readonly pageSize?: number | undefined
}

/**
 * Which page to read.
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
  /** `disconnected` removes the participant. Twilio documents no other use, and refuses others with code 53209. */
  readonly status: Participant.Status
}

/**
 * The participant was connected or reconnecting, and this call removed it. The record says `disconnected`.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly participant: Participant.Participant
}> {}

/**
 * The participant was not connected any more. There is a record of it where the look-up was by SID and found one; a
 * look-up by identity sees only connected participants, so it has none.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyGone extends Data.TaggedClass("AlreadyGone")<{
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * Either outcome: nobody is connected under that address any more.
 *
 * @category models
 * @since 0.1.0
 */
export type Disconnection = Disconnected | AlreadyGone

/**
 * The operations on a room's participants.
 *
 * `room` is a room's SID or unique name; a unique name finds only a room in progress. `participant` is a participant's
 * SID or identity; an identity finds only a connected participant. Any string is sent safely, whatever characters it
 * has; the empty string, `.`, `..` and text that is not well-formed Unicode cannot be part of a path and fail with
 * reason `InvalidArgument` before anything is sent.
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
 * The service of the operations on a room's participants.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const removeAlice = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   const alice = yield* participants.fetch("DailyStandup", "Alice")
 *   return yield* participants.disconnect("DailyStandup", alice.sid)
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
 * Reads one participant, by SID in any state or by identity while connected.
 *
 * Fails with `NotFound` where there is none, whose `lookup` says which of the two rules applied, and with
 * `TwilioError` for everything else.
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
 * Reads one page of participants, newest first. Without `pageSize` it is Twilio's default, 50. The page's
 * `nextPageToken`, given as `pageToken` with the same filters, reads the page after it. A record that doesn't decode
 * doesn't fail the page: it is in `undecodable`.
 *
 * Fails with `NotFound` where the room is not there, and with `TwilioError` for everything else.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   const first = yield* participants.list("DailyStandup", { pageSize: 2 })
 *   const second = yield* participants.list("DailyStandup", {
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
 * Reads all participants, page after page as the consumer asks for more. Without `pageSize` it asks for 1000 at a
 * time, which takes the fewest requests.
 *
 * A page that leads to another origin, or to a page that was read before, ends the stream with reason
 * `UnexpectedResponse`: it never ends early in silence, and never loops. Fails with `NotFound` where the room is not
 * there, and with `TwilioError` for everything else, after the participants of the pages before. Records that don't
 * decode are left out, and after the last page the stream fails with the error of the first of them.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const gone = await Participants.Participants.use((participants) =>
 *   participants.stream("DailyStandup", { status: "disconnected" }).pipe(
 *     Stream.map((participant) => participant.identity),
 *     Stream.runCollect
 *   )
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
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
 * Changes a participant's status, and answers with the record as it is then. `disconnect` is its one documented use.
 *
 * Fails with `NotFound` where there is no such participant, and with `TwilioError` for everything else: a status that
 * nobody can be set to is reason `InvalidRequest` with code 53209.
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
 * Removes a participant from the room, and answers with the record as it is then: disconnected, with end time and
 * duration. The participant's client sees a plain disconnect, and can join again while its token is valid. It succeeds
 * as soon as Twilio accepts the removal, even if the record still says `connected`. If the answer can't be read, the
 * record is read instead; if that fails too, the error's `applied` is true.
 *
 * Fails with `NotFound` where there is no such participant, and with `TwilioError` for everything else. By identity,
 * one who is not connected is `NotFound`; see `ensureDisconnected` for when that is fine. If the answer to a first
 * attempt was lost and a second finds nobody, the record decides: one that ended since the first attempt, by Twilio's
 * clock, is the answer. If Twilio's answers have no `Date`, as in browsers, its clock may be a minute behind.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const removed = await Participants.Participants.use((participants) =>
 *   participants.disconnect("DailyStandup", "Alice")
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
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
 * Makes sure that a participant is not connected. That it was gone already is a success, and the result says which:
 * `Disconnected` or `AlreadyGone`.
 *
 * Twilio answers the same for a participant who left, a room that is over and a name that never existed, so a
 * misspelt name is `AlreadyGone` too: use `disconnect` where that matters. By SID this takes two requests, since
 * Twilio's answer does not tell whether the participant was still there. By identity it takes one; if that finds
 * nobody, two more look for a participant who is reconnecting, and removes that one by SID. If the answer to the
 * removal doesn't say `disconnected`, the record is read once more.
 *
 * Fails with `TwilioError`: with reason `UnexpectedResponse` and problem `unchanged` if Twilio accepted the removal and
 * the record, read again, still doesn't say `disconnected`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   const first = yield* participants.ensureDisconnected("DailyStandup", "Alice")
 *   const again = yield* participants.ensureDisconnected("DailyStandup", "Alice")
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
 * Replaces a participant's identity with the participant's SID, for good. Afterwards the old identity finds nothing.
 *
 * Twilio documents neither when this is allowed nor how far it reaches beyond the record. To erase people who have
 * left, address them by SID: an identity finds only participants who are connected.
 *
 * Fails with `NotFound` where there is no such participant, and with `TwilioError` for everything else. Repeating it
 * changes nothing. By identity it reads the participant first, and asks for the SID: once done, the identity finds
 * nobody, so an answer that was lost could not be told from somebody who never was. With retries off it is one
 * request.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * // Everybody who was in the room under this name, and is not any more.
 * const erased = await Participants.Participants.use((participants) =>
 *   participants.stream("DailyStandup", { status: "disconnected", identity: "Dana" }).pipe(
 *     Stream.mapEffect((dana) => participants.anonymize("DailyStandup", dana.sid)),
 *     Stream.map((record) => record.identity === record.sid),
 *     Stream.runCollect
 *   )
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
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
