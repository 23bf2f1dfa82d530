/**
 * Reads a request to one of Twilio's endpoints: path parameters, query and form.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as Timeouts from "../engine/Timeouts.ts"
import type * as RequestLog from "../journal/RequestLog.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as FormBody from "../wire/FormBody.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import * as Representation from "./Representation.ts"

/** What all endpoints of a sandbox share. */
export interface Context {
  readonly engine: RoomEngine
  /** The origin in the URLs of bodies, which a server's controls can change. Default: the request's. */
  readonly access: { readonly publicOrigin: string | undefined }
}

export interface ApiRequest {
  readonly url: RequestUrl.RequestUrl
  /** The parameters of the path. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly representation: Representation.Options
}

/** Removes empty parameters from a form or a query if the assumption treats them as absent. */
const given = ({ emptyParameter }: Assumptions.Assumptions, fields: URLSearchParams): URLSearchParams =>
  emptyParameter === "absent" ? FormBody.withoutEmpty(fields) : fields

/** Reads a request and advances the engine to the current time. */
export const begin = ({ access, engine }: Context, request: HttpServerRequest.HttpServerRequest) =>
  Effect.flatMap(HttpRouter.params, (params) =>
    Effect.map(Clock.currentTimeMillis, (now): ApiRequest => {
      Timeouts.advance(engine, now)
      const url = RequestUrl.of(request, access.publicOrigin)
      return {
        url: { ...url, search: given(engine.assumptions, url.search) },
        params,
        representation: Representation.options(engine, url.origin)
      }
    })
  )

const isForm = (contentType: string | undefined): boolean =>
  contentType === undefined || /^application\/x-www-form-urlencoded\s*(;|$)/iu.test(contentType)

/** Reads the form in the body of a POST, and adds it to the log. */
export const readForm = (
  assumptions: Assumptions.Assumptions,
  request: HttpServerRequest.HttpServerRequest,
  entry: RequestLog.Entry | undefined
): Effect.Effect<Result.Result<FormBody.Form, ErrorBody.ErrorBody>> => {
  const refuse = (status: number, message: string) =>
    Result.fail(ErrorBody.make(status, assumptions.invalidParameterCode, message))
  if (!isForm(request.headers["content-type"])) {
    return Effect.succeed(refuse(400, "The body must be application/x-www-form-urlencoded"))
  }
  return Effect.match(RequestBody.text(request, RequestBody.maximumForm), {
    onSuccess: (text) => {
      entry?.addForm(text)
      const { fields, malformed } = FormBody.parse(text)
      return Result.succeed({ fields: given(assumptions, fields), malformed })
    },
    onFailure: (problem) =>
      problem === "too-large" ? refuse(413, "The body is larger than 1 MiB") : refuse(400, "The body could not be read")
  })
}
