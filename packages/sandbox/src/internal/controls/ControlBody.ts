/**
 * Decodes the bodies and queries of requests to the controls.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"
import * as SandboxError from "../../SandboxError.ts"
import * as SandboxService from "../../SandboxService.ts"
import * as SandboxState from "../../SandboxState.ts"
import * as Scenario from "../../Scenario.ts"
import * as AccessTokens from "./AccessTokens.ts"

/** Decodes JSON. An unknown member is an error, since it may be a typo. */
export const decoder = <A>(
  schema: Schema.ConstraintDecoder<A>,
  problem: typeof SandboxError.Problem.Type = "invalid-request"
): ((body: string) => Result.Result<A, SandboxError.SandboxError>) => {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty: "error" })
  return (body) =>
    Result.flatMap(
      Result.try({ try: (): unknown => JSON.parse(body), catch: () => SandboxError.make("invalid-request") }),
      (json) => Result.mapError(decode(json), (error) => SandboxError.make(problem, SandboxError.where(error)))
    )
}

/** Decodes an empty body as `{}`. */
const optional =
  <A>(decode: (body: string) => Result.Result<A, SandboxError.SandboxError>) =>
  (body: string) =>
    decode(body === "" ? "{}" : body)

export const json = decoder(Schema.Unknown)

export const scenario = decoder(Scenario.ScenarioJson, "invalid-scenario")

export const openRoom = optional(decoder(SandboxService.OpenRoomOptions))

/** Accepts every kind, since the engine has a specific error for an unknown one. */
export const publication = decoder(Schema.Struct({ ...SandboxService.Publication.fields, kind: Schema.String }))

const Timeout = Schema.Union([Schema.DurationFromString, Schema.DurationFromMillis])

export const awaitCallbacks = optional(decoder(Schema.Struct({ timeout: Schema.optionalKey(Timeout) })))

const decodeImportOptions = Schema.decodeUnknownResult(SandboxState.ImportOptions, { onExcessProperty: "error" })

export const importOptions = (
  query: URLSearchParams
): Result.Result<SandboxState.ImportOptions, SandboxError.SandboxError> =>
  Result.mapError(decodeImportOptions(Object.fromEntries(query)), (error) =>
    SandboxError.make("invalid-request", `In the query: ${SandboxError.where(error)}`)
  )

const TokenJoin = Schema.Struct({ ...SandboxService.JoinOptions.fields, token: Schema.String })

const decodeTokenJoin = decoder(TokenJoin)

const decodeJoin = decoder(
  Schema.Struct({
    ...SandboxService.JoinOptions.fields,
    identity: Schema.optionalKey(Schema.String),
    identities: Schema.optionalKey(Schema.Array(Schema.String)),
    token: Schema.optionalKey(Schema.String)
  })
)

const verifyToken = (
  credentials: SandboxCredentials.SandboxCredentials,
  { token, ...options }: typeof TokenJoin.Type
) => Effect.map(AccessTokens.read(credentials, token), (claims) => ({ claims, options }))

export const tokenJoin = (credentials: SandboxCredentials.SandboxCredentials) => (body: string) =>
  Effect.flatMap(Effect.fromResult(decodeTokenJoin(body)), (join) => verifyToken(credentials, join))

/** A join of one participant, by identity or by access token, or of many. */
type Join = { readonly options: SandboxService.JoinOptions } & (
  | { readonly claims: AccessTokens.Claims }
  | { readonly identity: string }
  | { readonly identities: ReadonlyArray<string> }
)

export const join =
  (credentials: SandboxCredentials.SandboxCredentials) =>
  (body: string): Effect.Effect<Join, SandboxError.SandboxError> =>
    Effect.gen(function* () {
      const { identities, identity, token, ...options } = yield* Effect.fromResult(decodeJoin(body))
      if (token === undefined) {
        if (identity !== undefined && identities === undefined) return { identity, options }
        if (identities !== undefined && identity === undefined) return { identities, options }
      } else if (identity === undefined && identities === undefined)
        return yield* verifyToken(credentials, { token, ...options })
      return yield* Effect.fromResult(
        SandboxError.fail("invalid-request", "Send one of identity, identities and token.")
      )
    })
