/**
 * Asks the identity stores of the application to forget the people of a job.
 */
import type * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Effect from "effect/Effect"
import type * as ErasureSteps from "../../ErasureSteps.ts"
import * as Store from "../store/Store.ts"
import * as Documents from "./Documents.ts"
import * as Failure from "./Failure.ts"
import * as Job from "./Job.ts"
import * as People from "./People.ts"
import * as Settings from "./Settings.ts"

/** The store's own error may contain anything. */
const ask = ({ forget, name }: IdentityStore.IdentityStore, { identities }: ErasureSteps.Person) =>
  Failure.retry(
    Effect.mapError(
      forget(identities),
      () => new Store.StoreError({ message: `The identity store "${name}" failed. Mend it, then resume.` })
    )
  )

const add = Effect.fnUntraced(function* (id: string, requestId: string, name: string, forgotten: number) {
  yield* Documents.forgotten.insert(id, requestId, {})
  yield* Documents.forgotten.update(id, requestId, (counts) => ({
    ...counts,
    [name]: (counts[name] ?? 0) + forgotten
  }))
})

/** Stores count what they remove at each call, so the counts of several calls are added up. */
export const forget = Effect.fnUntraced(function* (id: string) {
  const { stores } = yield* Settings.Settings
  for (const requestId of (yield* Documents.jobs.get(id)).requestIds) {
    for (const store of stores) {
      const person = yield* People.open(requestId)
      if (person === undefined) break
      yield* add(id, requestId, store.name, yield* ask(store, person))
      yield* Job.noteProgress(id)
    }
  }
})
