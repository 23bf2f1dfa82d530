/**
 * Twilio's Participants endpoints: what each answers, from the room engine. Holds neither the checks before routing
 * (see `FrontDoor`) nor the sandbox's own controls.
 */
import * as Wire from "@effect-twilio-video/http/ParticipantsWire"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as ListQuery from "./ListQuery.ts"
import * as RequestUrl from "./RequestUrl.ts"
import type { ParticipantRecord, RoomEngine, RoomRecord } from "./RoomEngine.ts"
import * as WireBody from "./WireBody.ts"

type Answer<A> = Result.Result<A, WireBody.ErrorBody>

const respond = (status: number) => (answer: Answer<unknown>) =>
  Result.match(answer, {
    onSuccess: (body) => HttpServerResponse.jsonUnsafe(body, { status }),
    onFailure: refuse
  })

/** A refusal in Twilio's form. */
export const refuse = (body: WireBody.ErrorBody) => HttpServerResponse.jsonUnsafe(body, { status: body.status })

/** Twilio's "not there", which names the path without the version. */
export const notFound = (path: string): WireBody.ErrorBody =>
  WireBody.error(404, 20404, `The requested resource ${path.replace(/^\/v1(?=\/)/u, "")} was not found`)

const statusInvalid = WireBody.error(400, 53209, "Participant status is invalid")

const roomCompleted = WireBody.error(400, 53118, "Room completed")

export const make = (engine: RoomEngine, publicOrigin: string | undefined) => {
  const { assumptions } = engine

  const room = (url: RequestUrl.RequestUrl, text: string | undefined): Answer<RoomRecord> => {
    const found = text === undefined ? undefined : engine.findRoom(text)
    return found === undefined ? Result.fail(notFound(url.path)) : Result.succeed(found)
  }

  const participant = (
    url: RequestUrl.RequestUrl,
    params: Readonly<Record<string, string | undefined>>
  ): Answer<ParticipantRecord> =>
    Result.flatMap(room(url, params.room), (room) => {
      const text = params.participant ?? ""
      const found = engine.findParticipant(room, text)
      return found === undefined ||
        (found.status === "reconnecting" && !Sid.isParticipantSid(text) && !assumptions.identityFindsReconnecting)
        ? Result.fail(notFound(url.path))
        : Result.succeed(found)
    })

  const updated = (found: ParticipantRecord, status: string | null, now: number): Answer<ParticipantRecord> => {
    if (found.room.ended !== undefined && assumptions.updateInCompletedRoom === "refuse") {
      return Result.fail(roomCompleted)
    }
    if (status === null) {
      return assumptions.updateWithoutStatus === "accept" ? Result.succeed(found) : Result.fail(statusInvalid)
    }
    if (status !== "disconnected") return Result.fail(statusInvalid)
    if (found.status === "disconnected") {
      return assumptions.updateOfDisconnected === "accept" ? Result.succeed(found) : Result.fail(statusInvalid)
    }
    return Result.mapError(engine.leave(found, now), () => statusInvalid)
  }

  const invalid = (message: string) => Result.fail(WireBody.error(400, assumptions.invalidParameterCode, message))

  const form = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<Answer<URLSearchParams>> => {
    const type = request.headers["content-type"]
    const isForm = type === undefined || /^application\/x-www-form-urlencoded\s*(;|$)/iu.test(type)
    if (!isForm && assumptions.otherContentType === "refuse") {
      return Effect.succeed(invalid("The body must be application/x-www-form-urlencoded"))
    }
    return Effect.match(request.text, {
      onSuccess: (text) => Result.succeed(new URLSearchParams(text)),
      onFailure: () => invalid("The body could not be read")
    })
  }

  const handler =
    (
      handle: (
        url: RequestUrl.RequestUrl,
        params: Readonly<Record<string, string | undefined>>,
        now: number,
        request: HttpServerRequest.HttpServerRequest
      ) => Effect.Effect<HttpServerResponse.HttpServerResponse> | HttpServerResponse.HttpServerResponse
    ) =>
    (request: HttpServerRequest.HttpServerRequest) =>
      Effect.flatMap(HttpRouter.params, (params) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const response = handle(RequestUrl.of(request, publicOrigin), params, now, request)
          return Effect.isEffect(response) ? response : Effect.succeed(response)
        })
      )

  return [
    HttpRouter.route(
      "GET",
      Wire.paths.list,
      handler((url, params) =>
        respond(Wire.success.list)(
          Result.flatMap(room(url, params.room), (room) =>
            ListQuery.answer(engine, room, url.origin, url.path, url.search)
          )
        )
      )
    ),
    HttpRouter.route(
      "GET",
      Wire.paths.instance,
      handler((url, params) =>
        respond(Wire.success.fetch)(
          Result.map(participant(url, params), (found) => WireBody.participant(url.origin, engine.accountSid, found))
        )
      )
    ),
    HttpRouter.route(
      "POST",
      Wire.paths.instance,
      handler((url, params, now, request) =>
        Effect.map(form(request), (form) =>
          respond(Wire.success.update)(
            Result.gen(function* () {
              const found = yield* participant(url, params)
              const fields = yield* form
              const after = yield* updated(found, fields.get(Wire.parameters.status), now)
              return WireBody.participant(url.origin, engine.accountSid, after)
            })
          )
        )
      )
    ),
    HttpRouter.route(
      "POST",
      Wire.paths.anonymize,
      handler((url, params, now) =>
        respond(Wire.success.anonymize)(
          Result.gen(function* () {
            const found = yield* participant(url, params)
            if (found.status !== "disconnected" && assumptions.anonymizeOfConnected === "refuse") {
              return yield* Result.fail(statusInvalid)
            }
            engine.anonymize(found, now)
            return WireBody.anonymized(url.origin, engine.accountSid, found)
          })
        )
      )
    )
  ] as const
}
