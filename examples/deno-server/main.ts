/**
 * Runs the backend as a Deno server on loopback, behind a proxy that terminates TLS.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as Backend from "../backend/Backend.ts"

// By name, so Deno needs permission for these variables only.
const environment = Object.fromEntries(Backend.variables.map((name) => [name, Deno.env.get(name)]))

// Reads rooms from Twilio in the background, and again after a restart.
const roster = Roster.layer()

const backend = Backend.make(environment, roster)

const server = Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8787) }, backend.handle)

const stop = async () => {
  await backend.dispose()
  Deno.exit()
}

// Completes pending requests first. Streams of events would go on for minutes: browsers reconnect.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    void server.shutdown()
    setTimeout(() => void stop(), 2000)
  })
}

await server.finished
await stop()
