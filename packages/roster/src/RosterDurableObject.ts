/**
 * A roster's rooms in Cloudflare Durable Objects: one object per room, and one that knows all of them. They keep their data
 * when they're evicted, and when the Worker is deployed again.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Calls from "./internal/durable/Calls.ts"
import * as Directory from "./internal/durable/Directory.ts"
import * as RoomObject from "./internal/durable/RoomObject.ts"
import * as RosterStore from "./RosterStore.ts"

/**
 * The namespace of the objects: what a Worker's environment has for the binding. Fits Cloudflare's `DurableObjectNamespace`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Namespace {
  idFromName(name: string): { toString(): string }
  get(id: { toString(): string }): {
    fetch(
      url: string,
      init: { readonly method: string; readonly body: string }
    ): Promise<{ readonly ok: boolean; text(): Promise<string> }>
  }
}

/**
 * What the runtime passes to an object. Fits Cloudflare's `DurableObjectState`.
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly storage: {
    readonly sql: {
      exec(query: string, ...bindings: Array<string | number | null>): { toArray(): Array<Record<string, unknown>> }
    }
    transactionSync<A>(closure: () => A): A
    setAlarm(time: number): Promise<void>
    deleteAlarm(): Promise<void>
    deleteAll(): Promise<void>
  }
}

/**
 * An object of a roster. The runtime calls it.
 *
 * @category models
 * @since 0.1.0
 */
export interface RosterObject {
  readonly fetch: (request: Request) => Promise<Response>
  readonly alarm: () => Promise<void>
  /** Marks the class for the types that `wrangler types` writes. It has no value. */
  readonly __DURABLE_OBJECT_BRAND: never
}

/**
 * The options of the objects.
 *
 * @category models
 * @since 0.1.0
 */
export interface ObjectOptions {
  /** The name of their binding: the object of a room reaches the one that knows all rooms through it. */
  readonly binding: string
  /**
   * How long rooms are kept after they end, if the roster doesn't drop them before: it does so only when it gets callbacks.
   * Use the roster's `retention`. Default: 1 hour.
   */
  readonly retention?: Duration.Input | undefined
}

const directoryOf = (namespace: Namespace) =>
  Calls.to<Directory.Operations>({ namespace, role: "directory", name: "directory" })

const roomOf = (namespace: Namespace, roomSid: string) =>
  Calls.to<RoomObject.Operations>({ namespace, role: "room", name: roomSid })

/**
 * The class of the objects. Export it from the Worker's main module, bind it, and list it in `new_sqlite_classes` of the
 * Worker's migrations: it needs [SQLite storage](https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/).
 *
 * ```jsonc
 * "durable_objects": { "bindings": [{ "name": "ROSTER", "class_name": "RosterRoom" }] },
 * "migrations": [{ "tag": "v1", "new_sqlite_classes": ["RosterRoom"] }]
 * ```
 *
 * Cloudflare can restore what was dropped or forgotten for
 * [30 days](https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#pitr-point-in-time-recovery-api).
 *
 * ```ts no-run
 * import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
 *
 * export class RosterRoom extends RosterDurableObject.make({ binding: "ROSTER" }) {}
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({
  binding,
  retention = Duration.hours(1)
}: ObjectOptions): new (state: State, env: object) => RosterObject =>
  class {
    declare readonly __DURABLE_OBJECT_BRAND: never
    readonly #roles: Readonly<{ room: RoomObject.Operations; directory: Directory.Operations }>
    readonly #room: RoomObject.RoomObject

    constructor({ storage }: State, env: object) {
      const namespace = (env as Readonly<Record<string, Namespace | undefined>>)[binding]
      if (namespace === undefined) {
        throw new Error(`The roster's Durable Object has no binding ${binding}. Check the options of its class.`)
      }
      const millis = Duration.toMillis(retention)
      this.#room = RoomObject.make({ storage, directory: directoryOf(namespace), retention: millis })
      const directory = Directory.make(storage, (roomSid) => roomOf(namespace, roomSid))
      this.#roles = { room: this.#room.operations, directory }
    }

    fetch(request: Request): Promise<Response> {
      return Calls.answer(this.#roles, request)
    }

    alarm(): Promise<void> {
      return this.#room.alarm()
    }
  }

/**
 * The options of a roster's store.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly namespace: Namespace
}

const unavailable = () =>
  new RosterStore.RosterUnavailable({
    message:
      "The roster's Durable Object failed or can't be reached. Check its binding, and that new_sqlite_classes lists its class."
  })

/** The cause may contain identities, and isn't kept. The Worker's log has it. */
const request = <A>(send: () => Promise<A>): Effect.Effect<A, RosterStore.RosterUnavailable> =>
  Effect.tryPromise({ try: send, catch: unavailable })

/** Visits all rooms, some of them in each request. */
const visit = Effect.fnUntraced(function* (send: (after: string) => Promise<Directory.Visited>) {
  let total = 0
  let after: string | undefined = ""
  while (after !== undefined) {
    const from: string = after
    const { count, next }: Directory.Visited = yield* request(() => send(from))
    total += count
    after = next
  }
  return total
})

const storeOf = (namespace: Namespace): RosterStore.Service => {
  const directory = directoryOf(namespace)
  const room = (roomSid: string) => roomOf(namespace, roomSid)
  return {
    apply: ({ roomName, roomSid }, facts) => request(() => room(roomSid)("apply", { roomName, roomSid }, facts)),
    read: (roomSid) => request(() => room(roomSid)("read")),
    find: (roomName) => request(() => directory("find", roomName)),
    changes: (roomSid, after) => request(() => room(roomSid)("changes", after)),
    wait: (roomSid, after) => request(() => room(roomSid)("wait", after)),
    rooms: request(() => directory("rooms")),
    claim: (claim) => request(() => directory("claim", claim)),
    lease: (task, now, until) => request(() => directory("lease", task, now, until)),
    forget: (identities) => visit((after) => directory("forget", identities.map(Redacted.value), after)),
    drop: (before) => visit((after) => directory("drop", before, after))
  }
}

/**
 * Keeps the rooms in the objects of a namespace. Also for layers at a Worker's module scope: requests share nothing.
 *
 * ```ts no-run
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
 * import * as Layer from "effect/Layer"
 *
 * export const rosterOf = (env: { readonly ROSTER: RosterDurableObject.Namespace }) =>
 *   Roster.layerCallbacks().pipe(Layer.provide(RosterDurableObject.layer({ namespace: env.ROSTER })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ({ namespace }: Options): Layer.Layer<RosterStore.RosterStore> =>
  Layer.sync(RosterStore.RosterStore, () => storeOf(namespace))
