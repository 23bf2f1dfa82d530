/**
 * A request of an operation.
 */
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as ErrorMapper from "./ErrorMapper.ts"
import type * as RequestPath from "./RequestPath.ts"

export interface ApiRequest<A, E> {
  /** Service and method, such as `Participants.fetch`: the name of the span. */
  readonly name: string
  readonly path: RequestPath.RequestPath
  /** The URL of a next page, in place of the path and query. */
  readonly url?: string
  readonly query?: string
  readonly form?: string
  readonly decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
  readonly mapError: ErrorMapper.ErrorMapper<E>
}
