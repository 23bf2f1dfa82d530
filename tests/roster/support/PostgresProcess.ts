/**
 * A process that takes callbacks and serves rooms' events, with a roster on Postgres: `node PostgresProcess.ts <settings as
 * JSON>`. Prints its address when it's there.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallbackRoute from "@effect-twilio-video/http/StatusCallbackRoute"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterPostgres from "@effect-twilio-video/roster/RosterPostgres"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Settings } from "./PostgresCluster.ts"
import * as Served from "./Served.ts"

const { callbackUrl, url }: Settings = JSON.parse(process.argv[2] ?? "")

const roster = Roster.layerCallbacks().pipe(Layer.provide(RosterPostgres.layer({ url: Redacted.make(url) })))

const routes = Layer.merge(
  StatusCallbackRoute.layer("/callbacks", Roster.record, { url: callbackUrl }),
  Served.events(Effect.succeed(true))
)

const ready = Layer.effectDiscard(
  HttpServer.HttpServer.useSync(({ address }) => process.stdout.write(`${HttpServer.formatAddress(address)}\n`))
)

ready.pipe(
  Layer.provide(Served.serve(routes)),
  Layer.provide(roster),
  Layer.provide(AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) })),
  Layer.launch,
  NodeRuntime.runMain
)
