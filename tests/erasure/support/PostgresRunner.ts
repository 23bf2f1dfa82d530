/**
 * A process that runs erasure jobs from a Postgres database against a sandbox: `node PostgresRunner.ts <settings as JSON>`.
 * Prints `ready` when it's there, and a dot for each request.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as ErasurePostgres from "@effect-twilio-video/erasure/ErasurePostgres"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Settings } from "./PostgresCluster.ts"

const { baseUrl, keys, port, tokenLifetime, url }: Settings & { readonly port: number } = JSON.parse(
  process.argv[2] ?? ""
)

const twilio = TwilioVideo.layerFetch({
  accountSid: SandboxCredentials.defaults.accountSid,
  authToken: Redacted.make(SandboxCredentials.defaults.authToken),
  baseUrl,
  quota: "off",
  fetch: (...request) => {
    process.stdout.write(".")
    return fetch(...request)
  }
})

const runner = Layer.unwrap(
  Effect.map(ErasureKeys.fromText(keys), (keys) =>
    ErasurePostgres.layerPostgres({
      url: Redacted.make(url),
      keys,
      tokenLifetime,
      runner: { host: "127.0.0.1", port }
    })
  )
)

const ready = Layer.effectDiscard(Effect.sync(() => process.stdout.write("ready\n")))

ready.pipe(Layer.provide(runner), Layer.provide(twilio), Layer.launch, NodeRuntime.runMain)
