/**
 * The example Worker, which also runs its `scheduled` handler for a request to `/scheduled`: workerd has no clock for cron
 * triggers.
 */
import worker from "../../../examples/worker/src/worker.ts"
export { RosterRoom } from "../../../examples/worker/src/worker.ts"

export default {
  fetch: async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname !== "/scheduled") return worker.fetch(request)
    await worker.scheduled()
    return new Response("done")
  }
}
