/**
 * Makes the routes of Twilio's endpoints, which read a record, list records or change a record.
 */
import type * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import type * as Selection from "../engine/Selection.ts"
import * as RequestLog from "../journal/RequestLog.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as FormBody from "../wire/FormBody.ts"
import * as ApiRequest from "./ApiRequest.ts"
import * as ListPage from "./ListPage.ts"
import * as QueryParameter from "./QueryParameter.ts"

export type Context = ApiRequest.Context

type Request = ApiRequest.ApiRequest

type Body<A> = Result.Result<A, ErrorBody.ErrorBody>

const respond = (operation: Wire.Endpoint, body: Body<unknown>): HttpServerResponse.HttpServerResponse =>
  Result.isSuccess(body)
    ? HttpServerResponse.jsonUnsafe(body.success, { status: operation.success })
    : ErrorBody.toResponse(body.failure)

export const get = (context: Context, operation: Wire.Endpoint, body: (request: Request) => Body<unknown>) =>
  HttpRouter.route("GET", operation.path, (request) =>
    Effect.map(ApiRequest.begin(context, request), (begun) => respond(operation, body(begun)))
  )

const refuseMalformed = (assumptions: Assumptions.Assumptions, { malformed }: FormBody.Form): Body<void> => {
  for (const name of malformed) return QueryParameter.invalid(assumptions, name, "malformed")
  return Result.void
}

export const list = <R extends Selection.Positioned>(
  context: Context,
  operation: Wire.Endpoint,
  list: (request: Request) => Body<ListPage.List<R>>
) => {
  const { assumptions } = context.engine
  return get(context, operation, (request) =>
    Result.flatMap(refuseMalformed(assumptions, request.url.query), () =>
      Result.flatMap(list(request), (list) => ListPage.make(assumptions, request.url, list))
    )
  )
}

interface Change<A> {
  /** Finds the record to change. A missing record is reported before an invalid form. */
  readonly find: (request: Request) => Body<A>
  readonly change: (found: A, form: FormBody.Form, request: Request) => Body<unknown>
  /** Passes malformed parameters to `change`, which has specific errors for them. Default: they are rejected first. */
  readonly readsMalformed?: boolean
  readonly takesNoForm?: boolean
}

const noForm = Effect.succeed(Result.succeed(FormBody.parse("")))

export const post = <A>(context: Context, operation: Wire.Endpoint, endpoint: Change<A>) => {
  const { engine } = context
  const { assumptions } = engine
  const change = (begun: Request, form: Body<FormBody.Form>) =>
    Result.gen(function* () {
      const found = yield* endpoint.find(begun)
      const read = yield* form
      if (endpoint.readsMalformed !== true) yield* refuseMalformed(assumptions, read)
      return yield* endpoint.change(found, read, begun)
    })
  const process = (request: HttpServerRequest.HttpServerRequest, entry: RequestLog.Entry | undefined) =>
    // Read the body first: time passes until it has arrived.
    Effect.flatMap(endpoint.takesNoForm === true ? noForm : ApiRequest.readForm(assumptions, request, entry), (form) =>
      Effect.map(ApiRequest.begin(context, request), (begun) =>
        respond(
          operation,
          entry === undefined ? change(begun, form) : engine.recordChanges(entry, () => change(begun, form))
        )
      )
    )
  return HttpRouter.route("POST", operation.path, (request) =>
    Effect.flatMap(RequestLog.Current, (entry) => process(request, entry))
  )
}
