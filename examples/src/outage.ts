/**
 * `pnpm outage`: closing a room while the network is bad, and while Twilio is down, on the embedded sandbox: what
 * retries, the circuit breaker and the report of a bulk operation do. Told as tables.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { table } from "./table.ts"

/** The services on a sandbox, behind a circuit breaker: one more layer between them and the transport. */
export const layer = (breaker: CircuitBreakerTransport.Options) =>
  Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials }) =>
      TwilioVideo.layer({
        accountSid: credentials.accountSid,
        authToken: Redacted.make(credentials.authToken),
        quota: "off"
      })
    )
  ).pipe(
    Layer.provide(CircuitBreakerTransport.layer(breaker)),
    Layer.provide(Sandbox.layerHttpClient),
    Layer.provideMerge(
      Sandbox.layerControls({
        seed: "a bad day",
        rooms: [
          {
            uniqueName: "Late show",
            participants: ["Ann", "Ben", "Cay", "Dan", "Eve"].map((identity) => ({ identity }))
          }
        ]
      })
    ),
    Layer.orDie
  )

/** What happened to each request, as the sandbox saw it. */
const log = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const requests = yield* sandbox.requests
  yield* sandbox.clearRequests
  return requests.map(({ changes, fault = "", operation = "", status }) => [
    operation,
    fault,
    status === undefined ? "no answer" : String(status),
    changes.map(({ type }) => type).join(", ")
  ])
})

const tell = (title: string) =>
  Effect.flatMap(log, (rows) =>
    Console.log(`\n${title}\n\n${table(["request", "fault", "answer", "what changed"], rows)}`)
  )

/** Removes all but one while half of the answers are lost. */
export const throughFaults = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.setFaults([{ operations: ["UpdateRoomParticipant"], rate: 0.5, fault: { type: "lost-response" } }])
  const outcomes = yield* Stream.runCollect(Bulk.disconnectAll("Late show", { except: ["Eve"] }))
  yield* sandbox.setFaults([])
  return outcomes
})

/** Asks for somebody while Twilio is down, and again once it is back. Returns what came of it. */
export const throughOutage = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const ask = Participants.fetch("Late show", "Eve").pipe(
    Effect.map(({ identity }) => `found ${identity}`),
    Effect.catchTag("TwilioError", ({ reason }) =>
      Effect.succeed(reason._tag === "TransportFailed" ? (reason.failure ?? reason._tag) : reason._tag)
    ),
    RequestPolicy.withPolicy(RequestPolicy.noRetries)
  )
  yield* sandbox.setFaults([{ fault: { type: "status", status: 503 } }])
  const during = yield* Effect.replicateEffect(ask, 7)
  yield* sandbox.setFaults([])
  const stillOpen = yield* ask
  yield* Effect.sleep("300 millis")
  return [...during, stillOpen, yield* ask]
})

/** Begins to anonymize everybody, and is interrupted: the report says how far it came. */
export const interrupted = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.setFaults([
    { operations: ["UpdateRoomParticipantAnonymize"], skip: 2, fault: { type: "delay", millis: 60_000 } }
  ])
  const report = new Bulk.Report()
  const fiber = yield* Effect.forkChild(Stream.runDrain(Bulk.anonymizeAll("Late show", { concurrency: 2, report })), {
    startImmediately: true
  })
  yield* Effect.sleep("100 millis")
  yield* Fiber.interrupt(fiber)
  yield* sandbox.setFaults([])
  return yield* report.snapshot
})

const program = Effect.gen(function* () {
  yield* throughFaults
  yield* tell("Half of the answers to removals are lost. Nobody is removed twice, and nobody is forgotten:")
  const asked = yield* throughOutage
  yield* tell("Twilio is down. After five failures the circuit is open. Of nine calls these were sent:")
  yield* Console.log(`\nWhat the nine calls came to: ${asked.join(", ")}.`)
  const { already, begun, done, isComplete } = yield* interrupted
  yield* Console.log(
    `\nAn erasure was interrupted. Complete: ${isComplete}; done: ${done.length + already.length}; perhaps done: ` +
      `${begun.length}. Running it again does the rest.`
  )
  const again = yield* Stream.runCollect(Bulk.anonymizeAll("Late show"))
  yield* Console.log(
    `It did: ${again
      .map(({ _tag }) => _tag)
      .sort()
      .join(", ")}.`
  )
})

if (import.meta.main) {
  await program.pipe(Effect.provide(layer({ failures: 5, openDuration: "250 millis" })), Effect.runPromise)
}
