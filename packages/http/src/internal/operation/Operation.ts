/**
 * An operation on one record: makes its request from path parameters and a form, and decodes the response.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as TwilioClient from "../client/TwilioClient.ts"
import type * as Endpoints from "../wire/Endpoints.ts"
import type * as ErrorMapper from "../wire/ErrorMapper.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as Parameters from "./Parameters.ts"

export interface Definition<A, E, Form> {
  /** Service and method, such as `Participants.fetch`. */
  readonly name: string
  readonly endpoint: Endpoints.Endpoint
  readonly decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
  /** The parameters of the form, if the operation has one. */
  readonly form?: Parameters.Encoders<Form>
  readonly mapError: ErrorMapper.ErrorMapper<E>
}

/** `confirm` is for a change that can find out whether it has taken effect. */
export type Operation<A, E, Form> = (
  client: TwilioClient.TwilioClient,
  path: RequestPath.PathParameters,
  form: Form,
  confirm?: TwilioClient.Confirm<A, E>
) => Effect.Effect<A, E | TwilioError.TwilioError>

export const make = <A, E, Form>(definition: Definition<A, E, Form>): Operation<A, E, Form> => {
  const { decode, endpoint, form: encoders, mapError, name } = definition
  const makePath = RequestPath.forEndpoint(endpoint)

  const makeRequest = (parameters: RequestPath.PathParameters, form: Form) =>
    Result.flatMap(makePath(parameters), (path) =>
      encoders === undefined
        ? Result.succeed({ name, path, decode, mapError })
        : Result.mapBoth(Parameters.encode(encoders, form), {
            onFailure: RequestPath.rejectWith(path),
            onSuccess: ({ hasUserText, text }) => ({
              name,
              path: { ...path, hasUserText: path.hasUserText || hasUserText },
              form: text,
              decode,
              mapError
            })
          })
    )

  return (client, parameters, form, confirm) =>
    Effect.flatMap(Effect.fromResult(makeRequest(parameters, form)), (request) =>
      confirm === undefined
        ? Effect.map(client.send(request), ({ value }) => value)
        : client.sendAndConfirm(request, confirm)
    )
}
