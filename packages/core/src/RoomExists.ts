/**
 * The error of a unique name that is taken. Holds only what Twilio itself answered with code 53113.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Exchange from "./Exchange.ts"

/**
 * A room in progress has this unique name already, so none was made. A program that wants the room either way fetches
 * it by that name. Carries the name in no member.
 *
 * Follows https://www.twilio.com/docs/api/errors/53113.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const findOrCreate = Effect.gen(function*() {
 *   const rooms = yield* Rooms.Rooms
 *   return yield* rooms.create({ uniqueName: "DailyStandup" }).pipe(
 *     Effect.catchTag("RoomExists", () => rooms.fetch("DailyStandup"))
 *   )
 * })
 *
 * const room = await findOrCreate.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * room.uniqueName // => "DailyStandup"
 * ```
 * @category errors
 * @since 0.1.0
 */
export class RoomExists extends Schema.TaggedError<RoomExists>()("RoomExists", {
  message: Schema.String,
  ...Exchange.fields
}) {}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (exchange: Exchange.Exchange): RoomExists =>
  new RoomExists({
    message:
      "A room in progress has this unique name already; none was made. Fetch it by the name, or take another name. " +
      `(${Exchange.format(exchange)})`,
    ...exchange
  })
