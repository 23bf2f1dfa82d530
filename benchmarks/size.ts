/**
 * What a Worker's bundle weighs: fixtures on the built packages, bundled as wrangler does, minified and gzipped. Prints
 * sizes and asserts nothing.
 */
import { build, type Plugin } from "esbuild"
import * as path from "node:path"
import { gzipSync } from "node:zlib"

const imports = `
import * as Participants from "@effect-twilio-video/core/Participants"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
`
const twilio = "TwilioVideo.layerConfig().pipe(Layer.provide(FetchTransport.layer))"

const participantsAlone =
  "TwilioVideo.layerParticipants.pipe(Layer.provide(TwilioConnection.layerConfig()), Layer.provide(FetchTransport.layer))"

/** In the repository the packages' exports lead to the sources; a user gets dist. */
const published: Plugin = {
  name: "published",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@effect-twilio-video\// }, ({ path: module }) => {
      const [, name = "", file = ""] = module.split("/")
      return { path: path.join(import.meta.dirname, "../packages", name, "dist", `${file}.js`) }
    })
  }
}

const fixtures = {
  "effect alone: Effect.runPromise": "Effect.runPromise(Effect.void)",
  "one fetch on Twilio": `Effect.runPromise(Effect.provide(
    Participants.Participants.use((participants) => participants.fetch("Room", "Alice")), ${twilio}))`,
  "one fetch, Participants alone": `Effect.runPromise(Effect.provide(
    Participants.Participants.use((participants) => participants.fetch("Room", "Alice")), ${participantsAlone}))`,
  "list and stream on Twilio": `Effect.runPromise(Effect.provide(
    Participants.Participants.use((participants) => Effect.andThen(participants.list("Room"),
      Stream.runCollect(participants.stream("Room")))), ${twilio}))`,
  "sandbox as a web handler": "export default { fetch: Sandbox.toWebHandler().handler }"
}

console.log(
  `esbuild, minified, conditions of workerd\n\n${"fixture".padEnd(34)} ${"bytes".padStart(9)} ${"gzip".padStart(8)}`
)
for (const [name, source] of Object.entries(fixtures)) {
  const { outputFiles } = await build({
    stdin: { contents: `${imports}\n${source}`, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    plugins: [published]
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  console.log(
    `${name.padEnd(34)} ${String(code.length).padStart(9)} ${String(gzipSync(code, { level: 9 }).length).padStart(8)}`
  )
}
