/**
 * Serves events of Durable Objects' rooms in a Worker.
 */
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import { env } from "cloudflare:workers"
import * as Host from "./Host.ts"

export const RosterRoom = RosterDurableObject.make({ binding: "ROSTER", retention: "40000 days" })

const { ROSTER: namespace } = env as { readonly ROSTER: RosterDurableObject.Namespace }

const fetch = Host.make(RosterDurableObject.layer({ namespace }))

export default { fetch }
