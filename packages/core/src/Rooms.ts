/**
 * The operations on video rooms, as a service.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as NotFound from "./NotFound.ts"
import type * as Page from "./Page.ts"
import type * as Room from "./Room.ts"
import type * as SubscribeRule from "./SubscribeRule.ts"
import * as TwilioError from "./TwilioError.ts"

/**
 * The settings of a new room, all optional: every parameter of Twilio's API that applies to group rooms. Values outside
 * Twilio's ranges are rejected by Twilio, with reason `InvalidRequest` of `TwilioError` and Twilio's code.
 *
 * @category models
 * @since 0.1.0
 */
export interface CreateOptions {
  /**
   * A name of at most 128 characters that no other room in progress has. It finds the room while it's in progress.
   * Default: the room's SID.
   */
  readonly uniqueName?: string | undefined
  /** Default: `group`. The other types are legacy. */
  readonly type?: Room.Type | undefined
  /** The absolute URL, shorter than 1024 characters, that receives the room's status callbacks. */
  readonly statusCallback?: string | undefined
  /** The method of the callbacks. Default: `POST`. */
  readonly statusCallbackMethod?: "GET" | "POST" | undefined
  /** How many participants can be connected at the same time, 1 to 50. */
  readonly maxParticipants?: number | undefined
  /** Whether to record participants from the moment they join. Default: false. */
  readonly recordParticipantsOnConnect?: boolean | undefined
  /** Whether to transcribe participants from the moment they join. Default: false. */
  readonly transcribeParticipantsOnConnect?: boolean | undefined
  /** The codecs allowed for video tracks. */
  readonly videoCodecs?: Arr.NonEmptyReadonlyArray<"VP8" | "H264"> | undefined
  /** The region of the room's media servers. */
  readonly mediaRegion?: string | undefined
  /** What to record, in the form of subscribe rules about audio and video. */
  readonly recordingRules?: Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule> | undefined
  /** The settings of transcriptions. Sent to Twilio as JSON, unchanged. */
  readonly transcriptionsConfiguration?: { readonly [name: string]: Schema.Json } | undefined
  /** Whether to allow only audio. Twilio rejects it with code 53127 for accounts created after 21 October 2024. */
  readonly audioOnly?: boolean | undefined
  /** How long a participant can stay connected: whole seconds, 10 minutes to 24 hours. Default: 4 hours. */
  readonly maxParticipantDuration?: Duration.Input | undefined
  /** How long the room stays open after the last participant left: whole minutes, 1 to 60. */
  readonly emptyRoomTimeout?: Duration.Input | undefined
  /** How long the room stays open if no participant joins: whole minutes, 1 to 60. */
  readonly unusedRoomTimeout?: Duration.Input | undefined
  /** Whether to create a large room. */
  readonly largeRoom?: boolean | undefined
}

/**
 * Which rooms to read: those that pass all filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  /** Only rooms with this status. Default: `in-progress`. */
  readonly status?: Room.Status | undefined
  /** Only rooms with exactly this unique name. */
  readonly uniqueName?: string | undefined
  /** Only rooms created at this time or later. Truncated to whole seconds. */
  readonly dateCreatedAfter?: DateTime.DateTime.Input | undefined
  /** Only rooms created before this time. Truncated to whole seconds. */
  readonly dateCreatedBefore?: DateTime.DateTime.Input | undefined
  /** Rooms per page, 1 to 1000. */
  readonly pageSize?: number | undefined
}

/**
 * Which page of which rooms to read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions extends Filters {
  /** The `nextPageToken` or `previousPageToken` of a page read with the same filters. */
  readonly pageToken?: string | undefined
}

/**
 * A room in progress already has this unique name, so no room was created. No member contains the name.
 *
 * Follows https://www.twilio.com/docs/api/errors/53113.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const findOrCreate = Rooms.create({ uniqueName: "DailyStandup" }).pipe(
 *   Effect.catchTag("RoomExists", () => Rooms.fetch("DailyStandup"))
 * )
 *
 * const room = await findOrCreate.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * room.uniqueName // => "DailyStandup"
 * ```
 * @category errors
 * @since 0.1.0
 */
export class RoomExists extends Schema.TaggedError<RoomExists>()("RoomExists", {
  message: Schema.String,
  ...TwilioError.requestFields
}) {}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const roomExists = (request: TwilioError.RequestInfo): RoomExists =>
  new RoomExists({
    message:
      "A room in progress already has this unique name, so no room was created. Fetch it by name, or use another. " +
      `(${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The room has already ended, and can't be reopened. By unique name, a room that has ended is `NotFound` instead.
 *
 * Follows https://www.twilio.com/docs/api/errors/53112 and https://www.twilio.com/docs/api/errors/53118.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const { sid } = yield* Rooms.complete("DailyStandup")
 *   return yield* Effect.flip(Rooms.complete(sid))
 * })
 *
 * const error = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * error._tag // => "RoomNotInProgress"
 * ```
 * @category errors
 * @since 0.1.0
 */
export class RoomNotInProgress extends Schema.TaggedError<RoomNotInProgress>()("RoomNotInProgress", {
  message: Schema.String,
  ...TwilioError.requestFields
}) {}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const roomNotInProgress = (request: TwilioError.RequestInfo): RoomNotInProgress =>
  new RoomNotInProgress({
    message: `The room has already ended, so there is nothing to complete. (${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The operations on video rooms.
 *
 * `room` is a SID or a unique name; a name finds only a room in progress. It's escaped, so it may contain any
 * characters. An empty string, `.`, `..` and malformed Unicode can't be part of a URL path: they fail with reason
 * `InvalidArgument`, and nothing is sent.
 *
 * Follows https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link create}. */
  readonly create: (options?: CreateOptions) => Effect.Effect<Room.Room, RoomExists | TwilioError.TwilioError>

  /** See {@link fetch}. */
  readonly fetch: (room: string) => Effect.Effect<Room.Room, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link list}. */
  readonly list: (options?: ListOptions) => Effect.Effect<Page.Page<Room.Room>, TwilioError.TwilioError>

  /** See {@link stream}. */
  readonly stream: (options?: Filters) => Stream.Stream<Room.Room, TwilioError.TwilioError>

  /** See {@link complete}. */
  readonly complete: (
    room: string
  ) => Effect.Effect<Room.Room, NotFound.NotFound | RoomNotInProgress | TwilioError.TwilioError>
}

/**
 * The service of the operations on video rooms. Call them through the accessors below; use the service itself to
 * implement or wrap it.
 *
 * @category services
 * @since 0.1.0
 */
export class Rooms extends Context.Service<Rooms, Service>()("@effect-twilio-video/core/Rooms") {}

/**
 * Creates a room. Fails with `RoomExists` if a room in progress already has the unique name. Other failures are
 * `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const room = await Rooms.create({
 *   uniqueName: "Consultation",
 *   maxParticipants: 2,
 *   emptyRoomTimeout: "10 minutes"
 * }).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * room.status // => "in-progress"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const create = (
  options?: CreateOptions
): Effect.Effect<Room.Room, RoomExists | TwilioError.TwilioError, Rooms> =>
  Rooms.use((service) => service.create(options))

/**
 * Fetches a room: by SID in any state, by unique name only while in progress. Fails with `NotFound` if there is none.
 * Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const room = await Rooms.fetch("DailyStandup").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * room.type // => "group"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const fetch = (room: string): Effect.Effect<Room.Room, NotFound.NotFound | TwilioError.TwilioError, Rooms> =>
  Rooms.use((service) => service.fetch(room))

/**
 * Reads one page of rooms, newest first. The default `pageSize` is Twilio's: 50. For the next page, pass
 * `nextPageToken` as `pageToken` with the same filters. Records that can't be decoded are in the page's `undecodable`.
 * Fails with `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const completed = await Rooms.list({ status: "completed" }).pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * completed.items.map((room) => room.uniqueName) // => ["Retro"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const list = (options?: ListOptions): Effect.Effect<Page.Page<Room.Room>, TwilioError.TwilioError, Rooms> =>
  Rooms.use((service) => service.list(options))

/**
 * Streams all rooms. The default `pageSize` is 1000, which takes the fewest requests. While you work on a page, the next
 * one is requested, and never more than that; see `Page.readAhead`.
 *
 * Fails with `TwilioError`. Never ends early without an error: a next page outside the base URL, or one that was read
 * before, fails with reason `UnexpectedResponse`. Records that can't be decoded are skipped; after the last page, the
 * stream fails with the error of the first one.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const names = await Rooms.stream().pipe(
 *   Stream.map((room) => room.uniqueName),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * names // => ["DailyStandup", "Webinar"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const stream = (options?: Filters): Stream.Stream<Room.Room, TwilioError.TwilioError, Rooms> =>
  Stream.unwrap(Rooms.useSync((service) => service.stream(options)))

/**
 * Ends a room immediately and returns the updated record. All participants are disconnected, and the unique name
 * becomes available. A completed room can't be reopened.
 *
 * Fails with `RoomNotInProgress` if the room has already ended, and with `NotFound` if there is none; by unique name, a
 * room that has ended is not found. Other failures are `TwilioError`.
 *
 * By unique name, the room is fetched first and completed by SID: otherwise a retry could end a new room with the same
 * name. With retries off, it's one request.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const room = await Rooms.complete("DailyStandup").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * room.status // => "completed"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const complete = (
  room: string
): Effect.Effect<Room.Room, NotFound.NotFound | RoomNotInProgress | TwilioError.TwilioError, Rooms> =>
  Rooms.use((service) => service.complete(room))
