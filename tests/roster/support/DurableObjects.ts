/**
 * A roster's Durable Objects on workerd, for this process.
 */
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fileURLToPath } from "node:url"
import * as Bundle from "../../runtimes/runners/Bundle.ts"
import * as WorkerdServer from "../../runtimes/runners/WorkerdServer.ts"

const objects = { ROSTER: "RosterRoom", BRIEF: "BriefRoom" }

export type Binding = keyof typeof objects

/** Sends requests to the objects through their Worker. */
export const namespaceOf = (origin: string, binding: Binding = "ROSTER"): RosterDurableObject.Namespace => ({
  idFromName: (name) => name,
  get: (id) => ({
    fetch: (url, init) =>
      fetch(`${origin}/objects/${binding}/${encodeURIComponent(id.toString())}${new URL(url).pathname}`, init)
  })
})

/** Starts workerd, and stops it when the scope closes. Yields the Worker's origin. */
export const serve = (disk?: string) =>
  Effect.gen(function* () {
    const { text } = yield* Bundle.make("workerd", fileURLToPath(new URL("rooms.worker.ts", import.meta.url)))
    const { origin } = yield* WorkerdServer.serve({ text, date: yield* WorkerdServer.currentDate, objects, disk })
    return origin
  }).pipe(Effect.orDie)

export const store = (origin: string, binding?: Binding) =>
  RosterDurableObject.layer({ namespace: namespaceOf(origin, binding) })

/** The store on its own workerd. */
export const layer = Layer.unwrap(Effect.map(serve(), (origin) => store(origin)))
