/**
 * `pnpm outage`: removes and anonymizes participants on a bad network and while Twilio is down, on the embedded sandbox. It
 * prints what retries, the circuit breaker and the report of a bulk operation do.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { table } from "./table.ts"

/** The services on a sandbox with a circuit breaker, which is a layer between them and the transport. */
export const layer = (breaker: CircuitBreakerTransport.Options) =>
  Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials }) =>
      TwilioHttpClient.layer(TwilioVideo.services, {
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

/** One row per request in the sandbox's log. */
const log = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const requests = yield* sandbox.requests
  yield* sandbox.clearRequests
  return requests.map(({ changes, fault = "", operation = "", status }) => [
    operation,
    fault,
    status === undefined ? "no response" : String(status),
    changes.map(({ type }) => type).join(", ")
  ])
})

const printRequests = (title: string) =>
  Effect.flatMap(log, (rows) =>
    Console.log(`\n${title}\n\n${table(["request", "fault", "response", "changes"], rows)}`)
  )

/** Removes all participants but one while half of the responses are lost. */
export const throughFaults = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.setFaults([{ operations: ["UpdateRoomParticipant"], rate: 0.5, fault: { type: "lost-response" } }])
  const removals = yield* Stream.runCollect(Bulk.disconnectAll("Late show", { except: ["Eve"] }))
  yield* sandbox.setFaults([])
  return removals
})

/** Fetches a participant while Twilio is down, and again afterwards. Yields the result of each call. */
export const throughOutage = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const call = Participants.fetch("Late show", "Eve").pipe(
    Effect.map(({ identity }) => `found ${identity}`),
    Effect.catchTag("TwilioError", ({ reason }) =>
      Effect.succeed(reason._tag === "TransportFailed" ? (reason.failure ?? reason._tag) : reason._tag)
    ),
    RequestPolicy.withPolicy(RequestPolicy.noRetries)
  )
  yield* sandbox.setFaults([{ fault: { type: "status", status: 503 } }])
  const during = yield* Effect.replicateEffect(call, 7)
  yield* sandbox.setFaults([])
  const stillOpen = yield* call
  yield* Effect.sleep("300 millis")
  return [...during, stillOpen, yield* call]
})

/** Starts to anonymize all participants and is interrupted. Yields the report. */
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
  yield* printRequests("Half of the responses to removals are lost. Every participant is removed, and none twice:")
  const results = yield* throughOutage
  yield* printRequests(
    "Twilio is down. The circuit opens after five failures. Of nine calls, these requests were sent:"
  )
  yield* Console.log(`\nResults of the nine calls: ${results.join(", ")}.`)
  const { already, begun, done, isComplete } = yield* interrupted
  yield* Console.log(
    `\nAn erasure was interrupted. Complete: ${isComplete}. Done: ${done.length + already.length}. Possibly done: ` +
      `${begun.length}. A second run completes it.`
  )
  const again = yield* Stream.runCollect(Bulk.anonymizeAll("Late show"))
  yield* Console.log(
    `Results: ${again
      .map(({ _tag }) => _tag)
      .sort()
      .join(", ")}.`
  )
})

if (import.meta.main) {
  await program.pipe(Effect.provide(layer({ failures: 5, openDuration: "250 millis" })), Effect.runPromise)
}
