/**
 * The documents of requests and jobs. None of them contains an identity, except the sealed one.
 *
 * A job serves all requests that are open when its sweep starts. Requests have no owner; the documents of a job belong to
 * it, and are removed together.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as ErasureSteps from "../../ErasureSteps.ts"
import * as Receipt from "../../Receipt.ts"
import * as Store from "../store/Store.ts"

export const RequestState = Schema.Union([
  Schema.TaggedStruct("Waiting", {}),
  Schema.TaggedStruct("Running", { job: Schema.String }),
  Schema.TaggedStruct("Complete", {}),
  Schema.TaggedStruct("Partial", {}),
  Schema.TaggedStruct("Canceled", { job: Schema.optionalKey(Schema.String) })
])

export const Request = Schema.Struct({
  requestId: Schema.String,
  /** An HMAC of the identities. */
  fingerprint: Schema.String,
  requestedAt: Schema.String,
  since: Schema.optionalKey(Schema.String),
  state: RequestState
})
export type Request = Schema.Schema.Type<typeof Request>

/** What one of a job's two sweeps has to search, in groups of windows. */
export const Plan = Schema.Struct({
  startedAt: Schema.String,
  groups: Schema.Int,
  windows: Schema.Int,
  rooms: Schema.Int,
  /** The first groups contain the rooms in progress. */
  groupsInProgress: Schema.Int,
  unreadable: Schema.Int
})
export type Plan = Schema.Schema.Type<typeof Plan>

export const Job = Schema.Struct({
  requestIds: Schema.Array(Schema.String),
  since: Schema.optionalKey(Schema.String),
  /** The settings in force when the job began; in seconds. */
  tokenLifetime: Schema.Finite,
  connected: Schema.Literals(["wait", "remove"]),
  /** `Forgetting`: the engine may have forgotten the job already. */
  phase: Schema.Literals(["Sweeping", "Settling", "SweepingAgain", "Verifying", "Finished", "Forgetting"]),
  /** When the phase began. */
  at: Schema.String,
  embargoedAt: Schema.String,
  settlesAt: Schema.optionalKey(Schema.String),
  verifiedAt: Schema.optionalKey(Schema.String),
  /** By sweep: the first, and the second. */
  plans: Schema.Array(Plan)
})
export type Job = Schema.Schema.Type<typeof Job>

/** The windows that one activity searches. */
export const Group = Schema.Array(ErasureSteps.Window)
export type Group = Schema.Schema.Type<typeof Group>

/** What the search of a group found, stored before anything is anonymized. */
export const Found = Schema.Struct({
  ...ErasureSteps.Findings.fields,
  /** The number of participations in each window. */
  perWindow: Schema.Array(Schema.Int)
})
export type Found = Schema.Schema.Type<typeof Found>

const Counts = Schema.Record(Schema.String, Schema.Int)

/** The result of a group, small enough to be read with every look at the progress. */
export const Swept = Schema.Struct({
  at: Schema.String,
  windows: Schema.Int,
  rooms: Schema.Int,
  /** By request. */
  found: Counts,
  erased: Counts
})
export type Swept = Schema.Schema.Type<typeof Swept>

const collection = <A>(name: string, schema: Schema.Codec<A, unknown>) => {
  const codec = Schema.fromJsonString(Schema.toCodecJson(schema))
  // The texts are this module's own, so another one is a defect. The error would quote it.
  const broken = () => new Error(`A document of ${name} in the erasure's store can't be read. Restore the store.`)
  const encode = (value: A) => Effect.orDie(Schema.encodeEffect(codec)(value))
  const decode = (text: string): Effect.Effect<A> =>
    Effect.orDie(Effect.mapError(Schema.decodeEffect(codec)(text), broken))
  const at = (owner: string, key: string): Store.Address => ({ collection: name, owner, key })
  return {
    find: (owner: string, key: string) =>
      Store.Store.use((store) =>
        Effect.flatMap(store.get(at(owner, key)), (text) => (text === undefined ? Effect.undefined : decode(text)))
      ),
    /** Dies if it doesn't exist. */
    get: (owner: string, key: string) =>
      Store.Store.use((store) =>
        Effect.flatMap(store.get(at(owner, key)), (text) =>
          text === undefined
            ? Effect.die(new Error(`A document of ${name} is missing from the erasure's store. Restore the store.`))
            : decode(text)
        )
      ),
    put: (owner: string, key: string, value: A) =>
      Store.Store.use((store) => Effect.flatMap(encode(value), (text) => store.put(at(owner, key), text))),
    insert: (owner: string, key: string, value: A) =>
      Store.Store.use((store) => Effect.flatMap(encode(value), (text) => store.insert(at(owner, key), text))),
    /** Changes it if `change` returns something else, against concurrent changes. Returns the value that is stored then. */
    update: (owner: string, key: string, change: (value: A) => A | undefined) =>
      Store.Store.use(
        Effect.fnUntraced(function* (store) {
          for (;;) {
            const before = yield* store.get(at(owner, key))
            if (before === undefined) return undefined
            const value = yield* decode(before)
            const changed = change(value)
            if (changed === undefined) return value
            if (yield* store.replace(at(owner, key), before, yield* encode(changed))) return changed
          }
        })
      ),
    remove: (owner: string, key: string) => Store.Store.use((store) => store.remove(at(owner, key))),
    /** Removes it if it still has this value. */
    removeIf: (owner: string, key: string, value: A) =>
      Store.Store.use((store) => Effect.flatMap(encode(value), (text) => store.remove(at(owner, key), text))),
    entries: (owner: string) =>
      Store.Store.use((store) =>
        Effect.flatMap(
          store.list(name, owner),
          Effect.forEach(([key, text]) => Effect.map(decode(text), (value) => [key, value] as const))
        )
      ),
    list: (owner: string) =>
      Store.Store.use((store) =>
        Effect.flatMap(
          store.list(name, owner),
          Effect.forEach(([, text]) => decode(text))
        )
      )
  }
}

const unowned = ""

/** Has the documents of a kind that belong to no job. */
const unownedCollection = <A>(name: string, schema: Schema.Codec<A, unknown>) => {
  const all = collection(name, schema)
  return {
    find: (key: string) => all.find(unowned, key),
    get: (key: string) => all.get(unowned, key),
    put: (key: string, value: A) => all.put(unowned, key, value),
    insert: (key: string, value: A) => all.insert(unowned, key, value),
    update: (key: string, change: (value: A) => A | undefined) => all.update(unowned, key, change),
    remove: (key: string) => all.remove(unowned, key),
    removeIf: (key: string, value: A) => all.removeIf(unowned, key, value),
    entries: all.entries(unowned),
    list: all.list(unowned)
  }
}

export const requests = unownedCollection("request", Request)
/** The sealed identities of a request: the only place that has them. */
export const sealed = unownedCollection("sealed", Schema.String)
export const receipts = unownedCollection("receipt", Receipt.Receipt)
export const jobs = unownedCollection("job", Job)
/** The job that sweeps, or is about to: at most one. */
export const sweeping = unownedCollection("sweeping", Schema.String)
/** Why a job is stalled. */
export const stalls = unownedCollection("stall", Schema.String)

/** When an activity of a job last ended, or the job was resumed: one document. */
export const progress = collection("progress", Schema.String)

export const groups = collection("group", Group)
export const found = collection("found", Found)
export const swept = collection("swept", Swept)
export const outcomes = collection("outcome", ErasureSteps.Outcome)
/** The participants whose outcomes one activity confirms. */
export const confirmations = collection("confirmation", Schema.Array(Schema.String))
/** How many participants or records each identity store forgot, by request. */
export const forgotten = collection("forgotten", Counts)
/** Rooms that couldn't be searched, as the last look left them. */
export const problems = collection("problem", ErasureSteps.RoomProblem)

/** Keys in the order of an index. */
export const indexKey = (index: number): string => String(index).padStart(8, "0")

export const groupKey = (sweep: number, index: number): string => `${sweep}/${indexKey(index)}`
