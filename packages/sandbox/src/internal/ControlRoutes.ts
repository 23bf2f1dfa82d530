/**
 * The sandbox's controls over HTTP, under `/sandbox`: JSON in and out, with the same records as Twilio's API shows.
 * Holds nothing of Twilio's API.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import * as SandboxError from "../SandboxError.ts"
import * as Controls from "./Controls.ts"
import * as RequestUrl from "./RequestUrl.ts"
import type { ParticipantRecord, RoomEngine, RoomRecord } from "./RoomEngine.ts"
import * as WireBody from "./WireBody.ts"

const statusOf: Readonly<Record<typeof SandboxError.Problem.Type, number>> = {
  "no-such-room": 404,
  "no-such-participant": 404,
  "room-exists": 409,
  "room-completed": 409,
  "not-connected": 409,
  "not-reconnecting": 409,
  "invalid-identity": 400,
  "invalid-name": 400,
  "invalid-request": 400
}

const refuse = (error: SandboxError.SandboxError) =>
  HttpServerResponse.jsonUnsafe({ problem: error.problem, message: error.message }, { status: statusOf[error.problem] })

const controls = [
  "GET /sandbox/state",
  "POST /sandbox/reset",
  'POST /sandbox/rooms {"unique_name": "…"}',
  "POST /sandbox/rooms/{room}/complete",
  'POST /sandbox/rooms/{room}/participants {"identity": "…"}',
  "POST /sandbox/rooms/{room}/participants/{participant}/leave",
  "POST /sandbox/rooms/{room}/participants/{participant}/lose-connection",
  "POST /sandbox/rooms/{room}/participants/{participant}/regain-connection"
]

/** The answer to a path under `/sandbox` that is no control, or a method that a control has not. */
export const unknown = HttpServerResponse.jsonUnsafe(
  { problem: "no-such-control", message: "The sandbox has no such control. It has the ones listed.", controls },
  { status: 404 }
)

const OpenRoom = Schema.fromJsonString(Schema.Struct({ unique_name: Schema.optionalKey(Schema.NullOr(Schema.String)) }))

const Join = Schema.fromJsonString(Schema.Struct({ identity: Schema.String }))

const decodeOpenRoom = Schema.decodeUnknownEffect(OpenRoom)

const decodeJoin = Schema.decodeUnknownEffect(Join)

export const make = (engine: RoomEngine, publicOrigin: string | undefined) => {
  type Params = Readonly<Record<string, string | undefined>>

  const step =
    <A>(
      status: number,
      show: (origin: string, accountSid: string, record: A) => unknown,
      happen: (params: Params, now: number, body: string) => Effect.Effect<A, SandboxError.SandboxError>
    ) =>
    (request: HttpServerRequest.HttpServerRequest) =>
      Effect.gen(function* () {
        const params = yield* HttpRouter.params
        const now = yield* Clock.currentTimeMillis
        const body = yield* Effect.mapError(request.text, () => SandboxError.make("invalid-request"))
        const record = yield* happen(params, now, body)
        const { origin } = RequestUrl.of(request, publicOrigin)
        return HttpServerResponse.jsonUnsafe(show(origin, engine.accountSid, record), { status })
      }).pipe(Effect.catch((error) => Effect.succeed(refuse(error))))

  const ofParticipant = (happen: Controls.Step) =>
    step<ParticipantRecord>(200, WireBody.participant, (params, now) =>
      Effect.fromResult(happen(engine, params.room ?? "", params.participant ?? "", now))
    )

  const state = (request: HttpServerRequest.HttpServerRequest) => {
    const { origin } = RequestUrl.of(request, publicOrigin)
    return HttpServerResponse.jsonUnsafe({
      rooms: Array.from(engine.rooms.values(), (room) => WireBody.room(origin, engine.accountSid, room))
    })
  }

  const invalid = Effect.mapError(() => SandboxError.make("invalid-request"))

  return [
    HttpRouter.route("GET", "/sandbox", HttpServerResponse.jsonUnsafe({ controls })),
    HttpRouter.route("GET", "/sandbox/state", (request) => Effect.succeed(state(request))),
    HttpRouter.route("POST", "/sandbox/reset", (request) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        engine.reset(now)
        return state(request)
      })
    ),
    HttpRouter.route(
      "POST",
      "/sandbox/rooms",
      step<RoomRecord>(201, WireBody.room, (_, now, body) =>
        Effect.flatMap(invalid(decodeOpenRoom(body === "" ? "{}" : body)), (fields) =>
          Effect.fromResult(engine.openRoom(fields.unique_name ?? undefined, now))
        )
      )
    ),
    HttpRouter.route(
      "POST",
      "/sandbox/rooms/:room/complete",
      step<RoomRecord>(200, WireBody.room, (params, now) =>
        Effect.fromResult(Controls.completeRoom(engine, params.room ?? "", now))
      )
    ),
    HttpRouter.route(
      "POST",
      "/sandbox/rooms/:room/participants",
      step<ParticipantRecord>(201, WireBody.participant, (params, now, body) =>
        Effect.flatMap(invalid(decodeJoin(body)), (fields) =>
          Effect.fromResult(Controls.join(engine, params.room ?? "", fields.identity, now))
        )
      )
    ),
    HttpRouter.route("POST", "/sandbox/rooms/:room/participants/:participant/leave", ofParticipant(Controls.leave)),
    HttpRouter.route(
      "POST",
      "/sandbox/rooms/:room/participants/:participant/lose-connection",
      ofParticipant(Controls.loseConnection)
    ),
    HttpRouter.route(
      "POST",
      "/sandbox/rooms/:room/participants/:participant/regain-connection",
      ofParticipant(Controls.regainConnection)
    )
  ] as const
}
