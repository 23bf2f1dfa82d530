/**
 * The app's own check of what a user may do: enter a room, and moderate it.
 *
 * Here the session says it. An app that keeps roles in a database gives another layer of `Moderation`, whose answers
 * then count at once, and not from the next session on.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { User } from "./Sessions.ts"

const explanations = {
  enter: "You may not enter this room.",
  moderate: "Only a moderator of this room may do this."
} as const

/** The user may not do this in this room. */
export class NotAllowed extends Data.TaggedError("NotAllowed")<{
  readonly what: keyof typeof explanations
  readonly message: string
}> {}

/** A room was given by its SID. */
export class NotAName extends Data.TaggedError("NotAName")<{ readonly message: string }> {}

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

const demand = Effect.fnUntraced(function* (what: NotAllowed["what"], user: User, room: string) {
  // Roles are given by unique name, but Twilio takes a text of this form for a SID: a room that is named like another
  // room's SID would give its moderator the other room.
  if (Sid.isRoomSid(room)) return yield* new NotAName({ message: "Give the room's unique name, not a SID." })
  const { mayEnter, mayModerate } = yield* Moderation
  const isAllowed = yield* what === "enter" ? mayEnter(user, room) : mayModerate(user, room)
  if (!isAllowed) return yield* new NotAllowed({ what, message: explanations[what] })
})

/** Fails unless the user may enter the room. */
export const demandEntry = (user: User, room: string) => demand("enter", user, room)

/** Fails unless the user moderates the room. */
export const demandModerator = (user: User, room: string) => demand("moderate", user, room)
