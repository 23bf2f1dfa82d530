/**
 * Type tests of the roster's Durable Objects with Cloudflare's types. Compiled by `pnpm check`, never run.
 */
import type * as Cloudflare from "@cloudflare/workers-types"
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"

declare const namespace: Cloudflare.DurableObjectNamespace
declare const state: Cloudflare.DurableObjectState

export const store = RosterDurableObject.layer({ namespace })

export class RosterRoom extends RosterDurableObject.make({ binding: "ROSTER", retention: "2 hours" }) {}

export const object: RosterDurableObject.RosterObject = new RosterRoom(state, { ROSTER: namespace })

// `wrangler types` writes the namespace with its class.
declare const typed: Cloudflare.DurableObjectNamespace<RosterRoom>
export const typedStore = RosterDurableObject.layer({ namespace: typed })

// @ts-expect-error A namespace of Workers KV isn't one of Durable Objects.
RosterDurableObject.layer({ namespace: {} as Cloudflare.KVNamespace })
