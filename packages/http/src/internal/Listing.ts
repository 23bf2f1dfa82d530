/**
 * A list of Twilio's as two operations, `list` for one page and `stream` for all of them: the one page machinery of all
 * services. Holds no resource.
 */
import * as Page from "@effect-twilio-video/core/Page"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Wire from "../VideoWire.ts"
import * as Address from "./Address.ts"
import type * as Outcome from "./Outcome.ts"
import * as Paging from "./Paging.ts"
import * as Parameters from "./Parameters.ts"
import type * as TwilioClient from "./TwilioClient.ts"

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
  const { item, key, operation, outcome, parameters, service } = definition
  const decode = Schema.decodeUnknownEffect(
    Schema.Struct({ items: Schema.Array(item), meta: Page.PageMetaJson }).pipe(Schema.encodeKeys({ items: key }))
  )

  const addressOf = Address.of(operation)

  const request = (name: "list" | "stream", values: Address.Values, options: Options) =>
    Result.flatMap(addressOf(values), (address) =>
      Result.mapBoth(Parameters.encode(parameters, options), {
        onFailure: Address.refuse(address),
        onSuccess: ({ text, texts }) => ({
          span: `${service}.${name}`,
          address: { ...address, texts: [...address.texts, ...texts] },
          query: text,
          decode,
          outcome
        })
      })
    )

  return (client) => ({
    list: (values, options) =>
      Effect.flatMap(Effect.fromResult(request("list", values, options)), (request) =>
        Effect.map(client.send(request), ({ value }) => Page.make(value.items, value.meta))
      ),
    stream: (values, options) =>
      Paging.stream(client, {
        first: request("stream", values, { ...options, pageSize: options.pageSize ?? Wire.pageSize.maximum }),
        items: (value) => value.items,
        meta: (value) => value.meta
      })
  })
}
