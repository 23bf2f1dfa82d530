/**
 * Runs the backend as a Cloudflare Worker.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import { env } from "cloudflare:workers"
import * as Layer from "effect/Layer"
import * as Backend from "../../backend/Backend.ts"

const roster = Roster.layerOnDemand().pipe(Layer.provide(RosterMemory.layer))

// At module scope: a backend that is created in a request would belong to it, and other requests could hang on it.
const backend = Backend.make(env, roster)

export default {
  fetch: (request: Request): Promise<Response> => backend.handle(request),
  scheduled: async (): Promise<void> => void (await backend.reconcile())
}
