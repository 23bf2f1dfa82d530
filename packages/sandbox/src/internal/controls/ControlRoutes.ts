/**
 * The sandbox's controls over HTTP, under `/sandbox`: JSON in and out, with the same records as Twilio's API shows.
 * Holds nothing of Twilio's API.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxState from "../../SandboxState.ts"
import * as Scenario from "../../Scenario.ts"
import * as AccessTokens from "./AccessTokens.ts"
import * as Controls from "./Controls.ts"
import * as Faults from "../faults/Faults.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as StateDocument from "../engine/StateDocument.ts"
import * as Representation from "../api/Representation.ts"

// The others say that the body or a value in it cannot be: 400.
const statuses: Readonly<Partial<Record<typeof SandboxError.Problem.Type, number>>> = {
  "no-such-room": 404,
  "no-such-participant": 404,
  "no-such-track": 404,
  "room-exists": 409,
  "room-completed": 409,
  "room-full": 409,
  "track-exists": 409,
  "not-connected": 409,
  "not-reconnecting": 409,
  "body-too-large": 413,
  "callbacks-pending": 504
}

const refuse = ({ code, message, problem }: SandboxError.SandboxError) =>
  HttpServerResponse.jsonUnsafe(
    { problem, ...(code === undefined ? {} : { code }), message },
    { status: statuses[problem] ?? 400 }
  )

const controls = [
  "GET /sandbox/state",
  "PUT /sandbox/state {a state}",
  "PUT /sandbox/state?times=keep {a state}",
  "POST /sandbox/reset",
  "POST /sandbox/seed {a scenario}",
  "GET /sandbox/faults",
  "PUT /sandbox/faults [rules]",
  "DELETE /sandbox/faults",
  "GET /sandbox/requests",
  "DELETE /sandbox/requests",
  "GET /sandbox/callbacks",
  "DELETE /sandbox/callbacks",
  "GET /sandbox/callbacks/counts",
  'POST /sandbox/callbacks/await or {"timeout": "5 seconds"}',
  'POST /sandbox/rooms {"uniqueName": "…"}',
  "POST /sandbox/rooms/{room}/complete",
  'POST /sandbox/rooms/{room}/participants {"identity": "…"} or {"token": "…"}',
  'POST /sandbox/participants {"token": "…"}',
  "POST /sandbox/rooms/{room}/participants/{participant}/leave",
  "POST /sandbox/rooms/{room}/participants/{participant}/lose-connection",
  "POST /sandbox/rooms/{room}/participants/{participant}/regain-connection",
  'POST /sandbox/rooms/{room}/participants/{participant}/tracks {"kind": "video", "name": "…"}',
  "POST /sandbox/rooms/{room}/participants/{participant}/tracks/{track}/enable",
  "POST /sandbox/rooms/{room}/participants/{participant}/tracks/{track}/disable",
  "POST /sandbox/rooms/{room}/participants/{participant}/tracks/{track}/unpublish"
]

/** The answer to a path under `/sandbox` that is no control, or a method that a control has not. */
export const unknown = HttpServerResponse.jsonUnsafe(
  { problem: "no-such-control", message: "The sandbox has no such control. It has the ones listed.", controls },
  { status: 404 }
)

const Join = Schema.Struct({
  identity: Schema.optionalKey(Schema.String),
  token: Schema.optionalKey(Schema.String),
  automaticSubscription: Schema.optionalKey(Schema.Boolean)
})

const TokenJoin = Schema.Struct({
  token: Schema.String,
  automaticSubscription: Schema.optionalKey(Schema.Boolean)
})

const Publish = Schema.Struct({
  kind: Schema.String,
  name: Schema.optionalKey(Schema.String),
  enabled: Schema.optionalKey(Schema.Boolean)
})

const AwaitCallbacks = Schema.Struct({
  timeout: Schema.optionalKey(Schema.Union([Schema.DurationFromString, Schema.DurationFromMillis]))
})

type Params = Readonly<Record<string, string | undefined>>

type Happen<A, P = string> = (params: Params, prepared: P, now: number) => Result.Result<A, SandboxError.SandboxError>

/** What takes time comes before anything happens. */
type Prepare<P> = (body: string, query: URLSearchParams) => Effect.Effect<P, SandboxError.SandboxError>

/** The JSON of a body, if it is what a control takes. An unknown member is refused: it may be another one misspelt. */
const reader = <A>(
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

const readOpenRoom = reader(Scenario.OpenRoomJson)

const readJoin = reader(Join)

const readTokenJoin = reader(TokenJoin)

const eitherOr = Result.fail(SandboxError.make("invalid-request", "It has either an identity or a token."))

const readPublish = reader(Publish)

const readAwaitCallbacks = reader(AwaitCallbacks)

const readScenario = reader(Scenario.ScenarioJson, "invalid-scenario")

const readJson = reader(Schema.Unknown)

const ImportOptions = Schema.Struct({ times: Schema.optionalKey(Schema.Literals(["move", "keep"])) })

const decodeImportOptions = Schema.decodeUnknownResult(ImportOptions, { onExcessProperty: "error" })

const readImportOptions = (
  query: URLSearchParams
): Result.Result<SandboxState.ImportOptions, SandboxError.SandboxError> =>
  Result.mapError(decodeImportOptions(Object.fromEntries(query)), (error) =>
    SandboxError.make("invalid-request", `In the query: ${SandboxError.where(error)}`)
  )

const room = "/sandbox/rooms/:room"

const participant = `${room}/participants/:participant` as const

const track = `${participant}/tracks/:track` as const

export const make = (parts: Controls.Parts, publicOrigin: string | undefined) => {
  const { callbacks, credentials, engine, faults, lifecycle, log } = parts

  const preparedControl =
    <A, P>(
      status: number,
      show: (frame: Representation.Options, record: A) => unknown,
      prepare: Prepare<P>,
      happen: Happen<A, P>,
      maximum = RequestBody.maximumControl
    ) =>
    (request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        const params = yield* HttpRouter.params
        const body = yield* Effect.mapError(RequestBody.text(request, maximum), (problem) =>
          SandboxError.make(problem === "too-large" ? "body-too-large" : "invalid-request")
        )
        const { origin, search } = RequestUrl.of(request, publicOrigin)
        const prepared = yield* prepare(body, search)
        const now = yield* Clock.currentTimeMillis
        lifecycle.advance(now)
        const record = yield* Effect.fromResult(happen(params, prepared, now))
        const { accountSid, assumptions } = engine
        const frame = { origin, accountSid, durationInProgress: assumptions.durationInProgress }
        return HttpServerResponse.jsonUnsafe(show(frame, record), { status })
      }).pipe(Effect.catch((error) => Effect.succeed(refuse(error))))

  const control = <A>(status: number, show: (frame: Representation.Options, record: A) => unknown, happen: Happen<A>) =>
    preparedControl(status, show, Effect.succeed, happen)

  const state = (happen: Happen<void>) => control(200, () => StateDocument.write(engine.store), happen)

  const faultCounts = (happen: Happen<void>) => control(200, () => faults.read(), happen)

  const requests = (happen: Happen<void>) => control(200, () => log.read(), happen)

  const deliveries = (happen: Happen<void>) => control(200, () => callbacks.read(), happen)

  const post = (path: `/${string}`, handler: ReturnType<typeof control>) => HttpRouter.route("POST", path, handler)

  const step = (happen: Controls.Step) =>
    control(200, Representation.participant, (params) => happen(engine, params.room ?? "", params.participant ?? ""))

  const trackStep = (happen: Controls.TrackStep) =>
    control(200, Representation.publishedTrack, (params) =>
      happen(engine, params.room ?? "", params.participant ?? "", params.track ?? "")
    )

  const withToken = ({ token, ...options }: typeof TokenJoin.Type) =>
    Effect.map(AccessTokens.read(credentials, token), (claims) => ({ claims, options }))

  const joiningByToken = (body: string) => Effect.flatMap(Effect.fromResult(readTokenJoin(body)), withToken)

  const joining = (body: string) =>
    Effect.gen(function* () {
      const { identity, token, ...options } = yield* Effect.fromResult(readJoin(body))
      if (identity !== undefined && token === undefined) return { identity, options }
      if (identity === undefined && token !== undefined) return yield* withToken({ token, ...options })
      return yield* Effect.fromResult(eitherOr)
    })

  return [
    HttpRouter.route("GET", "/sandbox", HttpServerResponse.jsonUnsafe({ controls })),
    HttpRouter.route(
      "GET",
      "/sandbox/state",
      state(() => Result.void)
    ),
    HttpRouter.route(
      "PUT",
      "/sandbox/state",
      preparedControl(
        200,
        () => StateDocument.write(engine.store),
        (body, query) => Effect.fromResult(Result.all({ state: readJson(body), options: readImportOptions(query) })),
        (_, { options, state }, now) => Controls.importState(parts, state, options, now),
        RequestBody.maximumState
      )
    ),
    post(
      "/sandbox/reset",
      state((_, __, now) => Result.succeed(Controls.reset(parts, now)))
    ),
    post(
      "/sandbox/seed",
      state((_, body, now) => Result.flatMap(readScenario(body), (scenario) => Controls.seed(parts, scenario, now)))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/faults",
      faultCounts(() => Result.void)
    ),
    HttpRouter.route(
      "PUT",
      "/sandbox/faults",
      faultCounts((_, body) => Result.map(Result.flatMap(readJson(body), Faults.read), (rules) => faults.set(rules)))
    ),
    HttpRouter.route(
      "DELETE",
      "/sandbox/faults",
      faultCounts(() => Result.succeed(faults.set([])))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/requests",
      requests(() => Result.void)
    ),
    HttpRouter.route(
      "DELETE",
      "/sandbox/requests",
      requests(() => Result.succeed(log.clear()))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/callbacks",
      deliveries(() => Result.void)
    ),
    HttpRouter.route(
      "DELETE",
      "/sandbox/callbacks",
      deliveries(() => Result.succeed(callbacks.clear()))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/callbacks/counts",
      control(
        200,
        () => callbacks.count(),
        () => Result.void
      )
    ),
    post(
      "/sandbox/callbacks/await",
      preparedControl(
        200,
        () => callbacks.read(),
        (body) =>
          Effect.gen(function* () {
            const { timeout } = yield* Effect.fromResult(readAwaitCallbacks(body === "" ? "{}" : body))
            yield* Controls.awaitCallbacks(parts, yield* Clock.currentTimeMillis, timeout)
          }),
        () => Result.void
      )
    ),
    post(
      "/sandbox/rooms",
      control(201, Representation.room, (_, body) =>
        Result.flatMap(readOpenRoom(body === "" ? "{}" : body), (options) => Controls.openRoom(engine, options))
      )
    ),
    post(
      `${room}/complete`,
      control(200, Representation.room, (params) => Controls.completeRoom(engine, params.room ?? ""))
    ),
    post(
      `${room}/participants`,
      preparedControl(201, Representation.participant, joining, (params, joining, now) => {
        const room = params.room ?? ""
        const { options } = joining
        return "claims" in joining
          ? Controls.joinWithToken(engine, joining.claims, { ...options, room }, now)
          : Controls.join(engine, room, joining.identity, options)
      })
    ),
    post(
      "/sandbox/participants",
      preparedControl(201, Representation.participant, joiningByToken, (_, { claims, options }, now) =>
        Controls.joinWithToken(engine, claims, options, now)
      )
    ),
    post(`${participant}/leave`, step(Controls.leave)),
    post(`${participant}/lose-connection`, step(Controls.loseConnection)),
    post(`${participant}/regain-connection`, step(Controls.regainConnection)),
    post(
      `${participant}/tracks`,
      control(201, Representation.publishedTrack, (params, body) =>
        Result.flatMap(readPublish(body), (publication) =>
          Controls.publishTrack(engine, params.room ?? "", params.participant ?? "", publication)
        )
      )
    ),
    post(`${track}/enable`, trackStep(Controls.enableTrack)),
    post(`${track}/disable`, trackStep(Controls.disableTrack)),
    post(`${track}/unpublish`, trackStep(Controls.unpublishTrack))
  ] as const
}
