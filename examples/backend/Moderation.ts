/**
 * The app's own check of who may do what: enter a room, and moderate it. Holds no session.
 *
 * Here a session says it. An app that keeps it in a database gives another layer of `Moderation`, whose answers then
 * count at once, and not when the next session begins.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { User } from "./Sessions.ts"

const explanations = {
  enter: "You may not enter this room.",
  moderate: "Only a moderator of this room may do this."
} as const

/** Somebody asked for what they may not do. */
export class NotAllowed extends Data.TaggedError("NotAllowed")<{
  readonly what: keyof typeof explanations
  readonly message: string
}> {}

export class Moderation extends Context.Service<
  Moderation,
  {
    readonly mayEnter: (user: User, room: string) => Effect.Effect<boolean>
    readonly mayModerate: (user: User, room: string) => Effect.Effect<boolean>
  }
>()("examples/backend/Moderation") {}

const roleOf = (user: User, room: string) => (Object.hasOwn(user.rooms, room) ? user.rooms[room] : undefined)

/** As the user's session says. Moderators may enter what they moderate. */
export const layer: Layer.Layer<Moderation> = Layer.succeed(Moderation, {
  mayEnter: (user, room) => Effect.succeed(roleOf(user, room) !== undefined),
  mayModerate: (user, room) => Effect.succeed(roleOf(user, room) === "moderator")
})

const demand = (what: NotAllowed["what"], allowed: Effect.Effect<boolean, never, Moderation>) =>
  Effect.filterOrFail(
    allowed,
    (allowed) => allowed,
    () => new NotAllowed({ what, message: explanations[what] })
  )

/** Goes on only for who may enter the room. */
export const demandEntry = (user: User, room: string) =>
  demand(
    "enter",
    Effect.flatMap(Moderation, (moderation) => moderation.mayEnter(user, room))
  )

/** Goes on only for a moderator of the room. */
export const demandModerator = (user: User, room: string) =>
  demand(
    "moderate",
    Effect.flatMap(Moderation, (moderation) => moderation.mayModerate(user, room))
  )
