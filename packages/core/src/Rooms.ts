/**
 * The contract of the operations on video rooms. Holds no transport.
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
 * What a new room is to be. Everything may be left out; Twilio's defaults are in the descriptions. What is out of
 * Twilio's range is refused by Twilio, as reason `InvalidRequest` of `TwilioError` with Twilio's code.
 *
 * Has every parameter of Twilio's that applies to group rooms. `EnableTurn` is left out: Twilio takes it to be true.
 *
 * @category models
 * @since 0.1.0
 */
export interface CreateOptions {
  /**
   * A name of at most 128 characters, that no other room in progress has. It finds the room while it is in progress.
   * Default: none, and then the room's SID stands in its place.
   */
  readonly uniqueName?: string | undefined
  /** `group`, the default. The other types are of the past. */
  readonly type?: Room.Type | undefined
  /** The absolute URL, of less than 1024 characters, that Twilio tells of the room's events. */
  readonly statusCallback?: string | undefined
  /** How Twilio calls that URL. Default: `POST`. */
  readonly statusCallbackMethod?: "GET" | "POST" | undefined
  /** How many participants may be connected at a time, 1 to 50. */
  readonly maxParticipants?: number | undefined
  /** Record everybody from the moment of joining? Default: false. */
  readonly recordParticipantsOnConnect?: boolean | undefined
  /** Transcribe everybody from the moment of joining? Default: false. */
  readonly transcribeParticipantsOnConnect?: boolean | undefined
  /** The codecs that video tracks may use. */
  readonly videoCodecs?: Arr.NonEmptyReadonlyArray<"VP8" | "H264"> | undefined
  /** Where the room's media servers are to be. */
  readonly mediaRegion?: string | undefined
  /** What is recorded: rules as for subscriptions, about audio and video. */
  readonly recordingRules?: Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule> | undefined
  /** How transcriptions are made; sent as JSON as it is. */
  readonly transcriptionsConfiguration?: { readonly [name: string]: Schema.Json } | undefined
  /** May only audio be published? Twilio refuses it, with code 53127, for accounts that came after 21 October 2024. */
  readonly audioOnly?: boolean | undefined
  /** How long one participant may stay connected: whole seconds, 10 minutes to 24 hours. Default: 4 hours. */
  readonly maxParticipantDuration?: Duration.Input | undefined
  /** How long the room stays after the last participant left: whole minutes, 1 to 60. */
  readonly emptyRoomTimeout?: Duration.Input | undefined
  /** How long the room stays if nobody joins: whole minutes, 1 to 60. */
  readonly unusedRoomTimeout?: Duration.Input | undefined
  /** Is it a large room? */
  readonly largeRoom?: boolean | undefined
}

/**
 * Which rooms to read. All filters given must hold.
 *
 * @category models
 * @since 0.1.0
 */
export interface Filters {
  /** Only rooms with this status. Without it Twilio lists those in progress. */
  readonly status?: Room.Status | undefined
  /** Only rooms with exactly this unique name. */
  readonly uniqueName?: string | undefined
  /** Only rooms made at this time or later. Sent in whole seconds, cut off. */
  readonly dateCreatedAfter?: DateTime.DateTime.Input | undefined
  /** Only rooms made before this time. Sent in whole seconds, cut off. */
  readonly dateCreatedBefore?: DateTime.DateTime.Input | undefined
  /** How many rooms Twilio puts on a page, 1 to 1000. */
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
 * A room in progress has this unique name already, so none was made. A program that wants the room either way fetches
 * it by that name. Carries the name in no member.
 *
 * Follows https://www.twilio.com/docs/api/errors/53113.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const findOrCreate = Effect.gen(function*() {
 *   const rooms = yield* Rooms.Rooms
 *   return yield* rooms.create({ uniqueName: "DailyStandup" }).pipe(
 *     Effect.catchTag("RoomExists", () => rooms.fetch("DailyStandup"))
 *   )
 * })
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
      "A room in progress has this unique name already; none was made. Fetch it by the name, or take another name. " +
      `(${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The room is not in progress: it is completed already, and never opens again. By unique name such a room is not found
 * at all, which is `NotFound`.
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
 *   const rooms = yield* Rooms.Rooms
 *   const { sid } = yield* rooms.complete("DailyStandup")
 *   return yield* Effect.flip(rooms.complete(sid))
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
    message:
      "The room is not in progress, so there is nothing to complete: it is over already, and never opens again. " +
      `(${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The operations on video rooms.
 *
 * `room` is a room's SID or unique name; a unique name finds only a room in progress. Any string is sent safely; what
 * cannot be part of a path fails with reason `InvalidArgument` before anything is sent.
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
 * The service of the operations on video rooms.
 *
 * @category services
 * @since 0.1.0
 */
export class Rooms extends Context.Service<Rooms, Service>()("@effect-twilio-video/core/Rooms") {}

/**
 * Makes a room, and answers with its record.
 *
 * Fails with `RoomExists` where a room in progress has the unique name already, and with `TwilioError` for everything
 * else.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const room = await Rooms.Rooms.use((rooms) =>
 *   rooms.create({ uniqueName: "Consultation", maxParticipants: 2, emptyRoomTimeout: "10 minutes" })
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
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
 * Reads one room, by SID in any state or by unique name while in progress.
 *
 * Fails with `NotFound` where there is none, and with `TwilioError` for everything else.
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
 * Reads one page of rooms, newest first. Without `pageSize` it is Twilio's default, 50. The page's `nextPageToken`,
 * given as `pageToken` with the same filters, reads the page after it. A record that
 * doesn't decode is in the page's `undecodable`.
 *
 * Fails with `TwilioError`.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const over = await Rooms.list({ status: "completed" }).pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * over.items.map((room) => room.uniqueName) // => ["Retro"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const list = (options?: ListOptions): Effect.Effect<Page.Page<Room.Room>, TwilioError.TwilioError, Rooms> =>
  Rooms.use((service) => service.list(options))

/**
 * Reads all rooms, page after page as the consumer asks for more. Without `pageSize` it asks for 1000 at a time.
 *
 * Ends with reason `UnexpectedResponse` rather than in silence where a page leads to another origin or back. Fails
 * with `TwilioError`, after the rooms of the pages before.
 * Records that don't decode are left out, and after the last page the stream fails with the error of the first of
 * them.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const names = await Rooms.Rooms.use((rooms) =>
 *   rooms.stream().pipe(Stream.map((room) => room.uniqueName), Stream.runCollect)
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * names // => ["DailyStandup", "Webinar"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const stream = (options?: Filters): Stream.Stream<Room.Room, TwilioError.TwilioError, Rooms> =>
  Stream.unwrap(Rooms.useSync((service) => service.stream(options)))

/**
 * Ends a room at once: everybody is disconnected, and its unique name is free again. Answers with the record as it is
 * then. A completed room never opens again.
 *
 * Fails with `RoomNotInProgress` where the room is over already, and with `NotFound` where there is none: by unique
 * name, a room that is over is not found. Fails with `TwilioError` for everything else.
 *
 * By unique name it reads the room first, and asks for the SID: a room that clients open anew under the same name,
 * once this one has ended, must not be ended by a retry. With retries off it is one request.
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
