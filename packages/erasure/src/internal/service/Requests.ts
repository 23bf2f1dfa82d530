/**
 * Accepts, cancels and resumes requests.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Erasure from "../../Erasure.ts"
import * as ErasureKeys from "../../ErasureKeys.ts"
import * as Engine from "../engine/Engine.ts"
import * as Documents from "../job/Documents.ts"
import * as Job from "../job/Job.ts"
import * as Supervisor from "./Supervisor.ts"
import * as Sealing from "../Sealing.ts"

const invalid = (message: string) => Effect.fail(new Erasure.InvalidErasure({ message }))

const validate = ({ identities, requestId }: Erasure.RequestOptions): Effect.Effect<void, Erasure.InvalidErasure> => {
  if (!/^[\w.:-]{1,100}$/u.test(requestId)) {
    return invalid("The request ID must have 1 to 100 letters, digits or . _ : -, because it's part of the receipt.")
  }
  const texts = identities.map(Redacted.value)
  if (texts.length === 0 || texts.includes(""))
    return invalid("The request must have at least one identity, and none empty.")
  const id = requestId.toLowerCase()
  if (texts.some((text) => id.includes(text.toLowerCase()))) {
    return invalid("The request ID contains one of the identities. Receipts and logs show the ID: choose another.")
  }
  return Effect.void
}

const conflict = (requestId: string) =>
  new Erasure.RequestConflict({
    message: "There's a request with this ID for other identities. Choose another ID.",
    requestId
  })

const unknown = (requestId: string) =>
  Effect.fail(new Erasure.UnknownRequest({ message: "There's no request with this ID.", requestId }))

export const get = Effect.fnUntraced(function* (requestId: string) {
  return (yield* Documents.requests.find(requestId)) ?? (yield* unknown(requestId))
})

/** Stores a request once, and its identities sealed. */
export const accept = Effect.fnUntraced(function* (options: Erasure.RequestOptions) {
  yield* validate(options)
  const { identities, requestId, since } = options
  const keys = yield* ErasureKeys.ErasureKeys
  const fingerprint = yield* Sealing.fingerprint(keys, requestId, identities)
  const request: Documents.Request = {
    requestId,
    fingerprint,
    requestedAt: DateTime.formatIso(yield* DateTime.now),
    ...(since === undefined ? {} : { since: DateTime.formatIso(DateTime.toUtc(DateTime.makeUnsafe(since))) }),
    state: { _tag: "Waiting" }
  }
  yield* Documents.requests.insert(requestId, request)
  const stored = yield* Documents.requests.get(requestId)
  if (stored.fingerprint !== fingerprint) return yield* conflict(requestId)
  // A crash may have come between the two documents, so whoever asks again adds the second one.
  if (stored.state._tag === "Waiting") {
    yield* Documents.sealed.insert(requestId, yield* Sealing.seal(keys, requestId, identities))
    const { state } = yield* Documents.requests.get(requestId)
    if (state._tag === "Canceled") yield* Documents.sealed.remove(requestId)
  }
  yield* Supervisor.startNext
  yield* Engine.Engine.use(({ accepted }) => accepted.open)
  return requestId
})

const wrongPhase = (requestId: string, message: string) => Effect.fail(new Erasure.WrongPhase({ message, requestId }))

export const receipt = Effect.fnUntraced(function* (requestId: string) {
  const { state } = yield* get(requestId)
  const found =
    state._tag === "Waiting" || state._tag === "Running" ? undefined : yield* Documents.receipts.find(requestId)
  return (
    found ?? (yield* wrongPhase(requestId, "The request isn't done, so it has no receipt yet. Wait until watch ends."))
  )
})

export const cancel = Effect.fnUntraced(function* (requestId: string) {
  yield* get(requestId)
  const request = yield* Documents.requests.update(requestId, (request) => {
    if (request.state._tag === "Waiting") return { ...request, state: { _tag: "Canceled" } }
    return request.state._tag === "Running"
      ? { ...request, state: { _tag: "Canceled", job: request.state.job } }
      : undefined
  })
  if (request?.state._tag !== "Canceled") {
    return yield* wrongPhase(requestId, "The job is done, so there's nothing to cancel. Read its receipt.")
  }
  const { job } = request.state
  const written = yield* Job.endCanceled(request, job)
  // If everybody of a stalled job canceled, it has to end.
  if (job !== undefined) yield* Supervisor.resume(job)
  return written
})

export const resume = Effect.fnUntraced(function* (requestId: string) {
  const { state } = yield* get(requestId)
  const next = state._tag === "Running" ? state.job : yield* Documents.sweeping.find(Job.sweeping)
  if (next !== undefined && (state._tag === "Running" || state._tag === "Waiting")) yield* Supervisor.resume(next)
})
