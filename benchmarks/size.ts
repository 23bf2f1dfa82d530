/**
 * `pnpm size`: what programs on the built packages weigh once bundled, minified and gzipped, beside the official package
 * for the same job. Fails where one is over its budget, or where the README says another figure; `--write` writes it
 * there. 1 kB is 1000 bytes.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { argv } from "node:process"
import * as path from "node:path"
import * as Bundle from "./Bundle.ts"

interface Fixture {
  readonly source: string
  readonly platform?: Bundle.Platform
  /** The most that it may weigh, in bytes of gzip. */
  readonly budget?: { readonly esbuild: number; readonly rolldown: number }
  /** The fixture of the official package for the same job, for the README's table. */
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

const onHttpClient = `TwilioConnection.layer(TwilioVideo.participants, ${credentials}).pipe(Layer.provide(FetchTransport.layer))`

/** A Worker that answers with what the program finds. */
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
  "everything of core and http": {
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

console.log(`kB of gzip, minified\n\n${"".padEnd(48)}   esbuild  rolldown   budget`)
const report: Record<string, Readonly<Record<keyof typeof Bundle.bundlers, Bundle.Bundle>>> = {}
const problems: Array<string> = []
for (const [name, { budget, platform = "worker", source }] of Object.entries(fixtures)) {
  const esbuild = await Bundle.bundlers.esbuild(source, platform)
  const rolldown = await Bundle.bundlers.rolldown(source, platform)
  report[name] = { esbuild, rolldown }
  if (budget !== undefined && (esbuild.gzip > budget.esbuild || rolldown.gzip > budget.rolldown)) {
    problems.push(`"${name}" is over its budget`)
  }
  const limit = budget === undefined ? "" : `   ${budget.esbuild / 1000} / ${budget.rolldown / 1000}`
  console.log(`${name.padEnd(48)} ${padded(esbuild.gzip)} ${padded(rolldown.gzip)}${limit}`)
}

const root = path.join(import.meta.dirname, "..")
await mkdir(path.join(root, "reports"), { recursive: true })
await writeFile(path.join(root, "reports/size.json"), JSON.stringify(report, null, 2))

/** A table as the formatter leaves it. */
const markdown = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  const [head = [], ...body] = rows
  return [line(head), `| ${rule.join(" | ")} |`, ...body.map(line)].join("\n")
}

const weight = (name: string | undefined, bundler: keyof typeof Bundle.bundlers): string => {
  const bundle = name === undefined ? undefined : report[name]?.[bundler]
  return bundle === undefined ? "" : kilobytes(bundle.gzip)
}

const table = markdown([
  ["program", "esbuild", "rolldown", "budget", "`twilio`, esbuild"],
  ...Object.entries(fixtures).flatMap(([name, { beside, budget }]) =>
    name.startsWith("official") || name.startsWith("  ")
      ? []
      : [
          [
            name,
            weight(name, "esbuild"),
            weight(name, "rolldown"),
            budget === undefined ? "" : `${budget.esbuild / 1000} / ${budget.rolldown / 1000}`,
            weight(beside, "esbuild")
          ]
        ]
  )
])

const figure = /\d+\.\d/gu

/** Are two tables the same, but for figures that are a tenth apart? Compressors differ a little between machines. */
const isSame = (one: string, other: string): boolean => {
  const figures = [one, other].map((table) => Array.from(table.matchAll(figure), ([text]) => Number(text)))
  const words = [one, other].map((table) => table.replaceAll(figure, ""))
  const [here = [], there = []] = figures
  return (
    words[0]?.replaceAll(/\s+/gu, " ") === words[1]?.replaceAll(/\s+/gu, " ") &&
    here.every((number, index) => Math.abs(number - (there[index] ?? Infinity)) < 0.15)
  )
}

const readme = path.join(root, "README.md")
const text = await readFile(readme, "utf8")
const place = /(?<=<!-- size -->\n\n)[^]*(?=\n\n<!-- \/size -->)/u
if (argv.includes("--write")) await writeFile(readme, text.replace(place, table))
else if (!isSame(table, place.exec(text)?.[0] ?? "")) {
  problems.push("README.md has other figures; `node benchmarks/size.ts --write` writes these")
}

if (problems.length > 0) {
  console.error(`\nsize: ${problems.join("; ")}`)
  process.exitCode = 1
}
