/**
 * A program as a user writes it: lists a room, removes a participant, and expects it to be gone. Prints JSON.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"

const program = Effect.gen(function* () {
  const page = yield* Participants.list("DailyStandup", { status: "connected" })
  const alice = yield* Participants.fetch("DailyStandup", "Alice")
  const removed = yield* Participants.disconnect("DailyStandup", alice.sid)
  const gone = yield* Participants.fetch("DailyStandup", "Alice").pipe(
    Effect.map((found) => `still ${found.status}`),
    Effect.catchTag("NotFound", (error) => Effect.succeed(`no ${error.resource} by ${error.lookup}`))
  )
  return { connected: page.items.map(({ identity }) => identity), before: alice.status, after: removed.status, gone }
})

console.log(JSON.stringify(await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)))
