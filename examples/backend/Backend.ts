/**
 * The backend of a video app, the same on every host: access tokens, the roster of a room, removals, and Twilio's status
 * callbacks, which feed the roster. `examples/worker` and `examples/deno-server` are hosts.
 *
 * - `POST /token` `{"room": "…"}`: returns an access token for the session's user and a room that the user may enter.
 * - `GET /rooms/{room}/participants`: returns who is in the room and how fresh the answer is, for the room's moderators.
 * - `GET /rooms/{room}/events`: sends who is in the room and what changes, as server-sent events, to the room's moderators.
 * - `DELETE /rooms/{room}/participants/{sid}`: removes a participant, for the room's moderators.
 * - `POST /twilio/callbacks`: receives Twilio's status callbacks.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as StatusCallbackRoute from "@effect-twilio-video/http/StatusCallbackRoute"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Roster from "@effect-twilio-video/roster/Roster"
import type * as RosterChange from "@effect-twilio-video/roster/RosterChange"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import type * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Failure from "./Failure.ts"
import * as Moderation from "./Moderation.ts"
import * as Sessions from "./Sessions.ts"

/** The variables that the backend reads. The last two are optional. */
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

const json = (body: unknown) => HttpServerResponse.jsonUnsafe(body, { headers: { "cache-control": "no-store" } })

/** In bytes: enough for any room name. */
const maxBodySize = 4096

const TokenRequest = Schema.Struct({ room: Schema.NonEmptyString })

/** Counts the bytes that arrive, whatever Content-Length says, and stops reading at the maximum. */
const readTokenRequest = HttpServerRequest.schemaBodyJson(TokenRequest).pipe(
  Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(maxBodySize)),
  Effect.mapError((error) => {
    if (error._tag === "SchemaError") return new Failure.BadRequest({ message: 'Send {"room": "…"}.' })
    return error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
      ? new Failure.TooLarge({ maximum: maxBodySize })
      : new Failure.BadRequest({ message: "The body isn't JSON." })
  })
)

/** The token is for the session's user, whatever the body says. */
const token = Effect.gen(function* () {
  const session = yield* Sessions.current
  const { room } = yield* readTokenRequest
  yield* Moderation.demandEntry(session, room)
  const ttl = yield* Sessions.lifetime(session, Duration.hours(4))
  const minted = yield* AccessToken.mint({ identity: session.id, room, ttl })
  return json({ token: Redacted.value(minted.token), identity: session.id, room, expiresAt: minted.expiresAt })
})

/** In whole seconds. */
const RosterQuery = Schema.Struct({ maxAge: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{1,6}$/u))) })

const readRosterQuery = HttpServerRequest.schemaSearchParams(RosterQuery).pipe(
  Effect.mapError(() => new Failure.BadRequest({ message: "`maxAge` isn't a whole number of seconds." }))
)

// JSON leaves out members that are `undefined`.
const trackJson = ({ name, ...track }: RosterChange.Track) => ({ ...track, name: Option.getOrUndefined(name) })

const participantJson = ({ identity, joinedAt, sid, status, tracks, tracksReadAt }: RosterChange.Participant) => ({
  sid,
  identity: Option.getOrUndefined(identity),
  status,
  joinedAt: Option.getOrUndefined(joinedAt),
  tracks: tracks.map(trackJson),
  tracksReadAt: Option.getOrUndefined(tracksReadAt)
})

const roster = Effect.gen(function* () {
  const session = yield* Sessions.current
  const { room = "" } = yield* HttpRouter.params
  yield* Moderation.demandModerator(session, room)
  const { maxAge } = yield* readRosterQuery
  const { endedAt, freshness, participants, position, roomName, roomSid } = yield* Roster.participants(room, {
    maxAge: maxAge === undefined ? undefined : Duration.seconds(Number(maxAge))
  })
  return json({
    roomSid,
    roomName,
    endedAt: Option.getOrUndefined(endedAt),
    participants: participants.map(participantJson),
    freshness: {
      verifiedAt: Option.getOrUndefined(freshness.verifiedAt),
      calledBackAt: Option.getOrUndefined(freshness.calledBackAt),
      doubts: freshness.doubts
    },
    position
  })
})

const events = Effect.gen(function* () {
  const session = yield* Sessions.current
  const { room = "" } = yield* HttpRouter.params
  yield* Moderation.demandModerator(session, room)
  const roomSid = yield* Roster.Roster.use(({ resolve }) => resolve(room))
  const request = yield* Effect.orDie(Effect.flatMap(HttpServerRequest.HttpServerRequest, HttpServerRequest.toWeb))
  const response = yield* RosterEvents.handle(request, roomSid, { authorize: Effect.succeed(true) })
  return HttpServerResponse.raw(response)
})

const remove = Effect.gen(function* () {
  const session = yield* Sessions.current
  const { room = "", sid = "" } = yield* HttpRouter.params
  yield* Moderation.demandModerator(session, room)
  // Only a SID is accepted: with an identity, the request could remove a participant who joined after the moderator looked.
  if (!Sid.isParticipantSid(sid)) {
    return yield* new Failure.BadRequest({ message: "This isn't a participant SID (PA and 32 hexadecimal digits)." })
  }
  const removal = yield* Participants.ensureDisconnected(room, sid)
  if (removal._tag === "Disconnected") return json({ result: "disconnected" })
  // Twilio keeps a participant's record as long as the room's.
  return Option.isNone(removal.participant) ? yield* new Failure.NeverThere() : json({ result: "already-gone" })
})

/** Short timeouts, because a user waits for the response. */
const policy = { attempts: 3, timeout: "4 seconds", deadline: "10 seconds" } as const

/** A route for one method. `Failure` maps its errors to responses. Other methods get 405. */
const route = <R>(
  method: "GET" | "POST" | "DELETE",
  path: HttpRouter.PathInput,
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, Failure.Failure, R>
) => {
  const response = handler.pipe(
    RequestPolicy.withPolicy(policy),
    Effect.tapError(Failure.log),
    Effect.catch((failure) => Effect.succeed(Failure.toResponse(failure)))
  )
  return HttpRouter.route("*", path, (request) =>
    request.method === method ? response : Effect.succeed(Failure.wrongMethod(method))
  )
}

const routes = HttpRouter.addAll([
  route("POST", "/token", token),
  route("GET", "/rooms/:room/participants", roster),
  route("DELETE", "/rooms/:room/participants/:sid", remove),
  route("GET", "/rooms/:room/events", events)
])

const callbacks = Layer.unwrap(
  Effect.map(Config.option(Config.URL("PUBLIC_URL")), (publicUrl) =>
    StatusCallbackRoute.layer("/twilio/callbacks", Roster.record, {
      url: Option.getOrUndefined(Option.map(publicUrl, (origin) => new URL("/twilio/callbacks", origin).href))
    })
  )
)

/** Responds to unknown paths and to defects. */
const fallback = HttpRouter.middleware(
  Effect.catchCause((cause) => {
    if (Cause.hasInterrupts(cause)) return Effect.failCause(cause)
    // The type of a global middleware doesn't include the router's error.
    const error: unknown = Option.getOrUndefined(Cause.findErrorOption(cause))
    return HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"
      ? Effect.succeed(Failure.noSuchPath)
      : Effect.as(Effect.logError("A request failed.", cause), Failure.failed)
  }),
  { global: true }
)

/** The routes, without their services. `make` provides those of the environment. */
export const app = Layer.mergeAll(routes, callbacks, fallback)

/** The host's roster: where its rooms are stored, and when it reads them from Twilio. */
export type RosterLayer = Layer.Layer<Roster.Roster, never, Exclude<Roster.Requirements, RosterStore.RosterStore>>

const withTwilio = (roster: RosterLayer) =>
  Layer.provideMerge(
    roster,
    TwilioConnection.layerFetchConfig([TwilioVideo.participants, TwilioVideo.publishedTracks, TwilioVideo.rooms])
  )

const services = Layer.mergeAll(ApiKey.layerConfig(), AuthToken.layerConfig(), Sessions.layerConfig, Moderation.layer)

// A unique name has up to 128 characters, each of one or two UTF-16 units.
const routerConfig = { caseSensitive: true, maxParamLength: 256 } as const

export interface Backend {
  readonly handle: (request: Request) => Promise<Response>
  /** Reads the rooms that are due from Twilio. Only hosts whose roster doesn't work in the background call this. */
  readonly reconcile: () => Promise<number>
  readonly dispose: () => Promise<void>
}

/**
 * Creates the backend. A host calls this once, when it starts. If a variable is missing, every request gets HTTP 500 and
 * the log names the variable.
 */
export const make = (environment: Environment, roster: RosterLayer): Backend => {
  const config = ConfigProvider.layer(ConfigProvider.fromUnknown(environment))
  const { dispose, handler } = HttpRouter.toWebHandler(
    app.pipe(Layer.provideMerge(services), Layer.provideMerge(withTwilio(roster)), Layer.provide(config)),
    { disableLogger: true, routerConfig }
  )
  return {
    handle: async (request) => {
      try {
        return await handler(request)
      } catch (error) {
        await Effect.runPromise(Effect.logError("The backend didn't start.", error))
        return HttpServerResponse.toWeb(Failure.failed)
      }
    },
    reconcile: () => Effect.runPromise(Effect.provide(Roster.reconcile, Layer.provide(withTwilio(roster), config))),
    dispose
  }
}
