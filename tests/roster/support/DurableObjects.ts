/**
 * A roster's Durable Objects on workerd, as a namespace for this process.
 */
import type * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import * as Bundle from "../../runtimes/runners/Bundle.ts"
import * as WorkerdServer from "../../runtimes/runners/WorkerdServer.ts"

/** Sends requests to the objects through their Worker. */
const namespaceAt = (origin: string): RosterDurableObject.Namespace => ({
  idFromName: (name) => name,
  get: (id) => ({
    fetch: (url, init) => fetch(`${origin}/${encodeURIComponent(id.toString())}${new URL(url).pathname}`, init)
  })
})

/** Starts workerd. It stops when the scope closes. Without a folder, it keeps the objects' storage in memory. */
export const serve = (disk?: string) =>
  Effect.gen(function* () {
    const file = fileURLToPath(new URL("rooms.worker.ts", import.meta.url))
    const { text } = yield* Bundle.make("workerd", file)
    const date = yield* WorkerdServer.currentDate
    const { origin } = yield* WorkerdServer.serve({ text, date, objects: { ROSTER: "RosterRoom" }, disk })
    return namespaceAt(origin)
  }).pipe(Effect.orDie)
