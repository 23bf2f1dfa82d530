/**
 * Sends a room's roster to browsers as server-sent events: first who is there, then every change.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as View from "./internal/View.ts"
import * as Roster from "./Roster.ts"
import type * as RosterStore from "./RosterStore.ts"

/**
 * A published track, in JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface Track {
  readonly sid: string
  readonly kind: string
  /** Missing until the participant's tracks are read: callbacks have no names. */
  readonly name?: string
  /** False while the track is muted or the camera is off. */
  readonly isEnabled: boolean
}

/**
 * A participant, in JSON. Times are ISO 8601, in UTC.
 *
 * @category models
 * @since 0.1.0
 */
export interface Participant {
  readonly sid: string
  /** Missing if the roster keeps no identities. */
  readonly identity?: string
  readonly status: "connected" | "reconnecting"
  /** Missing if only tracks were reported so far. */
  readonly joinedAt?: string
  readonly tracks: ReadonlyArray<Track>
  /** Missing if only callbacks reported the tracks. */
  readonly tracksReadAt?: string
}

/**
 * The data of the event `snapshot`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  readonly roomSid: string
  /** The room's unique name, or its SID if it has none. */
  readonly roomName: string
  /** Missing while the room is in progress. */
  readonly endedAt?: string
  /** In the order in which they joined. */
  readonly participants: ReadonlyArray<Participant>
  /** How far the state could be trusted when it was sent: see `Roster.Freshness`. */
  readonly freshness: {
    readonly verifiedAt?: string
    readonly calledBackAt?: string
    readonly doubts: Roster.Freshness["doubts"]
  }
  readonly position: number
}

/**
 * The data of all other events. `participant` and `track` are as after the change, or as before it if they've gone.
 *
 * @category models
 * @since 0.1.0
 */
export interface Change {
  /** When it happened, or when the list was read that shows it. */
  readonly at: string
  /** Missing in `room-ended`. */
  readonly participant?: Participant
  /** Only in events whose name begins with `track-`. */
  readonly track?: Track
}

/**
 * The names of the events.
 *
 * @category models
 * @since 0.1.0
 */
export type EventName =
  | "snapshot"
  | "joined"
  | "left"
  | "reconnecting"
  | "reconnected"
  | "updated"
  | "track-published"
  | "track-unpublished"
  | "track-enabled"
  | "track-disabled"
  | "room-ended"

/**
 * Who may read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<E, R> {
  /** Whether the sender of the request may see who is in the room. False and failures are answered with 403. */
  readonly authorize: Effect.Effect<boolean, E, R>
}

const names: { readonly [Tag in View.Change["_tag"]]: EventName } = {
  Joined: "joined",
  Left: "left",
  Reconnecting: "reconnecting",
  Reconnected: "reconnected",
  Updated: "updated",
  TrackPublished: "track-published",
  TrackUnpublished: "track-unpublished",
  TrackEnabled: "track-enabled",
  TrackDisabled: "track-disabled",
  RoomEnded: "room-ended"
}

/** How often a reader without events gets a comment, so that both sides notice a lost connection. */
const silenceMillis = 15_000

/** How long a stream lasts. Then the browser reconnects, and is authorized again. */
const streamMillis = 5 * 60_000

/** The browser waits for this long before it reconnects. */
const retry = "retry: 1000\n\n"

const comment = ":\n\n"

const iso = (millis: number): string => new Date(millis).toISOString()

const isoOf = (date: Option.Option<DateTime.Utc>): string | undefined =>
  Option.getOrUndefined(Option.map(date, DateTime.formatIso))

// JSON leaves out members that are `undefined`.
const participantOf = ({ joinedAt, tracksReadAt, ...participant }: View.Participant) => ({
  ...participant,
  joinedAt: joinedAt === undefined ? undefined : iso(joinedAt),
  tracksReadAt: tracksReadAt === undefined ? undefined : iso(tracksReadAt)
})

const snapshotOf = ({ position, state }: RosterStore.StoredRoom, now: number) => {
  const { calledBackAt, doubts, verifiedAt } = Roster.freshnessOf(state, now)
  return {
    roomSid: state.sid,
    roomName: state.name,
    endedAt: state.ended === undefined ? undefined : iso(state.ended),
    participants: View.participants(state).map(participantOf),
    freshness: { verifiedAt: isoOf(verifiedAt), calledBackAt: isoOf(calledBackAt), doubts },
    position
  }
}

const changeOf = (change: View.Change) => ({
  at: iso(change.at),
  ...("participant" in change ? { participant: participantOf(change.participant) } : {}),
  ...("track" in change ? { track: change.track } : {})
})

const respond = (status: number, text: string, headers?: Record<string, string>): Response =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } })

interface Reader {
  readonly roster: Roster.Service
  readonly roomSid: string
  /** The position of the latest event. Missing before the snapshot. */
  position: number | undefined
  isOver: boolean
}

/** What the ids of a room's events begin with. */
const prefixOf = ({ roomSid, roster }: Pick<Reader, "roomSid" | "roster">): string =>
  roster.epoch === undefined ? `${roomSid}.` : `${roomSid}.${roster.epoch()}.`

/** The position in the header Last-Event-ID. `undefined` if it's invalid, or of another room. */
const positionOf = (lastEventId: string | null, prefix: string): number | undefined => {
  const digits = lastEventId?.startsWith(prefix) === true ? lastEventId.slice(prefix.length) : ""
  return /^\d{1,15}$/u.test(digits) ? Number(digits) : undefined
}

const eventOf = (reader: Reader, name: EventName, position: number, data: object): string =>
  `event: ${name}\nid: ${prefixOf(reader)}${position}\ndata: ${JSON.stringify(data)}\n\n`

/** Waits for the reader's next events. */
const read = (reader: Reader) =>
  Effect.gen(function* () {
    const update = yield* reader.roster.next(reader.roomSid, reader.position)
    if (update._tag === "Snapshot") {
      const { stored } = update
      reader.position = stored.position
      reader.isOver = stored.state.ended !== undefined
      return eventOf(reader, "snapshot", stored.position, snapshotOf(stored, yield* Clock.currentTimeMillis))
    }
    const { changes } = update
    reader.position = changes.at(-1)?.position
    reader.isOver = changes.some(({ change }) => change._tag === "RoomEnded")
    return changes
      .map(({ change, position }) => eventOf(reader, names[change._tag], position, changeOf(change)))
      .join("")
  })

/** The next part of a reader's stream. `undefined` at its end. */
const partsOf = (reader: Reader, endsAt: number) =>
  Effect.gen(function* () {
    const remaining = endsAt - (yield* Clock.currentTimeMillis)
    if (reader.isOver || remaining <= 0) return undefined
    return yield* Effect.timeoutOrElse(read(reader), {
      duration: Math.min(silenceMillis, remaining),
      orElse: () => Effect.succeed(comment)
    })
  }).pipe(
    Effect.catchTags({
      UnknownRoom: () => Effect.undefined,
      RosterUnavailable: ({ message }) => Effect.as(Effect.logWarning(`A roster's stream ends. ${message}`), undefined)
    })
  )

/** A stream that runs an effect for each part, when the one before it was taken. */
const streamOf = (
  part: Effect.Effect<string | undefined>,
  context: Context.Context<never>
): ReadableStream<Uint8Array> => {
  const canceled = new AbortController()
  const run = Effect.runPromiseWith(context)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      // Servers send the headers with the first bytes.
      start: (controller) => controller.enqueue(encoder.encode(retry)),
      pull: async (controller) => {
        const text = await run(part, { signal: canceled.signal })
        if (text === undefined) controller.close()
        else controller.enqueue(encoder.encode(text))
      },
      // Servers cancel the body when the connection is lost. Without that, nothing is read after the next comment.
      cancel: () => canceled.abort()
    },
    { highWaterMark: 0 }
  )
}

/** The headers keep proxies from storing, compressing and buffering the stream. */
const headers = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no"
}

const open = Effect.fnUntraced(function* (request: Request, room: string) {
  const roster = yield* Roster.Roster
  const roomSid = yield* roster.resolve(room)
  const position = positionOf(request.headers.get("last-event-id"), prefixOf({ roomSid, roster }))
  if (position !== undefined) {
    const stored = yield* roster.participants(roomSid)
    // Browsers don't reconnect after this status.
    if (stored.position === position && Option.isSome(stored.endedAt)) return new Response(null, { status: 204 })
  }
  const endsAt = (yield* Clock.currentTimeMillis) + streamMillis
  const part = partsOf({ roster, roomSid, position, isOver: false }, endsAt)
  return new Response(streamOf(part, yield* Effect.context()), { headers })
})

const unavailable = ({ message }: { readonly message: string }) =>
  Effect.as(
    Effect.logWarning(`The roster of a room can't be read. ${message}`),
    respond(503, "The roster is unavailable. Try again later.", { "retry-after": "5" })
  )

/**
 * Answers a request for the events of a room, which is a SID or a unique name. For browsers' `EventSource`. Never fails.
 *
 * The first event is `snapshot`: who is there, how fresh that is, and the position. Then each change is an event:
 * `joined`, `left`, `reconnecting`, `reconnected`, `updated`, `track-published`, `track-unpublished`, `track-enabled`,
 * `track-disabled`; `room-ended` is the last one, and ends the stream. The data is JSON: see {@link Snapshot} and
 * {@link Change}. A later `snapshot` replaces everything before it.
 *
 * The id of an event is its room and position. A browser that lost the connection sends the last one in the header
 * `Last-Event-ID`, and gets what came after it: nothing is missed or repeated. If the changes since aren't kept any more,
 * it gets a new snapshot, and so does a reader who is too slow. Nothing is buffered for readers: the next changes are read
 * when the last ones were taken.
 *
 * A stream ends after 5 minutes. Then the browser reconnects, and `authorize` runs again. A stream without events gets a
 * comment every 15 seconds.
 *
 * The status is
 *
 * - 200 with the events;
 * - 204 if the room has ended and the browser has had all events, so that it doesn't reconnect;
 * - 403 if `authorize` fails or returns false. An `EventSource` sends cookies, but no `Authorization` header;
 * - 404 if the room isn't known;
 * - 405 for another method than GET;
 * - 503 if the store or Twilio is unavailable, which is logged.
 *
 * Browsers don't reconnect after an error status, so a page has to open a new `EventSource` when the old one is closed.
 *
 * In a route of `HttpRouter`, convert with `HttpServerRequest.toWeb` and `HttpServerResponse.fromWeb`.
 *
 * @example
 * ```ts
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
 * import * as Effect from "effect/Effect"
 *
 * const request = new Request("https://example.com/rooms/DailyStandup/events")
 *
 * const response = await RosterEvents.handle(request, "DailyStandup", { authorize: Effect.succeed(true) }).pipe(
 *   Effect.provide(Roster.layerCallbacks()),
 *   Effect.runPromise
 * )
 * response.status // => 404
 * ```
 * @category handlers
 * @since 0.1.0
 */
export const handle = <E, R>(
  request: Request,
  room: string,
  { authorize }: Options<E, R>
): Effect.Effect<Response, never, Roster.Roster | R> =>
  Effect.gen(function* () {
    if (request.method !== "GET") return respond(405, "Only GET is allowed.", { allow: "GET" })
    const isAuthorized = yield* Effect.orElseSucceed(authorize, () => false)
    return isAuthorized ? yield* open(request, room) : respond(403, "You may not see who is in this room.")
  }).pipe(
    Effect.catchTags({
      UnknownRoom: ({ message }) => Effect.succeed(respond(404, message)),
      RosterUnavailable: unavailable,
      TwilioError: unavailable
    })
  )
