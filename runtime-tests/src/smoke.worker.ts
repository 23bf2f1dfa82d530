/**
 * The Worker that workerd runs: `/in-process`, `/loopback?baseUrl=` and `/refused?baseUrl=` run a task and answer with
 * its account; `/metered?baseUrl=` looks somebody up on a connection that all requests share; everything else is answered by a sandbox in the Worker itself. Holds no task.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Smoke from "./smoke.ts"

// At module scope, so that it keeps its rooms from one request to the next; a Worker has neither a clock nor
// randomness here.
const sandbox = Sandbox.toWebHandler()

// Kept, too: all requests share one connection, and its quota.
let connected: ManagedRuntime.ManagedRuntime<Participants.Participants, TwilioError.TwilioError> | undefined

const alice = Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice"))

export default {
  fetch: async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    if (url.pathname === "/metered") {
      connected ??= ManagedRuntime.make(Smoke.metered(url.searchParams.get("baseUrl") ?? ""))
      return Response.json(await connected.runPromise(Effect.map(alice, ({ identity }) => ({ identity }))))
    }
    const task = Smoke.tasks.get(url.pathname.slice(1))
    if (task === undefined) return sandbox.handler(request)
    return Response.json(await Effect.runPromise(task(url.searchParams.get("baseUrl") ?? "")))
  }
}
