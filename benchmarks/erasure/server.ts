/**
 * Serves a sandbox with many rooms over loopback, without a quota, as a child process of the erasure benchmark. Sends its
 * URL to the parent; on "count", the number of requests so far; on "next", the time of the next request.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as diagnostics from "node:diagnostics_channel"
import { argv } from "node:process"
import * as World from "./World.ts"

const [rooms = 0, people = 1] = argv.slice(2).map(Number)

let requests = 0
let isAwaited = false

diagnostics.subscribe("http.server.request.start", () => {
  requests += 1
  if (isAwaited) process.send?.({ at: Date.now() })
  isAwaited = false
})

process.on("message", (message) => {
  if (message === "count") process.send?.({ requests })
  else isAwaited = true
})

const program = Effect.gen(function* () {
  process.send?.({ baseUrl: yield* SandboxServer.baseUrl })
  return yield* Effect.never
}).pipe(
  Effect.provide(
    SandboxServer.layer().pipe(
      Layer.provideMerge(Sandbox.layerControls({ rooms: World.rooms(rooms, people), requestLog: 0 }))
    )
  )
)

await Effect.runPromise(program)
