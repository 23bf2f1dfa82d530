/**
 * Makes the HTTP handlers of the controls. A handler reads the body, advances the time, runs the control and responds
 * with the record or the error as JSON.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import * as Representation from "../api/Representation.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import type * as Controls from "./Controls.ts"

/** What all control routes of a sandbox share. */
export interface Context {
  readonly parts: Controls.Parts
  /** The origin in the URLs of bodies, which a server's controls can change. Default: the request's. */
  readonly access: { publicOrigin: string | undefined }
}

export type Params = Readonly<Record<string, string | undefined>>

/** Runs a control with the parameters of the path and what `prepare` read from the request. */
type Run<A, P> = (params: Params, prepared: P, now: number) => Result.Result<A, SandboxError.SandboxError>

type Show<A> = (options: Representation.Options, record: A) => unknown

type Respond<A> = (options: Representation.Options, record: A) => HttpServerResponse.HttpServerResponse

/** Responds with a record as JSON. */
export const json =
  <A>(status: number, show: Show<A>): Respond<A> =>
  (options, record) =>
    HttpServerResponse.jsonUnsafe(show(options, record), { status })

type Prepare<P> = (
  request: HttpServerRequest.HttpServerRequest,
  query: URLSearchParams
) => Effect.Effect<P, SandboxError.SandboxError>

/** Why a body could not be read. */
export const unreadable = (problem: RequestBody.Problem): SandboxError.SandboxError =>
  SandboxError.make(problem === "too-large" ? "body-too-large" : "invalid-request")

/** Reads the body as text. */
export const withText =
  <P>(prepare: (body: string) => Effect.Effect<P, SandboxError.SandboxError>): Prepare<P> =>
  (request) =>
    Effect.flatMap(Effect.mapError(RequestBody.text(request, RequestBody.maximumControl), unreadable), prepare)

// All other problems are 400: the body, or a value in it, is invalid.
const statuses: Readonly<Partial<Record<typeof SandboxError.Problem.Type, number>>> = {
  "no-such-room": 404,
  "no-such-participant": 404,
  "no-such-track": 404,
  "no-such-request": 404,
  "no-such-callback": 404,
  "callback-pending": 409,
  "room-exists": 409,
  "room-completed": 409,
  "room-full": 409,
  "track-exists": 409,
  "not-connected": 409,
  "not-reconnecting": 409,
  "body-too-large": 413,
  "callbacks-pending": 504
}

const errorResponse = ({ code, message, problem }: SandboxError.SandboxError) =>
  HttpServerResponse.jsonUnsafe(
    { problem, ...(code === undefined ? {} : { code }), message },
    { status: statuses[problem] ?? 400 }
  )

/** A control that reads its request with `prepare`, which may suspend, before it changes anything. */
export const prepared =
  <A, P>(
    { access, parts }: Context,
    control: {
      readonly respond: Respond<A>
      readonly prepare: Prepare<P>
      readonly run: Run<A, P>
    }
  ) =>
  (request: HttpServerRequest.HttpServerRequest) =>
    Effect.gen(function* () {
      const { engine, lifecycle } = parts
      const params = yield* HttpRouter.params
      const { origin, search } = RequestUrl.of(request, access.publicOrigin)
      const prepared = yield* control.prepare(request, search)
      const now = yield* Clock.currentTimeMillis
      lifecycle.advance(now)
      const record = yield* Effect.fromResult(control.run(params, prepared, now))
      return control.respond(Representation.options(engine, origin), record)
    }).pipe(Effect.catch((error) => Effect.succeed(errorResponse(error))))

/** A control that gets its body as text. */
export const make = <A>(context: Context, respond: Respond<A>, run: Run<A, string>) =>
  prepared(context, { respond, prepare: withText(Effect.succeed), run })
