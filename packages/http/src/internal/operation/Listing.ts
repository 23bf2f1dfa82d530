/**
 * A list of Twilio's as two operations, `list` for one page and `stream` for all of them: the one page machinery of all
 * services. Holds no resource.
 */
import * as Page from "@effect-twilio-video/core/Page"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Wire from "../../VideoWire.ts"
import * as Address from "../wire/Address.ts"
import * as Answer from "../wire/Answer.ts"
import type * as Outcome from "../wire/Outcome.ts"
import * as Paging from "./Paging.ts"
import * as Parameters from "./Parameters.ts"
import * as TwilioClient from "../client/TwilioClient.ts"

/** What every list takes; a service's own filters come before. */
export const pageTable: Parameters.Table<Page.ListOptions> = {
  pageSize: Parameters.pageSize,
  pageToken: Parameters.word
}

export interface Definition<A, E, Options> {
  /** For spans: the service's name. */
  readonly service: string
  readonly operation: Wire.Operation
  readonly key: (typeof Wire.listKeys)[keyof typeof Wire.listKeys]
  readonly item: Schema.ConstraintDecoder<A>
  /** Is this the SID of such a record? */
  readonly isSid: (value: unknown) => value is string
  readonly parameters: Parameters.Table<Options>
  readonly outcome: Outcome.Outcome<E>
}

export interface Listing<A, E, Options> {
  readonly list: (values: Address.Values, options: Options) => Effect.Effect<Page.Page<A>, E | TwilioError.TwilioError>
  readonly stream: (values: Address.Values, options: Options) => Stream.Stream<A, E | TwilioError.TwilioError>
}

export const make = <A, E, Options extends Page.ListOptions>(
  definition: Definition<A, E, Options>
): ((client: TwilioClient.TwilioClient) => Listing<A, E, Options>) => {
  const { isSid, item, key, operation, outcome, parameters, service } = definition
  const decode = Schema.decodeUnknownResult(
    Schema.Struct({ items: Schema.Array(Schema.Unknown), meta: Page.PageMetaJson }).pipe(
      Schema.encodeKeys({ items: key })
    )
  )
  const decodeItem = Schema.decodeUnknownResult(item)

  const page = ({ answer, question, value }: TwilioClient.Reply<Result.Result.Success<ReturnType<typeof decode>>>) => {
    const items: Array<A> = []
    const undecodable: Array<Page.Undecodable> = []
    value.items.forEach((record, index) => {
      const decoded = decodeItem(record)
      if (Result.isSuccess(decoded)) return items.push(decoded.success)
      const sid: unknown = Predicate.hasProperty(record, "sid") ? record.sid : undefined
      return undecodable.push({
        sid: isSid(sid) ? Option.some(sid) : Option.none(),
        error: Answer.wrongShape(question, answer, TwilioClient.where(decoded.failure, `["${key}"][${index}]`))
      })
    })
    return Page.make(items, value.meta, undecodable)
  }

  const addressOf = Address.of(operation)

  const request = (name: "list" | "stream", values: Address.Values, options: Options) =>
    Result.flatMap(addressOf(values), (address) =>
      Result.mapBoth(Parameters.encode(parameters, options), {
        onFailure: Address.refuse(address),
        onSuccess: ({ hasTexts, text }) => ({
          span: `${service}.${name}`,
          address: { ...address, hasTexts: address.hasTexts || hasTexts },
          query: text,
          decode,
          outcome
        })
      })
    )

  return (client) => ({
    list: (values, options) =>
      Effect.flatMap(Effect.fromResult(request("list", values, options)), (request) =>
        Effect.map(client.send(request), page)
      ),
    stream: (values, options) =>
      Paging.stream(client, {
        first: request("stream", values, { ...options, pageSize: options.pageSize ?? Wire.pageSize.maximum }),
        page
      })
  })
}
