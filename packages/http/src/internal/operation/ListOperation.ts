/**
 * The operations on a list: `list` reads one page, `stream` all of them.
 */
import * as Page from "@effect-twilio-video/core/Page"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as VideoWire from "../../VideoWire.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"
import * as ApiResponse from "../wire/ApiResponse.ts"
import type * as Endpoints from "../wire/Endpoints.ts"
import type * as ErrorMapper from "../wire/ErrorMapper.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as Paging from "./Paging.ts"
import * as Parameters from "./Parameters.ts"

/** The parameters of every list. A service's own filters come before them. */
export const pageParameters: Parameters.Encoders<Page.ListOptions> = {
  pageSize: Parameters.pageSize,
  pageToken: Parameters.keyword
}

export interface Definition<A, E, Options> {
  /** The name of the service. */
  readonly service: string
  readonly endpoint: Endpoints.Endpoint
  readonly key: (typeof VideoWire.listKeys)[keyof typeof VideoWire.listKeys]
  /** Decodes a record of the list. */
  readonly decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
  /** Is this the SID of such a record? */
  readonly isSid: (value: unknown) => value is string
  readonly parameters: Parameters.Encoders<Options>
  readonly mapError: ErrorMapper.ErrorMapper<E>
}

export interface ListOperation<A, E, Options> {
  readonly list: (
    path: RequestPath.PathParameters,
    options: Options
  ) => Effect.Effect<Page.Page<A>, E | TwilioError.TwilioError>
  readonly stream: (path: RequestPath.PathParameters, options: Options) => Stream.Stream<A, E | TwilioError.TwilioError>
}

// Schema.Array would copy it.
const List = Schema.declare((value): value is ReadonlyArray<unknown> => Array.isArray(value), { expected: "array" })

export const make = <A, E, Options extends Page.ListOptions>(
  definition: Definition<A, E, Options>
): ((client: TwilioClient.TwilioClient) => ListOperation<A, E, Options>) => {
  const { decode: decodeItem, endpoint, isSid, key, mapError, parameters, service } = definition
  const decode = Schema.decodeUnknownResult(Schema.Struct({ [key]: List, meta: Page.PageMetaJson }))

  const toPage = (body: ApiResponse.Decoded<Result.Result.Success<ReturnType<typeof decode>>>) => {
    const items: Array<A> = []
    const undecodable: Array<Page.Undecodable> = []
    // The name of the list isn't a literal, so its type is that of any member.
    const records = body.value[key] as ReadonlyArray<unknown>
    records.forEach((record, index) => {
      const decoded = decodeItem(record)
      if (Result.isSuccess(decoded)) return items.push(decoded.success)
      const sid: unknown = Predicate.hasProperty(record, "sid") ? record.sid : undefined
      return undecodable.push({
        sid: isSid(sid) ? Option.some(sid) : Option.none(),
        error: ApiResponse.wrongShape(body, decoded.failure, `["${key}"][${index}]`)
      })
    })
    return Page.make(items, body.value.meta, undecodable)
  }

  const makePath = RequestPath.forEndpoint(endpoint)

  const makeRequest = (method: "list" | "stream", values: RequestPath.PathParameters, options: Options) =>
    Result.flatMap(makePath(values), (path) =>
      Result.mapBoth(Parameters.encode(parameters, options), {
        onFailure: RequestPath.rejectWith(path),
        onSuccess: ({ hasUserText, text }) => ({
          name: `${service}.${method}`,
          path: { ...path, hasUserText: path.hasUserText || hasUserText },
          query: text,
          decode,
          mapError
        })
      })
    )

  return (client) => ({
    list: (path, options) =>
      Effect.flatMap(Effect.fromResult(makeRequest("list", path, options)), (request) =>
        Effect.map(client.send(request), toPage)
      ),
    stream: (path, options) =>
      Paging.stream(
        client,
        makeRequest("stream", path, { ...options, pageSize: options.pageSize ?? VideoWire.pageSize.maximum }),
        toPage
      )
  })
}
