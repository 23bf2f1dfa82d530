/**
 * What Twilio's endpoints share: a request's parameters, time and form, the look-ups along a path, and answers in
 * Twilio's form. Holds no endpoint.
 */
import type * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import * as FormBody from "../wire/FormBody.ts"
import * as ListPage from "./ListPage.ts"
import * as QueryParameter from "./QueryParameter.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as Timeouts from "../engine/Timeouts.ts"
import * as RequestLog from "../journal/RequestLog.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type * as Representation from "./Representation.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

export type Answer<A> = Result.Result<A, ErrorBody.ErrorBody>

type Params = Readonly<Record<string, string | undefined>>

export interface Request {
  readonly url: RequestUrl.RequestUrl
  readonly params: Params
  readonly frame: Representation.Options
}

const resourceCodes = { room: 53106, participant: 53204, other: 20404 } as const

/** Twilio's "not there", which names the path. */
export const notFound = (
  assumptions: Assumptions.Assumptions,
  path: string,
  resource: keyof typeof resourceCodes = "other"
): ErrorBody.ErrorBody => {
  const shown = path.replace(/^\/v1(?=\/)/u, "")
  const code = assumptions.notFoundCode === "platform" ? resourceCodes.other : resourceCodes[resource]
  return ErrorBody.make(404, code, `The requested resource ${shown} was not found`)
}

const roomCompleted = ErrorBody.make(400, 53118, "Room completed")

export const make = (engine: RoomEngine, publicOrigin: string | undefined) => {
  const { accountSid, assumptions } = engine

  // ---- look-ups ----

  const missing = (request: Request, resource?: "room" | "participant"): Answer<never> =>
    Result.fail(notFound(assumptions, request.url.path, resource))

  const room = (request: Request): Answer<RoomRecord> => {
    const found = engine.store.findRoom(request.params.room ?? "")
    return found === undefined ? missing(request, "room") : Result.succeed(found)
  }

  const participant = (request: Request): Answer<ParticipantRecord> =>
    Result.flatMap(room(request), (room) => {
      const text = request.params.participant ?? ""
      const found = engine.store.findParticipant(room, text)
      return found === undefined ||
        (found.status === "reconnecting" && !Sid.isParticipantSid(text) && !assumptions.identityFindsReconnecting)
        ? missing(request, "participant")
        : Result.succeed(found)
    })

  /** Is a change in this participant's room allowed, as far as the room is completed? */
  const inRoom = (request: Request, { room }: ParticipantRecord, rule: Assumptions.InCompletedRoom): Answer<void> => {
    if (room.ended === undefined || rule === "accept") return Result.void
    return rule === "refuse" ? Result.fail(roomCompleted) : missing(request, "participant")
  }

  // ---- endpoints ----

  const wellFormed = ({ malformed }: FormBody.Form): Answer<void> => {
    for (const name of malformed) return QueryParameter.invalid(assumptions, name, "malformed")
    return Result.void
  }

  /** The parameters of a form or a query, as the assumption has empty values. */
  const given = (fields: URLSearchParams): URLSearchParams =>
    assumptions.emptyParameter === "absent" ? FormBody.withoutEmpty(fields) : fields

  const begin = (request: HttpServerRequest.HttpServerRequest) =>
    Effect.flatMap(HttpRouter.params, (params) =>
      Effect.map(Clock.currentTimeMillis, (now): Request => {
        Timeouts.advance(engine, now)
        const url = RequestUrl.of(request, publicOrigin)
        const { durationInProgress } = assumptions
        return {
          url: { ...url, search: given(url.search) },
          params,
          frame: { origin: url.origin, accountSid, durationInProgress }
        }
      })
    )

  const respond = (operation: Wire.Endpoint, answer: Answer<unknown>): HttpServerResponse.HttpServerResponse =>
    Result.isSuccess(answer)
      ? HttpServerResponse.jsonUnsafe(answer.success, { status: operation.success })
      : ErrorBody.toResponse(answer.failure)

  /** An endpoint that reads. */
  const get = (operation: Wire.Endpoint, answer: (request: Request) => Answer<unknown>) =>
    HttpRouter.route("GET", operation.path, (request) =>
      Effect.map(begin(request), (begun) => respond(operation, answer(begun)))
    )

  /** An endpoint that lists. */
  const list = <R extends ListPage.Positioned>(
    operation: Wire.Endpoint,
    answer: (request: Request) => Answer<ListPage.List<R>>
  ) =>
    get(operation, (request) =>
      Result.flatMap(wellFormed(request.url.query), () =>
        Result.flatMap(answer(request), (list) => ListPage.answer(assumptions, request.url, list))
      )
    )

  const tooLarge = Result.fail(ErrorBody.make(413, assumptions.invalidParameterCode, "The body is larger than 1 MiB"))

  const invalid = (message: string) => Result.fail(ErrorBody.make(400, assumptions.invalidParameterCode, message))

  const form = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<Answer<FormBody.Form>> => {
    const type = request.headers["content-type"]
    const isForm = type === undefined || /^application\/x-www-form-urlencoded\s*(;|$)/iu.test(type)
    if (!isForm) {
      return Effect.succeed(invalid("The body must be application/x-www-form-urlencoded"))
    }
    return Effect.match(RequestBody.text(request, RequestBody.maximumForm), {
      onSuccess: (text) => {
        const { fields, malformed } = FormBody.parse(text)
        return Result.succeed({ fields: given(fields), malformed })
      },
      onFailure: (problem) => (problem === "too-large" ? tooLarge : invalid("The body could not be read"))
    })
  }

  const noForm = Effect.succeed(Result.succeed(FormBody.parse("")))

  /**
   * An endpoint that changes. What is not there is told before what is wrong with the form. `readsMalformed` gets forms
   * with malformed parameters too, to refuse them with codes of its own.
   */
  const post = <A>(
    operation: Wire.Endpoint,
    endpoint: {
      readonly find: (request: Request) => Answer<A>
      readonly change: (found: A, form: FormBody.Form, request: Request) => Answer<unknown>
      readonly readsMalformed?: boolean
      readonly takesNoForm?: boolean
    }
  ) =>
    HttpRouter.route("POST", operation.path, (request) =>
      // The body first: while it comes in, time goes on.
      Effect.flatMap(endpoint.takesNoForm === true ? noForm : form(request), (form) =>
        Effect.flatMap(begin(request), (begun) => {
          const change = () =>
            Result.gen(function* () {
              const found = yield* endpoint.find(begun)
              const read = yield* form
              if (endpoint.readsMalformed !== true) yield* wellFormed(read)
              return yield* endpoint.change(found, read, begun)
            })
          return Effect.map(RequestLog.Current, (entry) =>
            respond(
              operation,
              entry === undefined ? change() : engine.recordChanges((reported) => entry.addChange(reported), change)
            )
          )
        })
      )
    )

  return { engine, assumptions, missing, room, participant, inRoom, get, list, post }
}

export type Endpoints = ReturnType<typeof make>
