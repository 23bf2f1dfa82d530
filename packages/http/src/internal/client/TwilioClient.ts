/**
 * Does an operation: sends its requests, at the quota and by the policy, and reads the answer. Holds what is the same
 * for every operation, and no operation.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Tracer from "effect/Tracer"
import * as RequestPolicy from "../../RequestPolicy.ts"
import * as Telemetry from "../../Telemetry.ts"
import type * as Wire from "../../VideoWire.ts"
import * as Address from "../wire/Address.ts"
import * as Answer from "../wire/Answer.ts"
import * as Attempt from "../transport/Attempt.ts"
import * as Counters from "./Counters.ts"
import type * as Credentials from "../wire/Credentials.ts"
import * as Failure from "../wire/Failure.ts"
import type * as Meter from "./Meter.ts"
import type * as Outcome from "../wire/Outcome.ts"
import * as Retry from "./Retry.ts"
import * as Steady from "./Steady.ts"
import * as Texts from "../wire/Texts.ts"
import * as Trace from "./Trace.ts"

export interface Settings {
  /** Origin and, for a proxy, the path before `/v1`; no slash at the end. */
  readonly baseUrl: string
  readonly holdsCredentials: Credentials.Detector
  readonly meter: Meter.Meter
  readonly sender: Attempt.Sender
}

export interface Request<A, E> {
  /** The span's name: service and operation. */
  readonly span: string
  readonly address: Address.Address
  /** Where to, if not to the address: a next page. */
  readonly url?: string
  readonly query?: string
  readonly form?: string
  readonly decode: (json: unknown) => Result.Result<A, Schema.SchemaError>
  /** The errors of the operation's own. */
  readonly outcome: Outcome.Outcome<E>
}

/** A decoded answer, with what an error about it would need. */
export interface Reply<A> {
  readonly value: A
  readonly question: Answer.Question
  readonly answer: Answer.Answer
}

/**
 * What to make of an error of a change that has taken effect, or may have, in this attempt or in one before: the
 * operation's result, or the error. `earliest` is the earliest time that Twilio can have written for what the operation did, in
 * milliseconds by Twilio's clock.
 */
export type Settle<A, E> = (
  error: E | TwilioError.TwilioError,
  earliest: number
) => Effect.Effect<A, E | TwilioError.TwilioError>

export interface TwilioClient {
  readonly baseUrl: string
  /** May an operation take more than one attempt, by the policy in force? */
  readonly retries: Effect.Effect<boolean>
  /** Puts an operation of more than one request under one deadline. */
  readonly whole: <A, E>(operation: Effect.Effect<A, E>) => Effect.Effect<A, E>
  readonly send: <A, E>(request: Request<A, E>) => Effect.Effect<Reply<A>, E | TwilioError.TwilioError>
  /** As `send`, for an operation that can find out whether it has taken effect. */
  readonly settle: <A, E>(request: Request<A, E>, settle: Settle<A, E>) => Effect.Effect<A, E | TwilioError.TwilioError>
}

/**
 * What a schema error says of a value at a place in the answer. It names members by their names here if a value could not
 * be converted; Twilio's are in snake case.
 */
export const where = (error: Schema.SchemaError, place = ""): string => {
  const message = error.message
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/\["[A-Za-z]+"\]/gu, (member) => member.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`))
  if (place === "") return message
  return message.includes(" at [") ? message.replace(" at [", ` at ${place}[`) : `${message} at ${place}`
}

/** How far an operation has come. */
interface Progress {
  /** Can the operation find out whether it has taken effect? */
  readonly settles: boolean
  attempts: number
  /** Of the last request's answer. */
  status: number | undefined
  /** When the first request was sent: the date, and by `Steady`. */
  began: number
  beganSteady: number
  /** The same by the clock of the last answer, at the latest; nothing if the answer has no date. */
  beganThere: number | undefined
  unsettled: boolean
  applied: TwilioError.TwilioError | undefined
  /** Is a request under way? */
  underWay: boolean
}

const pastDeadline = (
  { address }: Request<unknown, unknown>,
  { applied, attempts, status, underWay, unsettled }: Progress,
  deadline: Duration.Duration,
  why = ""
): TwilioError.TwilioError => {
  const isApplied = applied !== undefined || (underWay && Answer.isApplied(address, status))
  const sent =
    attempts === 0 ? "nothing was sent" : `${attempts} ${attempts === 1 ? "request was" : "requests were"} sent`
  return TwilioError.make(
    new TwilioError.TimedOut({
      after: deadline,
      limit: "operation",
      message:
        `No result within the deadline of ${Texts.duration(deadline)}${why}; ${sent}.` +
        (isApplied || unsettled || underWay ? Answer.effect(address, isApplied) : "")
    }),
    { method: address.operation.method, path: address.shown, ...(attempts === 0 ? {} : { attempts }) },
    isApplied
  )
}

const tooLate = ", since the quota's turn would come too late"

/** How far Twilio's clock may be behind, if answers don't tell. */
const clockSkewMillis = 60_000

/** Twilio's dates are cut off to whole seconds, the header's and the records'. */
const earliest = ({ began, beganThere }: Progress): number =>
  beganThere === undefined ? began - clockSkewMillis : Math.floor(beganThere / 1000) * 1000

/** When the operation that a request belongs to must end, by `Steady`; nothing where it is the request's own. */
const EndsAt = Context.Reference<number | undefined>("@effect-twilio-video/http/internal/EndsAt", {
  defaultValue: () => undefined
})

/** Makes the client, with the policy of the context. */
export const make = Effect.fnUntraced(function* ({ baseUrl, holdsCredentials, meter, sender }: Settings) {
  const base = new URL(baseUrl)
  const { origin } = base
  const attributesOf = new Map<Wire.Operation, Record<string, unknown>>()
  const attributes = (operation: Wire.Operation): Record<string, unknown> => {
    const made = attributesOf.get(operation) ?? Trace.attributes(operation, base)
    attributesOf.set(operation, made)
    return made
  }

  const outerCounters = yield* Counters.Current

  // The policy of the program, and over it that of the call. It is the same one for most calls.
  const outer = yield* RequestPolicy.Current
  const policyOf = (inner: RequestPolicy.Options) => Retry.policy(outer, inner)
  let last = { inner: outer, policy: policyOf(outer) }
  const current = Effect.map(RequestPolicy.Current, (inner) => {
    if (inner !== last.inner) last = { inner, policy: policyOf(inner) }
    return last.policy
  })
  const retries = Effect.map(current, (policy) => Result.isSuccess(policy) && policy.success.attempts > 1)

  const attempt = <A, E>(
    request: Request<A, E>,
    url: string,
    progress: Progress,
    policy: Retry.Policy,
    headers: Readonly<Record<string, string>> | undefined,
    counters: Counters.Counters
  ): Effect.Effect<Reply<A>, E | TwilioError.TwilioError> => {
    const { address, decode, form, outcome, span } = request

    const exchange = Effect.gen(function* () {
      const clock = yield* Clock.Clock
      if (progress.attempts === 0) {
        progress.began = clock.currentTimeMillisUnsafe()
        progress.beganSteady = Steady.millis(clock)
      }
      progress.attempts += 1
      progress.underWay = true
      progress.status = undefined
      const { attempts } = progress
      const answer = yield* Attempt.once(sender, origin, {
        address,
        url,
        form,
        headers,
        timeout: policy.timeout,
        attempts,
        onStatus: (status) => {
          progress.status = status
        }
      })
      const date = Date.parse(answer.date ?? "")
      const isDated = !Number.isNaN(date)
      progress.beganThere = isDated ? date - (Steady.millis(clock) - progress.beganSteady) : undefined
      const nowMillis = isDated ? date : clock.currentTimeMillisUnsafe()
      const question: Answer.Question = { address, origin, holdsCredentials, attempts, nowMillis }
      const json = yield* Effect.fromResult(Answer.read(question, answer, outcome))
      const value = yield* Effect.fromResult(
        Result.mapError(decode(json), (error) => Answer.wrongShape(question, answer, where(error)))
      )
      return { value, question, answer }
    })

    return Effect.matchEffect(exchange, {
      onSuccess: (reply) => Effect.as(counters.request(span, String(reply.answer.status)), reply),
      onFailure: (error) => {
        progress.underWay = false
        if (Failure.isUncertain(error)) progress.unsettled = true
        if (Failure.isTwilioError(error) && error.applied === true) progress.applied = error
        const counted = counters.request(span, Trace.outcome(error))
        return Effect.andThen(
          Trace.outcome(error) === "429" ? Effect.andThen(counted, counters.rateLimit(span, "twilio")) : counted,
          Effect.fail(error)
        )
      }
    }).pipe(Effect.onInterrupt(() => counters.request(span, "Interrupted")))
  }

  /** Waits for the quota's turn, unless that comes too late: for the first request, or for another after an error. */
  const turn = <E>(
    request: Request<unknown, E>,
    policy: Retry.Policy,
    counters: Counters.Counters,
    progress: Progress,
    end: number,
    error: E | TwilioError.TwilioError | undefined
  ): Effect.Effect<void, E | TwilioError.TwilioError> => {
    const { address, span } = request
    const kind = address.operation.method === "GET" ? "reads" : "writes"
    const latest = error === undefined ? end : Math.min(end, progress.beganSteady + policy.maxElapsed)
    return Effect.matchEffect(meter.admit(kind, latest), {
      onFailure: (turn) => {
        const isLast = error !== undefined && turn <= end
        const failure = isLast ? error : pastDeadline(request, progress, policy.deadline, tooLate)
        return Effect.andThen(counters.rateLimit(span, "quota"), Effect.fail(failure))
      },
      onSuccess: (passage) =>
        passage === "free" ? Effect.void : counters.rateLimit(span, passage === "waited" ? "quota" : "store")
    })
  }

  const perform = <A, E>(
    request: Request<A, E>,
    policy: Retry.Policy,
    span: Tracer.Span,
    progress: Progress
  ): Effect.Effect<Reply<A>, E | TwilioError.TwilioError> =>
    Effect.gen(function* () {
      const { address } = request
      const url = request.url ?? `${baseUrl}${address.path}${request.query ? `?${request.query}` : ""}`
      if (yield* Telemetry.RecordUrls) span.attribute("url.full", url)
      const headers = (yield* Telemetry.SendTraceHeaders) ? Trace.headers(span) : undefined
      const counters = Counters.over(outerCounters, yield* Counters.Current)
      const clock = yield* Clock.Clock
      const began = Steady.millis(clock)
      const { deadline } = policy
      const end = (yield* EndsAt) ?? began + Duration.toMillis(deadline)
      const untilDone = (before?: E | TwilioError.TwilioError): Effect.Effect<Reply<A>, E | TwilioError.TwilioError> =>
        Effect.andThen(
          turn(request, policy, counters, progress, end, before),
          attempt(request, url, progress, policy, headers, counters).pipe(Effect.catch(again))
        )
      const again = (error: E | TwilioError.TwilioError) => {
        // It is done: to send it again could change what has come since.
        if (progress.settles && progress.applied !== undefined) return Effect.fail(error)
        const standing = {
          attempt: progress.attempts,
          now: Steady.millis(clock),
          began: progress.beganSteady,
          deadline: end
        }
        return Effect.flatMap(Retry.delay(policy, address.operation, error, standing), (delay) => {
          if (delay === undefined) return Effect.fail(error)
          Trace.retried(span, clock, progress.attempts, error, delay)
          return counters
            .retry(request.span, Trace.outcome(error))
            .pipe(
              Effect.andThen(Effect.sleep(Duration.millis(delay))),
              Effect.andThen(Effect.suspend(() => untilDone(error)))
            )
        })
      }
      return yield* end === Infinity
        ? untilDone()
        : Effect.timeoutOrElse(untilDone(), {
            duration: Duration.millis(Math.max(0, end - began)),
            orElse: () => Effect.fail(pastDeadline(request, progress, deadline))
          })
    })

  const run = <A, E>(
    request: Request<A, E>,
    progress: Progress
  ): Effect.Effect<Reply<A>, E | TwilioError.TwilioError> =>
    Effect.flatMap(current, (chosen) => {
      const { address } = request
      return Effect.flatMap(Effect.mapError(Effect.fromResult(chosen), Address.refuse(address)), (policy) => {
        // A tracer sees what a span ends with: the record is not for it. It is set wherever the span succeeds.
        let result: Reply<A> | undefined
        const span = Effect.useSpan(
          request.span,
          { kind: "client", attributes: attributes(address.operation) },
          (span) =>
            perform(request, policy, span, progress).pipe(
              Effect.map((reply) => {
                result = reply
              }),
              Effect.onExit((exit) => Effect.sync(() => Trace.ended(span, progress, exit))),
              Effect.withParentSpan(span, { captureStackTrace: false })
            )
        )
        return Effect.map(span, () => result as Reply<A>)
      })
    })

  const begin = (settles: boolean): Progress => ({
    settles,
    attempts: 0,
    status: undefined,
    began: 0,
    beganSteady: 0,
    beganThere: undefined,
    unsettled: false,
    applied: undefined,
    underWay: false
  })

  const isWrite = (request: Request<unknown, unknown>) => request.address.operation.method === "POST"

  const whole: TwilioClient["whole"] = (operation) =>
    Effect.flatMap(current, (chosen) => {
      if (Result.isFailure(chosen) || !Duration.isFinite(chosen.success.deadline)) return operation
      const { deadline } = chosen.success
      return Effect.flatMap(EndsAt, (outer) =>
        Effect.clockWith((clock) =>
          Effect.provideService(operation, EndsAt, outer ?? Steady.millis(clock) + Duration.toMillis(deadline))
        )
      )
    })

  const send: TwilioClient["send"] = (request) =>
    Effect.suspend(() => {
      const progress = begin(false)
      const ran = run(request, progress)
      return isWrite(request) ? Effect.mapError(ran, (error) => Retry.withDoubt(error, progress)) : ran
    })

  const settle: TwilioClient["settle"] = (request, settle) =>
    Effect.suspend(() => {
      const progress = begin(true)
      return whole(
        Effect.matchEffect(run(request, progress), {
          onSuccess: (reply) => Effect.succeed(reply.value),
          onFailure: (error) =>
            Effect.flatMap(retries, (retries) =>
              retries && (progress.unsettled || progress.applied !== undefined)
                ? Effect.mapError(settle(error, earliest(progress)), (error) => Retry.withDoubt(error, progress))
                : Effect.fail(error)
            )
        })
      )
    })

  const client: TwilioClient = { baseUrl, retries, whole, send, settle }
  return client
})
