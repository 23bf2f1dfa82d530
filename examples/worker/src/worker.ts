/**
 * Runs the backend as a Cloudflare Worker, with a Durable Object for each room.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import { env } from "cloudflare:workers"
import * as Layer from "effect/Layer"
import * as Backend from "../../backend/Backend.ts"

/** The class of the Durable Objects. */
export class RosterRoom extends RosterDurableObject.make({ binding: "ROSTER" }) {}

const roster = Roster.layerOnDemand().pipe(Layer.provide(RosterDurableObject.layer({ namespace: env.ROSTER })))

// At module scope: a backend that is created in a request would belong to it, and other requests could hang on it.
const backend = Backend.make(env, roster)

export default {
  fetch: (request: Request): Promise<Response> => backend.handle(request),
  /** Reads the rooms that are due from Twilio: a Worker has no background. */
  scheduled: async (): Promise<void> => void (await backend.reconcile())
}
