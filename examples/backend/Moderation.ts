/**
 * Decides what a user may do: enter a room, and moderate it.
 *
 * Here the session decides. An app that stores roles in a database provides another layer of `Moderation`. Its decisions
 * apply at once, not from the next session on.
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

/** The user isn't allowed to do this in the room. */
export class NotAllowed extends Data.TaggedError("NotAllowed")<{
  readonly what: keyof typeof explanations
  readonly message: string
}> {}

/** The request names a room by SID. */
export class NotAName extends Data.TaggedError("NotAName")<{ readonly message: string }> {}

export class Moderation extends Context.Service<
  Moderation,
  {
    readonly mayEnter: (user: User, room: string) => Effect.Effect<boolean>
    readonly mayModerate: (user: User, room: string) => Effect.Effect<boolean>
  }
>()("examples/backend/Moderation") {}

const roleOf = (user: User, room: string) => (Object.hasOwn(user.rooms, room) ? user.rooms[room] : undefined)

/** Roles from the user's session. Moderators may enter the rooms that they moderate. */
export const layer: Layer.Layer<Moderation> = Layer.succeed(Moderation, {
  mayEnter: (user, room) => Effect.succeed(roleOf(user, room) !== undefined),
  mayModerate: (user, room) => Effect.succeed(roleOf(user, room) === "moderator")
})

const demand = Effect.fnUntraced(function* (what: NotAllowed["what"], user: User, room: string) {
  // Roles refer to unique names, but Twilio reads a text of this form as a SID. The moderator of a room that is named
  // like another room's SID would moderate the other room.
  if (Sid.isRoomSid(room)) return yield* new NotAName({ message: "Use the room's unique name, not a SID." })
  const { mayEnter, mayModerate } = yield* Moderation
  const isAllowed = yield* what === "enter" ? mayEnter(user, room) : mayModerate(user, room)
  if (!isAllowed) return yield* new NotAllowed({ what, message: explanations[what] })
})

/** Fails unless the user may enter the room. */
export const demandEntry = (user: User, room: string) => demand("enter", user, room)

/** Fails unless the user moderates the room. */
export const demandModerator = (user: User, room: string) => demand("moderate", user, room)
