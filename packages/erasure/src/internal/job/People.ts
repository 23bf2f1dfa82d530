/**
 * The people that a job still has to erase. Their identities exist in memory only while a step uses them.
 */
import * as Effect from "effect/Effect"
import * as ErasureKeys from "../../ErasureKeys.ts"
import type * as ErasureSteps from "../../ErasureSteps.ts"
import * as Sealing from "../Sealing.ts"
import * as Documents from "./Documents.ts"
import * as Failure from "./Failure.ts"

/** Opens the identities of a request. `undefined` if they were destroyed. */
export const open = Effect.fnUntraced(function* (requestId: string) {
  const sealed = yield* Documents.sealed.find(requestId)
  if (sealed === undefined) return undefined
  const keys = yield* ErasureKeys.ErasureKeys
  const identities = yield* Effect.mapError(
    Sealing.open(keys, requestId, sealed),
    ({ message }) => new Failure.JobFailure({ message })
  )
  const person: ErasureSteps.Person = { requestId, identities }
  return person
})

/** Opens the identities of a job's requests, without those that were canceled. */
export const ofJob = Effect.fnUntraced(function* ({ requestIds }: Documents.Job) {
  const people = yield* Effect.forEach(requestIds, open)
  return people.filter((person) => person !== undefined)
})

/** Leaves out those who have canceled since. */
export const remaining = (people: ReadonlyArray<ErasureSteps.Person>) =>
  Effect.filter(people, ({ requestId }) =>
    Effect.map(Documents.sealed.find(requestId), (sealed) => sealed !== undefined)
  )
