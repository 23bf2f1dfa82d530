/**
 * What Twilio answered besides the record: the status and the request ID of each response.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as TwilioError from "./TwilioError.ts"

/**
 * Called with each response that an operation receives. A transport of your own should call it too. {@link collect} sets
 * it.
 *
 * @category references
 * @since 0.1.0
 */
export const Observer: Context.Reference<((response: TwilioError.RequestInfo) => void) | undefined> = Context.Reference<
  ((response: TwilioError.RequestInfo) => void) | undefined
>("@effect-twilio-video/core/ResponseInfo/Observer", { defaultValue: () => undefined })

/**
 * Runs an effect, and returns its result with all responses that its operations received, in their order: those of
 * retries and of every page too. Members of a response are as in errors; the path contains neither names nor identities.
 * The `requestId` is what Twilio's support asks for.
 *
 * Fails as the effect does. Its error then has the members of the last response.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as ResponseInfo from "@effect-twilio-video/core/ResponseInfo"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const [alice, responses] = await ResponseInfo.collect(Participants.fetch("DailyStandup", "Alice")).pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * alice.identity // => "Alice"
 * responses.map(({ method, path, status }) => `${method} ${path} ${status}`)
 * // => ["GET /v1/Rooms/{name}/Participants/{identity} 200"]
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const collect = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [A, ReadonlyArray<TwilioError.RequestInfo>], E, R> =>
  Effect.withFiber((fiber) => {
    const outer = fiber.getRef(Observer)
    const responses: Array<TwilioError.RequestInfo> = []
    const observe = (response: TwilioError.RequestInfo) => {
      responses.push(response)
      outer?.(response)
    }
    return Effect.map(Effect.provideService(effect, Observer, observe), (value) => [value, responses] as const)
  })
