/**
 * Serves the sandbox over loopback, as a child process of the benchmark. Sends its URL to the parent, and its CPU time in
 * reply to each message.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Load from "./sandbox-load.ts"

const program = Effect.gen(function* () {
  process.send?.({ baseUrl: yield* SandboxServer.baseUrl })
  process.on("message", () => process.send?.(process.cpuUsage()))
  return yield* Effect.never
}).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls(Load.scenario)))))

await Effect.runPromise(program)
