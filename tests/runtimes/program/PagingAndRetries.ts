/**
 * Reads that take several requests, retries, and interrupted requests, with what the sandbox saw of them.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestEnvironment from "./TestEnvironment.ts"

const room = "DailyStandup"

/** The statuses of the sandbox's responses, in order. Null if the client canceled the request. */
const statuses = Effect.flatMap(TestEnvironment.TestEnvironment, ({ controls }) =>
  Effect.map(controls.requests, (requests) =>
    requests.map(({ abandoned, status }) => (abandoned === true ? null : (status ?? null)))
  )
)

export const paging = Effect.gen(function* () {
  const { controls } = yield* TestEnvironment.TestEnvironment
  yield* controls.clearRequests
  const everybody = yield* Stream.runCollect(Participants.stream(room, { pageSize: 1 }))
  const pages = yield* statuses
  yield* controls.clearRequests
  const firstThree = yield* Stream.runCollect(Stream.take(SubscribedTracks.stream(room, "Alice", { pageSize: 2 }), 3))
  const pagesOfThree = yield* statuses
  const first = yield* Participants.list(room, { pageSize: 2 })
  const second = yield* Participants.list(room, {
    pageSize: 2,
    pageToken: Option.getOrUndefined(first.nextPageToken)
  })
  return {
    everybody: everybody.map(({ identity }) => identity),
    pages,
    firstThree: firstThree.map(({ name }) => name),
    pagesOfThree,
    byToken: [first, second].map(({ items }) => items.map(({ identity }) => identity)),
    isEnd: Option.isNone(second.nextPageToken)
  }
})

export const retry = Effect.gen(function* () {
  const { controls } = yield* TestEnvironment.TestEnvironment
  yield* controls.clearRequests
  yield* controls.setFaults([{ times: 1, fault: { type: "status", status: 503 } }])
  const alice = yield* Participants.fetch(room, "Alice")
  const seen = yield* statuses
  yield* controls.setFaults([{ operations: ["UpdateRoomParticipant"], times: 1, fault: { type: "lost-response" } }])
  // The removal happens and its response is lost. By SID, the record shows that the participant left.
  const removed = yield* Participants.disconnect(room, alice.sid)
  return { found: alice.identity, seen, removed: removed.status }
})

/** Waits until the request at this index matches. */
const seen = (index: number, is: (request: LoggedRequest.LoggedRequest) => boolean) =>
  Effect.flatMap(TestEnvironment.TestEnvironment, ({ controls }) =>
    Effect.repeat(Effect.andThen(Effect.sleep(10), controls.requests), {
      until: (requests) => {
        const request = requests[index]
        return request !== undefined && is(request)
      }
    })
  )

export const interruption = Effect.gen(function* () {
  const { controls } = yield* TestEnvironment.TestEnvironment
  const fetch = RequestPolicy.withPolicy(RequestPolicy.noRetries)(Rooms.fetch(room))
  yield* controls.clearRequests
  // Longer than the program runs.
  yield* controls.setFaults([{ times: 2, fault: { type: "delay", millis: 600_000 } }])
  const fiber = yield* Effect.forkChild(fetch)
  yield* seen(0, () => true)
  yield* Fiber.interrupt(fiber)
  const exit = yield* Fiber.await(fiber)
  yield* seen(0, ({ abandoned }) => abandoned === true)
  const late = yield* fetch.pipe(
    RequestPolicy.withPolicy({ timeout: 150 }),
    Effect.map(({ status }) => status),
    Effect.catchReason("TwilioError", "TimedOut", ({ limit }) => Effect.succeed(`timed out: ${limit}`))
  )
  yield* seen(1, ({ abandoned }) => abandoned === true)
  const patient = yield* fetch
  return {
    interrupted: Exit.hasInterrupts(exit),
    late,
    patient: patient.uniqueName,
    seen: yield* statuses
  }
})
