/**
 * The error of completing a room that is over already. Holds only what Twilio itself answered with code 53112 or 53118.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Exchange from "./Exchange.ts"

/**
 * The room is not in progress: it is completed already, and never opens again. By unique name such a room is not found
 * at all, which is `NotFound`.
 *
 * Follows https://www.twilio.com/docs/api/errors/53112 and https://www.twilio.com/docs/api/errors/53118.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const rooms = yield* Rooms.Rooms
 *   const { sid } = yield* rooms.complete("DailyStandup")
 *   return yield* Effect.flip(rooms.complete(sid))
 * })
 *
 * const error = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * error._tag // => "RoomNotInProgress"
 * ```
 * @category errors
 * @since 0.1.0
 */
export class RoomNotInProgress extends Schema.TaggedError<RoomNotInProgress>()("RoomNotInProgress", {
  message: Schema.String,
  ...Exchange.fields
}) {}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (exchange: Exchange.Exchange): RoomNotInProgress =>
  new RoomNotInProgress({
    message:
      "The room is not in progress, so there is nothing to complete: it is over already, and never opens again. " +
      `(${Exchange.format(exchange)})`,
    ...exchange
  })
