/**
 * The Worker that workerd runs: `/in-process`, `/loopback?baseUrl=` and `/refused?baseUrl=` run a task and answer with
 * its account; everything else is answered by a sandbox in the Worker itself. Holds no task.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Smoke from "./smoke.ts"

// At module scope, so that it keeps its rooms from one request to the next; a Worker has neither a clock nor
// randomness here.
const sandbox = Sandbox.toWebHandler()

export default {
  fetch: async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const task = Smoke.tasks.get(url.pathname.slice(1))
    if (task === undefined) return sandbox.handler(request)
    return Response.json(await Effect.runPromise(task(url.searchParams.get("baseUrl") ?? "")))
  }
}
