/**
 * `node examples/backend/session.ts` prints a session, as the app issues it after a user signs in, to try the backend. It
 * needs the backend's `SESSION_SECRET` in the environment.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Sessions from "./Sessions.ts"

const rooms = (name: string, what: string) =>
  Flag.String(name).pipe(Flag.withDescription(`A room that the user ${what}. Can be repeated`), Flag.atLeast(0))

const fail = Effect.andThen(
  Console.error("Set SESSION_SECRET to the backend's value, at least 32 characters."),
  Effect.sync(() => {
    process.exitCode = 1
  })
)

const command = Command.make(
  "session",
  {
    user: Flag.String("user").pipe(Flag.withDescription("The user's ID, which is also the identity in rooms")),
    guest: rooms("guest", "may enter"),
    moderator: rooms("moderator", "moderates"),
    hours: Flag.Int("hours").pipe(
      Flag.withDescription("The lifetime of the session in hours"),
      Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
      Flag.withDefault(8)
    )
  },
  Effect.fnUntraced(
    function* ({ guest, hours, moderator, user }) {
      const secret = yield* Sessions.secret
      const now = yield* Clock.currentTimeMillis
      const session = yield* Sessions.sign(secret, {
        id: user,
        rooms: Object.fromEntries([
          ...guest.map((room) => [room, "guest"] as const),
          ...moderator.map((room) => [room, "moderator"] as const)
        ]),
        expires: Math.floor(now / 1000) + hours * 3600
      })
      yield* Console.log(Redacted.value(session))
    },
    Effect.catchTag("ConfigError", () => fail)
  )
).pipe(Command.withDescription("Print a session to try the backend with"))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
