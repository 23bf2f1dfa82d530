/**
 * `pnpm size`: measures programs that use the built packages, bundled, minified and gzipped, and the same programs with
 * the official package. Fails if one exceeds its budget, or if its size in `docs/figures.md` is out of date; `--write`
 * updates that page. 1 kB is 1,000 bytes.
 */
import { argv } from "node:process"
import * as Bundle from "./Bundle.ts"
import * as Figures from "./figures/Figures.ts"
import * as Page from "./figures/Page.ts"
import { writeReport } from "./measure.ts"

interface Fixture {
  readonly source: string
  readonly platform?: Bundle.Platform
  /** The largest size allowed, in bytes after gzip. */
  readonly budget?: { readonly esbuild: number; readonly rolldown: number }
  /** The name of the fixture above to whose size the budget is added. */
  readonly over?: string
  /** The name of the fixture that does the same with the official package. */
  readonly beside?: string
}

const core = (...modules: ReadonlyArray<string>) =>
  modules.map((name) => `import * as ${name} from "@effect-twilio-video/core/${name}"`).join("\n")

const http = (...modules: ReadonlyArray<string>) =>
  modules.map((name) => `import * as ${name} from "@effect-twilio-video/http/${name}"`).join("\n")

const effect = (...modules: ReadonlyArray<string>) =>
  modules.map((name) => `import * as ${name} from "effect/${name}"`).join("\n")

const credentials = `{ apiKeySid: env.TWILIO_API_KEY_SID, apiKeySecret: Redacted.make(env.TWILIO_API_KEY_SECRET) }`

const onFetch = `TwilioConnection.layerFetch(TwilioVideo.participants, ${credentials})`

const onHttpClient = `TwilioHttpClient.layer(TwilioVideo.participants, ${credentials}).pipe(Layer.provide(FetchTransport.layer))`

/** A Worker that runs the program for each request and sends its response. */
const worker = (program: string) => `
interface Env { readonly [name: string]: string }
export default {
  fetch: (request: Request, env: Env) => Effect.runPromise(${program}, { signal: request.signal })
}`

const fetchOne = (layer: string) =>
  worker(`Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice")).pipe(
    Effect.map((alice) => Response.json({ sid: alice.sid, status: alice.status })),
    Effect.catchTag("NotFound", (error) => Effect.succeed(new Response(error.message, { status: 404 }))),
    Effect.catchReason("TwilioError", "RateLimited", (reason) =>
      Effect.succeed(new Response(reason.message, { status: 429 }))),
    Effect.provide(${layer}))`)

const mint = (provide: string) =>
  worker(`AccessToken.mint({ identity: "Alice", room: "DailyStandup" }).pipe(
    Effect.map(({ token }) => new Response(Redacted.value(token))),
    ${provide})`)

const apiKey = `{ accountSid: env.TWILIO_ACCOUNT_SID, ...${credentials} }`

const received = `Effect.promise(() => request.text()).pipe(
    Effect.map((body) => ({
      method: "POST" as const, url: "https://example.com/video-events", body,
      signature: request.headers.get("x-twilio-signature")
    })),`

const authToken = "Effect.provide(AuthToken.layer({ authToken: Redacted.make(env.TWILIO_AUTH_TOKEN) }))"

const twoRoutes = (callbacks: string, others: string) => `
export default {
  fetch: (request: Request) => runtime.runPromise(request.method === "POST"
    ? StatusCallbackHandler.handle(request, ${callbacks}, { url: "/video-events" })
    : ${others})
}`

/** A Worker that receives callbacks, and answers other requests. */
const receiver = (layers: string, callbacks: string, others: string) => `import { env } from "cloudflare:workers"
${core("AuthToken")}
${http("StatusCallbackHandler")}
${effect("Effect", "Layer", "ManagedRuntime", "Option", "Redacted")}
const token = AuthToken.layer({ authToken: Redacted.make(env.TWILIO_AUTH_TOKEN) })
const runtime = ManagedRuntime.make(${layers})
${twoRoutes(callbacks, others)}`

const client = `TwilioVideo.layerFetch(${credentials})`

const whoIsThere = `Roster.participants("DailyStandup").pipe(
    Effect.map(({ participants }) =>
      Response.json(participants.map(({ identity, sid }) => [sid, Option.getOrNull(identity)]))),
    Effect.catchTag("UnknownRoom", (error) => Effect.succeed(new Response(error.message, { status: 404 }))))`

const rosterModules = ["Roster", "RosterMemory"]
  .map((name) => `import * as ${name} from "@effect-twilio-video/roster/${name}"`)
  .join("\n")

const fixtures: Readonly<Record<string, Fixture>> = {
  "Effect alone": { source: `${effect("Effect")}\nEffect.runPromise(Effect.void)` },
  "one fetch, with retries and typed errors": {
    source: `${core("Participants")}
${http("TwilioConnection", "TwilioVideo")}
${effect("Effect", "Layer", "Redacted")}
${fetchOne(onFetch)}`,
    budget: { esbuild: 50_000, rolldown: 46_000 },
    beside: "official twilio: one fetch"
  },
  "the same, imported from the packages' index": {
    source: `import { Participants } from "@effect-twilio-video/core"
import { TwilioConnection, TwilioVideo } from "@effect-twilio-video/http"
${effect("Effect", "Layer", "Redacted")}
${fetchOne(onFetch)}`
  },
  "the same, with options from the environment": {
    source: `${core("Participants")}
${http("TwilioConnection", "TwilioVideo")}
${effect("Effect", "Layer")}
${fetchOne("TwilioConnection.layerFetchConfig(TwilioVideo.participants)")}`
  },
  "the same, through Effect's HttpClient": {
    source: `${core("Participants")}
${http("FetchTransport", "TwilioConnection", "TwilioVideo")}
${effect("Effect", "Layer", "Redacted")}
${fetchOne(onHttpClient)}`
  },
  "  of which HttpClient, Schema and a participant": {
    source: `${core("Participant")}
${effect("Effect", "Schema", "http/FetchHttpClient", "http/HttpClient").replaceAll("* as http/", "* as ")}
Effect.runPromise(HttpClient.get("https://example.com").pipe(
  Effect.flatMap((response) => response.json),
  Effect.flatMap(Schema.decodeUnknownEffect(Participant.ParticipantJson)),
  Effect.provide(FetchHttpClient.layer)))`
  },
  "list and stream": {
    source: `${core("Participants")}
${http("TwilioConnection", "TwilioVideo")}
${effect("Effect", "Layer", "Redacted", "Stream")}
${worker(`Participants.Participants.use((participants) => Effect.zip(
    participants.list("DailyStandup", { status: "connected" }),
    Stream.runCollect(participants.stream("DailyStandup")))).pipe(
    Effect.map(([page, all]) => Response.json([page.items.length, all.length])),
    Effect.provide(${onFetch}))`)}`
  },
  "access token only": {
    source: `${core("AccessToken", "ApiKey")}
${effect("Effect", "Redacted")}
${mint(`Effect.provideServiceEffect(ApiKey.ApiKey, ApiKey.make(${apiKey}))`)}`,
    budget: { esbuild: 16_000, rolldown: 16_000 },
    beside: "official twilio: access token only"
  },
  "the same, with the key from a layer": {
    source: `${core("AccessToken", "ApiKey")}
${effect("Effect", "Redacted")}
${mint(`Effect.provide(ApiKey.layer(${apiKey}))`)}`
  },
  "the same, with the key from the environment": {
    source: `${core("AccessToken", "ApiKey")}
${effect("Effect", "Redacted")}
${mint("Effect.provide(ApiKey.layerConfig())")}`
  },
  "  of which Effect and a layer": {
    source: `${effect("Context", "Effect", "Layer")}
class Key extends Context.Service()("Key") {}
${worker(`Effect.map(Effect.provide(Key, Layer.effect(Key, Effect.succeed(env.KEY))), (key) => new Response(key))`)}`
  },
  "status callback, verified": {
    source: `${core("AuthToken", "StatusCallback")}
${effect("Effect", "Redacted")}
${worker(`${received} Effect.flatMap(StatusCallback.verify),
    Effect.as(new Response(null, { status: 204 })), ${authToken})`)}`,
    budget: { esbuild: 20_000, rolldown: 20_000 },
    beside: "official twilio: status callback, verified"
  },
  "status callback, verified and decoded": {
    source: `${core("AuthToken", "StatusCallback")}
${effect("Effect", "Redacted")}
${worker(`${received} Effect.flatMap(StatusCallback.receive),
    Effect.map((event) => Response.json(event._tag)), ${authToken})`)}`,
    budget: { esbuild: 30_000, rolldown: 30_000 }
  },
  "a Worker that receives status callbacks": {
    source: receiver(
      "token",
      "(event) => Effect.log(event._tag)",
      "Effect.succeed(new Response(null, { status: 404 }))"
    )
  },
  "the same, with a roster of callbacks": {
    source: `${rosterModules}
${receiver("Layer.merge(token, Layer.provide(Roster.layerCallbacks(), RosterMemory.layer))", "Roster.record", whoIsThere)}`,
    budget: { esbuild: 8000, rolldown: 8000 },
    over: "a Worker that receives status callbacks"
  },
  "a receiver that lists participants too": {
    source: `${core("Participants")}
${http("TwilioVideo")}
${receiver(
  `Layer.merge(token, ${client})`,
  "(event) => Effect.log(event._tag)",
  `Participants.list("DailyStandup").pipe(
    Effect.map(({ items }) => Response.json(items.map(({ identity, sid }) => [sid, identity]))),
    Effect.catchTag("NotFound", (error) => Effect.succeed(new Response(error.message, { status: 404 }))))`
)}`
  },
  "the same, with a roster that reads lists": {
    source: `${http("TwilioVideo")}
${rosterModules}
${receiver(
  `Layer.merge(token, Layer.provide(Roster.layerOnDemand(), [RosterMemory.layer, ${client}]))`,
  "Roster.record",
  whoIsThere
)}`,
    budget: { esbuild: 8000, rolldown: 8000 },
    over: "a receiver that lists participants too"
  },
  "all of core and http": {
    source: `import * as Core from "@effect-twilio-video/core"
import * as Http from "@effect-twilio-video/http"
export default { Core, Http }`
  },
  "a whole backend: the example Worker": {
    source: `export { default } from "../examples/worker/src/worker.ts"`
  },
  "the sandbox as a Worker": {
    source: `import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
export default { fetch: Sandbox.toWebHandler().handler }`
  },
  "official twilio: one fetch": {
    platform: "node",
    source: `import twilio from "twilio"
export default (env) => twilio(env.TWILIO_API_KEY_SID, env.TWILIO_API_KEY_SECRET, { accountSid: env.TWILIO_ACCOUNT_SID })
  .video.v1.rooms("DailyStandup").participants("Alice").fetch()`
  },
  "official twilio: access token only": {
    platform: "node",
    source: `import AccessToken from "twilio/lib/jwt/AccessToken.js"
export default (env) => {
  const token = new AccessToken(env.TWILIO_ACCOUNT_SID, env.TWILIO_API_KEY_SID, env.TWILIO_API_KEY_SECRET,
    { identity: "Alice" })
  token.addGrant(new AccessToken.VideoGrant({ room: "DailyStandup" }))
  return token.toJwt()
}`
  },
  "official twilio: status callback, verified": {
    platform: "node",
    source: `import { validateRequest } from "twilio/lib/webhooks/webhooks.js"
export default validateRequest`
  }
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1)

const padded = (bytes: number) => kilobytes(bytes).padStart(9)

console.log(`kB, minified and gzipped\n\n${"".padEnd(48)}   esbuild  rolldown   budget`)
const report: Array<Figures.Size> = []
const problems: Array<string> = []
for (const [name, { beside, budget, over, platform = "worker", source }] of Object.entries(fixtures)) {
  const esbuild = await Bundle.bundlers.esbuild(source, platform)
  const rolldown = await Bundle.bundlers.rolldown(source, platform)
  report.push({ name, esbuild, rolldown, budget, over, beside })
  const base = over === undefined ? { esbuild: 0, rolldown: 0 } : Figures.named(report, over)
  if (budget !== undefined && (esbuild > base.esbuild + budget.esbuild || rolldown > base.rolldown + budget.rolldown)) {
    problems.push(`"${name}" exceeds its budget.`)
  }
  const limit = budget === undefined ? "" : `   ${Figures.budgetOf({ budget, over })}`
  console.log(`${name.padEnd(48)} ${padded(esbuild)} ${padded(rolldown)}${limit}`)
}
await writeReport("size", report)

/**
 * Lists the programs of one report that another lacks or has with another size. Allows a small difference, because
 * compressors differ between machines.
 */
const changes = (one: ReadonlyArray<Figures.Size>, other: ReadonlyArray<Figures.Size>): ReadonlyArray<string> =>
  one.flatMap(({ name, budget, esbuild, over, rolldown }) => {
    const known = other.find((size) => size.name === name)
    const isSame =
      known !== undefined &&
      Math.abs(esbuild - known.esbuild) < 150 &&
      Math.abs(rolldown - known.rolldown) < 150 &&
      budget?.esbuild === known.budget?.esbuild &&
      budget?.rolldown === known.budget?.rolldown &&
      over === known.over
    return isSame ? [] : [`"${name.trim()}"`]
  })

const figures = await Figures.load()
if (argv.includes("--write")) {
  await Figures.save({ ...figures, size: report })
  await Page.write()
} else {
  const changed = new Set([...changes(report, figures.size), ...changes(figures.size, report)])
  if (changed.size > 0) {
    const names = Array.from(changed).join(", ")
    problems.push(`docs/figures.md is out of date for ${names}. Run \`pnpm run size --write\`.`)
  }
}

if (problems.length > 0) {
  console.error(`\nsize: ${problems.join("\nsize: ")}`)
  process.exitCode = 1
}
