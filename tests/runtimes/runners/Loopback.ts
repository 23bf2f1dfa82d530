/**
 * What the runtimes connect to on loopback: a sandbox, and a port where nothing listens.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { createServer } from "node:net"

/** Starts a sandbox on a port that the system picks, until the scope closes. Yields its URL. */
export const sandbox = (options: Sandbox.Options = {}): Effect.Effect<string, never, Scope.Scope> =>
  Effect.gen(function* () {
    const server = SandboxServer.layer().pipe(Layer.provide(Sandbox.layerControls(options)), Layer.orDie)
    return yield* Effect.provideContext(SandboxServer.baseUrl, yield* Layer.build(server))
  })

/** The URL of a port that was free a moment ago. */
export const nobody: Effect.Effect<string> = Effect.callback((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(`http://127.0.0.1:${port}`)))
  })
})
