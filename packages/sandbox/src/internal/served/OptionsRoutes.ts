/**
 * The controls of a served sandbox's options.
 */
import * as HttpRouter from "effect/http/HttpRouter"
import * as Result from "effect/Result"
import * as ControlBody from "../controls/ControlBody.ts"
import * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import * as OptionsSchema from "./OptionsSchema.ts"

const read = ({ access, parts }: ControlEndpoint.Context): OptionsSchema.Options => {
  const { bearerToken, ...credentials } = parts.engine.credentials
  return {
    assumptions: parts.engine.assumptions,
    credentials: bearerToken === undefined ? credentials : { ...credentials, bearerToken },
    quota: parts.quota.quota ?? null,
    seed: parts.random.seed,
    requestLog: parts.log.entries.capacity,
    requestLogBytes: parts.log.entries.maximumSize,
    callbackLog: parts.callbacks.log.capacity,
    callbackLogBytes: parts.callbacks.log.maximumSize,
    publicOrigin: access.publicOrigin ?? null
  }
}

/** Changes the options that are given. */
export const change = ({ access, parts }: ControlEndpoint.Context, change: OptionsSchema.OptionsChange): void => {
  Object.assign(parts.engine.assumptions, change.assumptions)
  Object.assign(parts.engine.credentials, change.credentials)
  if (change.quota !== undefined) parts.quota.quota = change.quota ?? undefined
  if (change.seed !== undefined) parts.random.seed = change.seed
  const { entries } = parts.log
  entries.resize(change.requestLog ?? entries.capacity, change.requestLogBytes)
  const { log } = parts.callbacks
  log.resize(change.callbackLog ?? log.capacity, change.callbackLogBytes)
  if (change.publicOrigin !== undefined) access.publicOrigin = change.publicOrigin ?? undefined
}

const decode = ControlBody.decoder(OptionsSchema.OptionsChange)

export const make = (context: ControlEndpoint.Context) => {
  const respond = ControlEndpoint.json(200, () => read(context))
  return [
    HttpRouter.route(
      "GET",
      "/sandbox/options",
      ControlEndpoint.make(context, respond, () => Result.void)
    ),
    HttpRouter.route(
      "PATCH",
      "/sandbox/options",
      ControlEndpoint.make(context, respond, (_, body) =>
        Result.map(decode(body), (options) => change(context, options))
      )
    )
  ] as const
}
