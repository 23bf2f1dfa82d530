/**
 * Every error of the library: each typed error by Twilio's rules, and each reason of `TwilioError` by a wrong argument,
 * wrong credentials or a fault of the sandbox.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as Fault from "@effect-twilio-video/sandbox/Fault"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestEnvironment from "./TestEnvironment.ts"

type Failure =
  | SubscribeRules.InvalidSubscribeRules
  | NotFound.NotFound
  | Rooms.RoomExists
  | Rooms.RoomNotInProgress
  | TwilioError.TwilioError

const room = "DailyStandup"

/** What no error may contain: the token, plain and encoded, and the identity. */
export const secrets: ReadonlyArray<string> = [
  TestEnvironment.authToken,
  btoa(`${TestEnvironment.accountSid}:${TestEnvironment.authToken}`),
  "wrong-token",
  room,
  "Alice"
]

/** Every form in which an error may be logged. */
export const written = (error: Error): string =>
  [String(error), error.stack ?? "", JSON.stringify(error), JSON.stringify(error.cause) ?? ""].join("\n")

const secondsOf = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.match(duration, { onNone: () => null, onSome: Duration.toSeconds })

const reasonOf = (reason: TwilioError.Reason) => {
  switch (reason._tag) {
    case "InvalidArgument":
      return { reason: reason._tag, argument: reason.argument }
    case "RateLimited":
    case "Unavailable":
      return { reason: reason._tag, retryAfter: secondsOf(reason.retryAfter) }
    case "TransportFailed":
      return { reason: reason._tag, failure: reason.failure ?? null }
    case "TimedOut":
      return { reason: reason._tag, limit: reason.limit }
    case "UnexpectedResponse":
      return { reason: reason._tag, problem: reason.problem }
    default:
      return { reason: reason._tag }
  }
}

const detailOf = (error: Failure) => {
  switch (error._tag) {
    case "NotFound":
      return { resource: error.resource, lookup: error.lookup }
    case "TwilioError":
      return reasonOf(error.reason)
    default:
      return {}
  }
}

/** The fields of an error that a program can distinguish, without the message. */
export const show = (error: Failure) => ({
  tag: error._tag,
  ...detailOf(error),
  request: error.method === undefined ? null : `${error.method} ${error.path}`,
  status: error.status ?? null,
  code: error.code ?? null,
  attempts: error.attempts ?? null,
  hasRequestId: error.requestId !== undefined,
  shown: secrets.filter((secret) => written(error).includes(secret))
})

const failing = <A, R>(operation: Effect.Effect<A, Failure, R>) => Effect.map(Effect.flip(operation), show)

const once = RequestPolicy.withPolicy(RequestPolicy.noRetries)

const domain = Effect.gen(function* () {
  const { sid } = yield* Rooms.complete("Webinar")
  // The client checks everything but the priority.
  const odd = { type: "include", publisher: "Bob", priority: 7 } as unknown as SubscribeRule.SubscribeRule
  return {
    roomByName: yield* failing(Rooms.fetch("Webinar")),
    roomBySid: yield* failing(Rooms.fetch(`RM${"0".repeat(32)}`)),
    byIdentity: yield* failing(Participants.fetch(room, "Mallory")),
    bySid: yield* failing(Participants.disconnect(room, `PA${"0".repeat(32)}`)),
    roomExists: yield* failing(Rooms.create({ uniqueName: room })),
    roomNotInProgress: yield* failing(Rooms.complete(sid)),
    invalidSubscribeRules: yield* failing(SubscribeRules.update(room, "Alice", [odd]))
  }
})

/** Fetches Alice while the sandbox applies the fault to every request. */
const withFault = Effect.fnUntraced(function* (fault: Fault.Fault, policy: Partial<RequestPolicy.RequestPolicy> = {}) {
  const { controls } = yield* TestEnvironment.TestEnvironment
  const participants = yield* Participants.Participants
  yield* controls.setFaults([{ fault }])
  const error = yield* participants
    .fetch(room, "Alice")
    .pipe(RequestPolicy.withPolicy({ ...RequestPolicy.noRetries, ...policy }), failing)
  yield* controls.setFaults([])
  return error
})

const reasons = Effect.gen(function* () {
  const unknown = Participants.fetch(room, "Alice")
  return {
    invalidArgument: yield* failing(Participants.list(room, { pageSize: 0 })),
    invalidRequest: yield* failing(once(Participants.update(room, "Alice", { status: "connected" }))),
    unauthorized: yield* failing(Effect.provide(unknown, TestEnvironment.connect("wrong-token"))),
    forbidden: yield* withFault({ type: "status", status: 403, code: 20003 }),
    rateLimited: yield* withFault({ type: "status", status: 429, code: 20429, retryAfter: 7 }),
    unavailable: yield* withFault({ type: "status", status: 503, retryAfter: 3 }),
    cutOff: yield* withFault({ type: "reset" }),
    brokenOff: yield* withFault({ type: "truncated-body" }),
    timedOut: yield* withFault({ type: "delay", millis: 60_000 }, { timeout: "150 millis" }),
    deadline: yield* withFault({ type: "delay", millis: 60_000 }, { deadline: "150 millis" }),
    notTwilio: yield* withFault({ type: "html", status: 200 }),
    proxyPage: yield* withFault({ type: "html", status: 404 })
  }
})

export const failures = Effect.gen(function* () {
  return { ...(yield* domain), ...(yield* reasons) }
})
