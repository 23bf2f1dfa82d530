/**
 * Erases people in a process of its own, with the settings as JSON in its argument, and sends its figures to the parent.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { argv } from "node:process"
import * as Steps from "./Steps.ts"
import * as World from "./World.ts"

export interface Settings {
  /** The steps alone, or a job on one of the engines. */
  readonly engine: "steps" | "memory" | "sqlite"
  readonly baseUrl: string
  readonly file: string
  /** How many people are erased at the same time. */
  readonly requests: number
}

export interface Figures {
  readonly millis: number
  readonly cpuMillis: number
  readonly peakMegabytes: number
  readonly erased: number
}

const settings: Settings = JSON.parse(argv[2] ?? "")

const people = Array.from({ length: settings.requests }, (_, index) => ({
  requestId: `req-${index}`,
  identities: [Redacted.make(World.person(index))]
}))

const twilio = TwilioVideo.layerFetch({
  accountSid: SandboxCredentials.defaults.accountSid,
  authToken: Redacted.make(SandboxCredentials.defaults.authToken),
  baseUrl: settings.baseUrl,
  quota: "off"
})

// All requests share a sweep if the embargo of the first waits for the others.
const areStored = Latch.makeUnsafe()

const options: Erasure.Options = {
  connected: "remove",
  tokenLifetime: "1 millis",
  embargo: () => areStored.await
}

const erasures =
  settings.engine === "sqlite"
    ? ErasureSqlite.layerSqlite({ ...options, file: settings.file })
    : ErasureMemory.layerMemory(options)

const job = Effect.gen(function* () {
  yield* Effect.forEach(people, Erasure.request)
  yield* areStored.open
  // One after the other: they end together.
  const receipts = yield* Effect.forEach(people, ({ requestId }) =>
    Effect.andThen(Stream.runDrain(Erasure.watch(requestId)), Erasure.receipt(requestId))
  )
  const incomplete = receipts.find(({ outcome }) => outcome !== "Complete")
  if (incomplete !== undefined) return yield* Effect.die(new Error(`The job is ${incomplete.outcome}.`))
  return receipts.reduce((sum, { participations }) => sum + participations.length, 0)
})

const measured = <E, R>(program: Effect.Effect<number, E, R>) =>
  Effect.gen(function* () {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    const erased = yield* program
    const { system, user } = process.cpuUsage(cpu)
    const figures: Figures = {
      millis: performance.now() - start,
      cpuMillis: (system + user) / 1000,
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
      erased
    }
    return figures
  })

const figures = await (
  settings.engine === "steps"
    ? Effect.provide(measured(Steps.run(people)), twilio)
    : Effect.provide(measured(job), Layer.provide(erasures, twilio))
).pipe(Effect.runPromise)
process.send?.(figures)
process.disconnect()
