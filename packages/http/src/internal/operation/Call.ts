/**
 * One operation that reads one record: its request from an address and a form, and its answer decoded. Holds no
 * resource.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Wire from "../../VideoWire.ts"
import * as Address from "../wire/Address.ts"
import type * as Outcome from "../wire/Outcome.ts"
import * as Parameters from "./Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

export interface Definition<A, E, Form> {
  /** For spans: service and operation. */
  readonly span: string
  readonly operation: Wire.Operation
  readonly record: Schema.ConstraintDecoder<A>
  /** The form's parameters; none for an operation without a body. */
  readonly form?: Parameters.Table<Form>
  readonly outcome: Outcome.Outcome<E>
}

/** `settle` is for a change that can find out whether it has taken effect. */
export type Call<A, E, Form> = (
  client: TwilioClient.TwilioClient,
  values: Address.Values,
  form: Form,
  settle?: TwilioClient.Settle<A, E>
) => Effect.Effect<A, E | TwilioError.TwilioError>

export const make = <A, E, Form>(definition: Definition<A, E, Form>): Call<A, E, Form> => {
  const { form: table, operation, outcome, record, span } = definition
  const decode = Schema.decodeUnknownResult(record)
  const addressOf = Address.of(operation)

  const request = (values: Address.Values, form: Form) =>
    Result.flatMap(addressOf(values), (address) =>
      table === undefined
        ? Result.succeed({ span, address, decode, outcome })
        : Result.mapBoth(Parameters.encode(table, form), {
            onFailure: Address.refuse(address),
            onSuccess: ({ hasTexts, text }) => ({
              span,
              address: { ...address, hasTexts: address.hasTexts || hasTexts },
              form: text,
              decode,
              outcome
            })
          })
    )

  return (client, values, form, settle) =>
    Effect.flatMap(Effect.fromResult(request(values, form)), (request) =>
      settle === undefined ? Effect.map(client.send(request), (reply) => reply.value) : client.settle(request, settle)
    )
}
