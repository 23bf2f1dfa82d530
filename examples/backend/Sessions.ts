/**
 * The sessions of the app. A session is a bearer token that the app signs when a user signs in. `Moderation.ts` decides
 * what the user may do.
 *
 * A token is `<payload>.<signature>`, both in Base64url: JSON, and its HMAC-SHA-256 with `SESSION_SECRET`. An app with its
 * own sessions provides another layer of `Sessions`.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** The role of a user in a room. */
export const Role = Schema.Literals(["guest", "moderator"])

export const User = Schema.Struct({
  /** The user's ID in the app, which is also the identity in rooms. */
  id: Schema.NonEmptyString,
  /** The user's role in each room, by unique name. */
  rooms: Schema.Record(Schema.String, Role)
})

export type User = typeof User.Type

export const Session = Schema.Struct({
  ...User.fields,
  /** In seconds since 1970. */
  expires: Schema.Int
})

export type Session = typeof Session.Type

const SessionJson = Schema.fromJsonString(Session)

const problems = {
  missing: "The session is missing. Send `Authorization: Bearer …`.",
  invalid: "The session is invalid.",
  expired: "The session has expired. Sign in again."
} as const

/** The request has no valid session. */
export class NoSession extends Data.TaggedError("NoSession")<{
  readonly problem: keyof typeof problems
  readonly message: string
}> {}

const noSession = (problem: NoSession["problem"]) => new NoSession({ problem, message: problems[problem] })

export class Sessions extends Context.Service<
  Sessions,
  {
    readonly find: (request: HttpServerRequest.HttpServerRequest) => Effect.Effect<Session, NoSession>
  }
>()("examples/backend/Sessions") {}

/** The session of the current request. */
export const current = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
  Sessions.use((sessions) => sessions.find(request))
)

/** The lifetime of something that is issued in a session: at most that of the session, in whole seconds. */
export const lifetime = Effect.fnUntraced(function* (session: Session, maximum: Duration.Duration) {
  const now = yield* Clock.currentTimeMillis
  const left = Math.floor(session.expires - now / 1000)
  return left < 1 ? yield* noSession("expired") : Duration.min(Duration.seconds(left), maximum)
})

const hmac = { name: "HMAC", hash: "SHA-256" } as const

const bytes = (text: string) => new TextEncoder().encode(text)

const keyOf = (secret: Redacted.Redacted, usage: "sign" | "verify") =>
  Effect.promise(() => crypto.subtle.importKey("raw", bytes(Redacted.value(secret)), hmac, false, [usage]))

/** Signs a session. An app calls this when a user signs in. */
export const sign = Effect.fnUntraced(function* (secret: Redacted.Redacted, session: Session) {
  const payload = Base64Url.encode(JSON.stringify(session))
  const key = yield* keyOf(secret, "sign")
  const signature = yield* Effect.promise(() => crypto.subtle.sign(hmac, key, bytes(payload)))
  return Redacted.make(`${payload}.${Base64Url.encode(new Uint8Array(signature))}`)
})

/** Verifies sessions with this secret. */
export const layer = (secret: Redacted.Redacted): Layer.Layer<Sessions> =>
  Layer.succeed(Sessions, {
    find: Effect.fnUntraced(function* ({ headers: { authorization } }) {
      if (authorization === undefined) return yield* noSession("missing")
      const [, payload, signature] = /^Bearer ([\w-]+)\.([\w-]+)$/iu.exec(authorization) ?? []
      if (payload === undefined || signature === undefined) return yield* noSession("invalid")
      const given = Result.getOrUndefined(Base64Url.decode(signature))
      if (given === undefined) return yield* noSession("invalid")
      // Imports the key for each request: in a Worker, a request can't wait for a promise of another request.
      const key = yield* keyOf(secret, "verify")
      // WebCrypto compares in constant time.
      const isValid = yield* Effect.promise(() =>
        crypto.subtle.verify(hmac, key, Uint8Array.from(given), bytes(payload))
      )
      if (!isValid) return yield* noSession("invalid")
      const session = Result.getSuccess(Base64Url.decodeString(payload)).pipe(
        Option.flatMap(Schema.decodeUnknownOption(SessionJson))
      )
      if (Option.isNone(session)) return yield* noSession("invalid")
      const now = yield* Clock.currentTimeMillis
      if (session.value.expires * 1000 <= now) return yield* noSession("expired")
      return session.value
    })
  })

/** `SESSION_SECRET`, at least 32 characters. A secret that can be guessed would make anybody a moderator. */
export const secret: Config.Config<Redacted.Redacted> = Config.schema(
  Schema.Redacted(Schema.String.check(Schema.isMinLength(32))),
  "SESSION_SECRET"
)

/** Verifies sessions with `SESSION_SECRET`. */
export const layerConfig: Layer.Layer<Sessions, Config.ConfigError> = Layer.unwrap(Effect.map(secret, layer))
