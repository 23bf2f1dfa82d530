/**
 * Starts a Node server on loopback, on a port that the system picks.
 */
import * as Effect from "effect/Effect"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"

/** Listens until the scope closes. Yields the origin. */
export const on = (server: Server) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    ),
    () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  )
