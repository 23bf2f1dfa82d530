/**
 * The backend of a video app, the same on every host: access tokens, the roster of a room, removals, and Twilio's status
 * callbacks. Holds the routes and their layers; `examples/worker` and `examples/deno-server` are hosts.
 *
 * - `POST /token` `{"room": "…"}`: an access token for who asks, for a room that they may enter.
 * - `GET /rooms/{room}/participants`: who is there, for the room's moderators.
 * - `DELETE /rooms/{room}/participants/{sid}`: removes somebody, for the room's moderators.
 * - `GET /rooms/{room}/log`: what happened in the room, for its moderators.
 * - `POST /twilio/callbacks`: what Twilio tells.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Failure from "./Failure.ts"
import * as Moderation from "./Moderation.ts"
import * as RoomLog from "./RoomLog.ts"
import * as Sessions from "./Sessions.ts"

/** What the environment says: the last two may be missing. */
export const variables = [
  "TWILIO_ACCOUNT_SID",
  "TWILIO_API_KEY_SID",
  "TWILIO_API_KEY_SECRET",
  "TWILIO_AUTH_TOKEN",
  "SESSION_SECRET",
  "PUBLIC_URL",
  "TWILIO_VIDEO_BASE_URL"
] as const

export type Environment = Readonly<Partial<Record<(typeof variables)[number], string | undefined>>>

/** The origin that Twilio knows this backend by, where requests do not show it: behind a proxy that ends TLS. */
class PublicUrl extends Context.Service<PublicUrl, { readonly url: string | undefined }>()(
  "examples/backend/PublicUrl"
) {
  static readonly layer = Layer.effect(
    PublicUrl,
    Effect.map(Config.option(Config.NonEmptyString("PUBLIC_URL")), (url) => ({ url: Option.getOrUndefined(url) }))
  )
}

type Services =
  | ApiKey.ApiKey
  | AuthToken.AuthToken
  | Participants.Participants
  | Sessions.Sessions
  | Moderation.Moderation
  | RoomLog.RoomLog
  | PublicUrl

const json = (body: unknown): Response => Response.json(body, { headers: { "cache-control": "no-store" } })

interface Call {
  readonly request: Request
  readonly user: Sessions.User
  /** What stands in the path's places. */
  readonly params: ReadonlyArray<string>
}

const roomOf = (body: unknown): string | undefined => {
  const room = typeof body === "object" && body !== null && "room" in body ? body.room : undefined
  return typeof room === "string" && room !== "" ? room : undefined
}

// A room's name and no more.
const maxBodySize = 4096

/** Whom the token is for, the session says: what the body says of that does not count. */
const token = Effect.fnUntraced(function* ({ request, user }: Call) {
  if (!(Number(request.headers.get("content-length") ?? NaN) <= maxBodySize)) {
    return yield* new Failure.BadRequest({ message: "The body is too large, or does not say how large it is." })
  }
  const body = yield* Effect.tryPromise({
    try: (): Promise<unknown> => request.json(),
    catch: () => new Failure.BadRequest({ message: "The body is not JSON." })
  })
  const room = roomOf(body)
  if (room === undefined) {
    return yield* new Failure.BadRequest({ message: 'The body has no room: send {"room": "…"}.' })
  }
  yield* Moderation.demandEntry(user, room)
  const minted = yield* AccessToken.mint({ identity: user.id, room, ttl: "4 hours" })
  return json({ token: Redacted.value(minted.token), identity: user.id, room, expiresAt: minted.expiresAt })
})

const roster = Effect.fnUntraced(function* ({ params: [room = ""], user }: Call) {
  yield* Moderation.demandModerator(user, room)
  const participants = yield* Participants.Participants
  // Who has lost the connection for a moment is there, and asking for the connected alone may leave them out. Whoever
  // comes back in between is in both lists.
  const lists = yield* Effect.forEach(["reconnecting", "connected"], (status) =>
    Stream.runCollect(participants.stream(room, { status }))
  )
  const bySid = new Map(lists.flat().map((participant) => [participant.sid, participant]))
  return json({
    participants: Array.from(bySid.values(), ({ dateCreated, identity, sid, status }) => ({
      sid,
      identity,
      status,
      joinedAt: dateCreated
    }))
  })
})

const kick = Effect.fnUntraced(function* ({ params: [room = "", sid = ""], user }: Call) {
  yield* Moderation.demandModerator(user, room)
  // An identity would find whoever has it now, who may have come back since the moderator looked.
  if (!Sid.isParticipantSid(sid)) {
    return yield* new Failure.BadRequest({ message: "This is no participant's SID (PA and 32 hexadecimal digits)." })
  }
  const participants = yield* Participants.Participants
  const removal = yield* participants.ensureDisconnected(room, sid)
  if (removal._tag === "Disconnected") return json({ outcome: "disconnected" })
  // Of who was there Twilio has a record, as long as it has the room's.
  return Option.isNone(removal.participant) ? yield* new Failure.NeverThere() : json({ outcome: "already-gone" })
})

const log = Effect.fnUntraced(function* ({ params: [room = ""], user }: Call) {
  yield* Moderation.demandModerator(user, room)
  return json(yield* RoomLog.RoomLog.use((log) => log.read(room)))
})

const callbacks = Effect.fnUntraced(function* (request: Request) {
  const { record } = yield* RoomLog.RoomLog
  const { url } = yield* PublicUrl
  return yield* StatusCallbackHandler.handle(request, record, {
    url: `${url?.replace(/\/+$/u, "") ?? ""}/twilio/callbacks`
  })
})

interface Route {
  readonly method: string
  readonly path: RegExp
  readonly answer: (call: Call) => Effect.Effect<Response, Failure.Failure, Services>
}

const routes: ReadonlyArray<Route> = [
  { method: "POST", path: /^\/token$/u, answer: token },
  { method: "GET", path: /^\/rooms\/([^/]+)\/participants$/u, answer: roster },
  { method: "DELETE", path: /^\/rooms\/([^/]+)\/participants\/([^/]+)$/u, answer: kick },
  { method: "GET", path: /^\/rooms\/([^/]+)\/log$/u, answer: log }
]

const decode = (parts: ReadonlyArray<string>) =>
  Effect.try({
    try: () => parts.map(decodeURIComponent),
    catch: () => new Failure.BadRequest({ message: "The path is not percent-encoded UTF-8." })
  })

const answerTo = Effect.fnUntraced(function* (request: Request) {
  const { pathname } = new URL(request.url)
  if (pathname === "/twilio/callbacks") return yield* callbacks(request)
  const found = routes.flatMap((route) => {
    const match = route.path.exec(pathname)
    return match === null ? [] : [{ route, parts: match.slice(1) }]
  })[0]
  if (found === undefined) {
    return Response.json({ error: "no-such-path", message: "There is nothing here." }, { status: 404 })
  }
  const { answer, method } = found.route
  if (request.method !== method) {
    const message = `This takes ${method} requests.`
    return Response.json({ error: "no-such-method", message }, { status: 405, headers: { allow: method } })
  }
  const user = yield* Sessions.Sessions.use((sessions) => sessions.userOf(request))
  return yield* answer({ request, user, params: yield* decode(found.parts) })
})

/** Somebody waits for the answer, so Twilio gets seconds, and not the minutes of a job. */
const policy = { attempts: 3, timeout: "4 seconds", deadline: "10 seconds" } as const

const handle = (request: Request) =>
  answerTo(request).pipe(
    RequestPolicy.withPolicy(policy),
    Effect.tapError(Failure.log),
    Effect.catch((failure) => Effect.succeed(Failure.toResponse(failure)))
  )

const layer = Layer.mergeAll(
  ApiKey.layerConfig(),
  AuthToken.layerConfig(),
  TwilioVideo.layerParticipants.pipe(Layer.provide(TwilioConnection.layerFetchConfig())),
  Sessions.layerConfig,
  Moderation.layer,
  RoomLog.layerMemory(),
  PublicUrl.layer
)

export interface Backend {
  readonly handle: (request: Request) => Promise<Response>
  readonly dispose: () => Promise<void>
}

/**
 * The backend as a host runs it. Its services are made at the first request and shared by all: making them waits for
 * nothing, so that in a Worker no request waits for another's. Where the environment lacks something, every request is
 * answered with HTTP 500, and the log names what is missing.
 */
export const make = (environment: Environment): Backend => {
  const runtime = ManagedRuntime.make(
    Layer.provide(layer, ConfigProvider.layer(ConfigProvider.fromUnknown(environment)))
  )
  return {
    handle: async (request) => {
      const exit = await runtime.runPromiseExit(handle(request))
      if (exit._tag === "Success") return exit.value
      await Effect.runPromise(Effect.logError("A request was not answered.", exit.cause))
      return Response.json({ error: "failed", message: "This backend failed. Its log says why." }, { status: 500 })
    },
    dispose: runtime.dispose
  }
}
