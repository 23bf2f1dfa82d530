/**
 * A Worker with a roster's Durable Objects:
 *
 * - `/objects/{binding}/{name}/{path}` passes the request on to an object
 * - `/directory/stop` and `/directory/start` say whether rooms reach the directory
 * - `/changes/{roomSid}/{position}` waits for changes after a position
 */
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"

interface Environment {
  readonly ROSTER: RosterDurableObject.Namespace
  readonly BRIEF: RosterDurableObject.Namespace
}

let isStopped = false

/** A namespace whose directory can't be reached while it's stopped. */
const stoppable = (namespace: RosterDurableObject.Namespace): RosterDurableObject.Namespace => ({
  idFromName: (name) => {
    if (isStopped && name === "directory") throw new Error("Stopped")
    return namespace.idFromName(name)
  },
  get: (id) => namespace.get(id)
})

/** Its alarms drop no room, because tests end rooms at any time. */
export class RosterRoom extends RosterDurableObject.make({ binding: "ROSTER", retention: Duration.infinity }) {
  constructor(state: RosterDurableObject.State, env: Environment) {
    super(state, { ROSTER: stoppable(env.ROSTER) })
  }
}

export const BriefRoom = RosterDurableObject.make({ binding: "BRIEF", retention: 0 })

// Shared by all requests.
let runtime: ManagedRuntime.ManagedRuntime<RosterStore.RosterStore, never> | undefined

const changesAfter = (roomSid: string, position: number) =>
  RosterStore.RosterStore.use((store) =>
    Effect.gen(function* () {
      for (;;) {
        const changes = yield* store.changes(roomSid, position)
        if (changes === undefined || changes.length > 0) return changes
        yield* store.wait(roomSid, position)
      }
    })
  )

const passOn = async (namespace: RosterDurableObject.Namespace, name: string, path: string, body: string) => {
  const object = namespace.get(namespace.idFromName(decodeURIComponent(name)))
  const response = await object.fetch(`https://roster/${path}`, { method: "POST", body })
  return new Response(await response.text(), { status: response.ok ? 200 : 500 })
}

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    const [, part = "", first = "", second = "", ...path] = new URL(request.url).pathname.split("/")
    switch (part) {
      case "objects":
        return passOn(env[first as keyof Environment], second, path.join("/"), await request.text())
      case "directory":
        isStopped = first === "stop"
        return new Response()
      default:
        runtime ??= ManagedRuntime.make(RosterDurableObject.layer({ namespace: env.ROSTER }))
        return Response.json(await runtime.runPromise(changesAfter(first, Number(second))))
    }
  }
}
