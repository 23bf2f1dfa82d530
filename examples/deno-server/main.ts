/**
 * The backend as a Deno server on loopback, behind a proxy that ends TLS.
 */
import * as Backend from "../backend/Backend.ts"

// By name, so that Deno needs permission for these alone.
const environment = Object.fromEntries(Backend.variables.map((name) => [name, Deno.env.get(name)]))

const backend = Backend.make(environment)

const server = Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8787) }, backend.handle)

// Requests under way are answered first.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => void server.shutdown())
}

await server.finished
await backend.dispose()
Deno.exit()
