/**
 * A process that erases a person on an SQLite file, with its settings as JSON on standard input. Prints a dot for each
 * request to Twilio, each status, and at the end the receipt; and logs and spans of every level to standard error. Then it
 * waits until it's killed.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { text } from "node:stream/consumers"
import { inspect } from "node:util"
import type { Settings } from "./SqliteProcess.ts"

const { baseUrl, embargo, file, identities, policy, requestId, tokenLifetime }: Settings = JSON.parse(
  await text(process.stdin)
)

const print = (line: string) => void process.stdout.write(`${line}\n`)

const twilio = TwilioVideo.layerFetch({
  accountSid: SandboxCredentials.defaults.accountSid,
  authToken: Redacted.make(SandboxCredentials.defaults.authToken),
  baseUrl,
  quota: "off",
  fetch: (...request) => {
    print(".")
    return fetch(...request)
  }
})

const erasures = ErasureSqlite.layerSqlite({
  file,
  tokenLifetime,
  connected: "remove",
  embargo: (person) =>
    embargo === "dies" ? Effect.die(new Error(`No ${person.identities.map(Redacted.value).join()}`)) : Effect.void
})

class PrintedSpan extends Tracer.NativeSpan {
  override end(...args: Parameters<Tracer.NativeSpan["end"]>): void {
    super.end(...args)
    const { attributes, events, name, status } = this
    console.error("span", inspect({ name, attributes, events, status }, { depth: 8, breakLength: Infinity }))
  }
}

const telemetry = Layer.mergeAll(
  Logger.layer([Logger.consolePretty(), Logger.consoleJson]),
  Layer.succeed(References.MinimumLogLevel, "All"),
  Layer.succeed(Tracer.Tracer, Tracer.make({ span: (options) => new PrintedSpan(options) }))
)

/** Says when the first sweep is over, sooner than `watch`. */
const lookForSettling = Effect.repeat(Effect.delay(Erasure.status(requestId), "20 millis"), {
  while: (status) => status._tag === "Waiting" || (status._tag === "Sweeping" && status.sweep === 1)
}).pipe(Effect.andThen(Effect.sync(() => print("settling"))))

const program = Effect.gen(function* () {
  // After a restart, the sealed identities are all there is.
  if (identities !== undefined) {
    yield* Erasure.request({ requestId, identities: identities.map((identity) => Redacted.make(identity)) })
  }
  print("accepted")
  yield* Effect.forkChild(lookForSettling)
  yield* Stream.runForEach(Erasure.watch(requestId), (status) => {
    print(`status ${JSON.stringify(status)}`)
    return status._tag === "Stalled" ? Effect.die(new Error(status.reason)) : Effect.void
  })
  print(`receipt ${JSON.stringify(yield* Erasure.receipt(requestId))}`)
  return yield* Effect.never
})

// Nothing else keeps the process running at the end.
setInterval(() => {}, 60_000)

// A failure is an unhandled rejection, which Node prints and reports.
void program.pipe(
  Effect.provide(
    erasures.pipe(Layer.provide(twilio), Layer.provide(RequestPolicy.layer(policy)), Layer.provideMerge(telemetry))
  ),
  Effect.runPromise
)
