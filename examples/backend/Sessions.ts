/**
 * Who asks: the app's own session, a bearer token that the app signs when somebody signs in. Holds no sign-in and no
 * rule of who may do what (see `Moderation.ts`).
 *
 * A token is `<payload>.<signature>`, both Base64url: JSON, and its HMAC-SHA-256 under `SESSION_SECRET`. An app that has
 * sessions already gives another layer of `Sessions`.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** What somebody is in a room. */
export const Role = Schema.Literals(["guest", "moderator"])

export const User = Schema.Struct({
  /** Who it is, to the app and as the identity in rooms. */
  id: Schema.NonEmptyString,
  /** The rooms that this user may enter, by unique name, and what the user is there. */
  rooms: Schema.Record(Schema.String, Role)
})

export type User = typeof User.Type

const Payload = Schema.Struct({
  ...User.fields,
  /** In seconds since 1970. */
  expires: Schema.Int
})

const PayloadJson = Schema.fromJsonString(Payload)

const problems = {
  missing: "There is no session: send one as `Authorization: Bearer …`.",
  invalid: "The session is not one of this app's.",
  expired: "The session is over: sign in again."
} as const

/** Nobody is known to ask. */
export class NoSession extends Data.TaggedError("NoSession")<{
  readonly problem: keyof typeof problems
  readonly message: string
}> {}

const noSession = (problem: NoSession["problem"]) => new NoSession({ problem, message: problems[problem] })

export class Sessions extends Context.Service<
  Sessions,
  {
    readonly userOf: (request: Request) => Effect.Effect<User, NoSession>
  }
>()("examples/backend/Sessions") {}

const hmac = { name: "HMAC", hash: "SHA-256" } as const

const bytes = (text: string) => new TextEncoder().encode(text)

const keyOf = (secret: Redacted.Redacted, usage: "sign" | "verify") =>
  Effect.promise(() => crypto.subtle.importKey("raw", bytes(Redacted.value(secret)), hmac, false, [usage]))

/** The session of somebody who has signed in: for the part of an app that signs people in, and to try this one. */
export const sign = Effect.fnUntraced(function* (secret: Redacted.Redacted, session: typeof Payload.Type) {
  const payload = Base64Url.encode(JSON.stringify(session))
  const key = yield* keyOf(secret, "sign")
  const signature = yield* Effect.promise(() => crypto.subtle.sign(hmac, key, bytes(payload)))
  return Redacted.make(`${payload}.${Base64Url.encode(new Uint8Array(signature))}`)
})

/** Sessions that were signed with this secret. */
export const layer = (secret: Redacted.Redacted): Layer.Layer<Sessions> =>
  Layer.succeed(Sessions, {
    userOf: Effect.fnUntraced(function* (request) {
      const header = request.headers.get("authorization")
      if (header === null) return yield* noSession("missing")
      const [, payload, signature] = /^Bearer ([\w-]+)\.([\w-]+)$/iu.exec(header) ?? []
      if (payload === undefined || signature === undefined) return yield* noSession("invalid")
      const given = Result.getOrUndefined(Base64Url.decode(signature))
      if (given === undefined) return yield* noSession("invalid")
      // Made for each request: a Worker must not wait for what another request began.
      const key = yield* keyOf(secret, "verify")
      // In constant time, as WebCrypto has it.
      const isOurs = yield* Effect.promise(() =>
        crypto.subtle.verify(hmac, key, Uint8Array.from(given), bytes(payload))
      )
      if (!isOurs) return yield* noSession("invalid")
      const session = Result.getSuccess(Base64Url.decodeString(payload)).pipe(
        Option.flatMap(Schema.decodeUnknownOption(PayloadJson))
      )
      if (Option.isNone(session)) return yield* noSession("invalid")
      const now = yield* Clock.currentTimeMillis
      if (session.value.expires * 1000 <= now) return yield* noSession("expired")
      return session.value
    })
  })

/** The secret of the environment, `SESSION_SECRET`. One that can be guessed would make anybody a moderator. */
export const secret: Config.Config<Redacted.Redacted> = Config.schema(
  Schema.Redacted(Schema.String.check(Schema.isMinLength(32))),
  "SESSION_SECRET"
)

/** Sessions that were signed with the secret of the environment. */
export const layerConfig: Layer.Layer<Sessions, Config.ConfigError> = Layer.unwrap(Effect.map(secret, layer))
