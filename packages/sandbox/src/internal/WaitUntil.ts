/**
 * What keeps a runtime going after the answer to a request: a Worker's context. Holds no runtime.
 */
import * as Context from "effect/Context"

export interface RequestContext {
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Of the request that is being answered, where the runtime has one. */
export const WaitUntil = Context.Reference<RequestContext | undefined>("@effect-twilio-video/sandbox/WaitUntil", {
  defaultValue: () => undefined
})
