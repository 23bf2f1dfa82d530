/**
 * Finds and verifies requests in the log of a sandbox in process. Works with any test runner.
 *
 * @since 0.1.0
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as RequestFilter from "./internal/journal/RequestFilter.ts"
import * as Routes from "./internal/server/Routes.ts"
import type * as LoggedRequest from "./LoggedRequest.ts"
import type * as OperationName from "./OperationName.ts"
import * as Sandbox from "./Sandbox.ts"
import type * as SandboxError from "./SandboxError.ts"

/**
 * Which requests to find: those that fit all given members. Without members, all requests of the log.
 *
 * @category models
 * @since 0.1.0
 */
export interface Query {
  readonly operation?: OperationName.OperationName | undefined
  /** A room's SID or unique name, whichever of the two the request used. */
  readonly room?: string | undefined
  /** A participant's SID or identity, whichever of the two the request used. */
  readonly participant?: string | undefined
  /** A status such as 404, or a class such as `4xx`. */
  readonly status?: number | `${1 | 2 | 3 | 4 | 5}xx` | undefined
  /** Requests at or after a time in ISO 8601, or after the request with an id. */
  readonly since?: string | undefined
}

/**
 * Which requests to expect, and how many.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expectation extends Query {
  /** An exact number, or its limits. Default: at least one. */
  readonly count?: number | { readonly atLeast?: number | undefined; readonly atMost?: number | undefined } | undefined
}

/**
 * The log doesn't have the expected number of requests. The message lists the requests that come nearest and how each
 * differs, without identities and unique names.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestsMismatch extends Schema.TaggedError<RequestsMismatch>()("RequestsMismatch", {
  message: Schema.String,
  /** How many requests were found. */
  found: Schema.Int
}) {}

type Request = LoggedRequest.LoggedRequest

const nearestShown = 5

const search = ({ status, ...others }: Query) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => {
    const { engine, log } = Routes.partsOf(sandbox)
    const text = { ...others, status: status === undefined ? undefined : String(status) }
    const given = Object.entries(text).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    return Effect.fromResult(
      Result.map(RequestFilter.read(given), (query) => {
        const criteria = RequestFilter.criteria(engine.store, query)
        const all = log.entries.read().map((entry) => {
          const facts = entry.facts()
          return { entry, facts, differences: criteria.flatMap(([name, fits]) => (fits(facts) ? [] : [name])) }
        })
        const found = all.filter(({ differences }) => differences.length === 0).map(({ entry }) => entry.show())
        // The log drops its oldest requests: what is before `since` may be missing.
        const isComplete = log.entries.dropped === 0 || all[0]?.differences.includes("since") === true
        return { query, all, found, dropped: isComplete ? 0 : log.entries.dropped }
      })
    )
  })

type Search = Effect.Success<ReturnType<typeof search>>

// Identities and unique names are personal data.
const shown = (query: RequestFilter.Query): string => {
  const { operation, participant, room, since, status } = query
  const members = [
    operation,
    room === undefined ? undefined : `room ${Sid.isRoomSid(room) ? room : "{name}"}`,
    participant === undefined
      ? undefined
      : `participant ${Sid.isParticipantSid(participant) ? participant : "{identity}"}`,
    status === undefined ? undefined : `status ${status}`,
    since === undefined ? undefined : `since ${since}`
  ].filter((member) => member !== undefined)
  return members.length === 0 ? "" : ` of ${members.join(", ")}`
}

const line = ({ differences, facts }: Search["all"][number]): string => {
  const { id, method, operation = `${method} of no operation`, status } = facts
  const outcome = status === undefined ? "no response" : `status ${status}`
  const difference = differences.length === 0 ? "fits" : `differs in ${differences.join(", ")}`
  return `\n- ${id}: ${operation}, ${outcome}; ${difference}`
}

const nearest = ({ all }: Search): string => {
  if (all.length === 0) return " The log is empty."
  const sorted = all.toReversed().sort((a, b) => a.differences.length - b.differences.length)
  const lines = sorted.slice(0, nearestShown).map(line)
  return ` The nearest of ${all.length} in the log:${lines.join("")}`
}

interface Limits {
  readonly atLeast: number
  readonly atMost: number
}

const limitsOf = ({ count = { atLeast: 1 } }: Expectation): Limits => {
  if (typeof count === "number") return { atLeast: count, atMost: count }
  const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = count
  return { atLeast, atMost }
}

const shownLimits = ({ atLeast, atMost }: Limits): string => {
  if (atLeast === atMost) return `exactly ${atLeast}`
  const lower = atLeast > 0 ? `at least ${atLeast}` : ""
  const upper = atMost < Number.POSITIVE_INFINITY ? `at most ${atMost}` : ""
  return [lower, upper].filter((limit) => limit !== "").join(" and ")
}

const problemOf = (limits: Limits, search: Search): string | undefined => {
  const { atLeast, atMost } = limits
  const { dropped, found, query } = search
  // Dropped requests may fit too.
  const isCertain = dropped === 0 || atMost === Number.POSITIVE_INFINITY
  if (found.length >= atLeast && found.length <= atMost && isCertain) return undefined
  const hint =
    dropped > 0 && found.length <= atMost
      ? ` The log has dropped ${dropped} earlier request(s), which may fit too. Raise requestLog or requestLogBytes.`
      : ""
  return `Expected ${shownLimits(limits)} request(s)${shown(query)}, found ${found.length}.${hint}${nearest(search)}`
}

/**
 * The logged requests that fit a query, oldest first. Fails with `SandboxError` if the query is invalid.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Requests from "@effect-twilio-video/sandbox/Requests"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* Participants.disconnect("DailyStandup", "Alice")
 *   const requests = yield* Requests.find({ participant: "Alice" })
 *   return requests.map(({ form, operation }) => [operation, form])
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [["UpdateRoomParticipant", { Status: ["disconnected"] }]]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const find = (
  query: Query = {}
): Effect.Effect<ReadonlyArray<Request>, SandboxError.SandboxError, Sandbox.Sandbox> =>
  Effect.map(search(query), ({ found }) => found)

/**
 * Fails with `RequestsMismatch` unless the log has the expected number of requests that fit the query, and with
 * `SandboxError` if the query is invalid. Returns the requests. Also fails if the log has dropped requests that would
 * count: see the option `requestLog`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Requests from "@effect-twilio-video/sandbox/Requests"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* Participants.disconnect("DailyStandup", "Alice")
 *   yield* Requests.verify({ operation: "UpdateRoomParticipant", room: "DailyStandup", count: 1 })
 *   const { message } = yield* Effect.flip(Requests.verify({ status: "4xx" }))
 *   return message.split("\n")[0]
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => "Expected at least 1 request(s) of status 4xx, found 0. The nearest of 1 in the log:"
 * ```
 * @category verification
 * @since 0.1.0
 */
export const verify = (
  expectation: Expectation
): Effect.Effect<ReadonlyArray<Request>, RequestsMismatch | SandboxError.SandboxError, Sandbox.Sandbox> => {
  const { count: _, ...query } = expectation
  return Effect.flatMap(search(query), (search) => {
    const message = problemOf(limitsOf(expectation), search)
    const { found } = search
    return message === undefined
      ? Effect.succeed(found)
      : Effect.fail(new RequestsMismatch({ message, found: found.length }))
  })
}
