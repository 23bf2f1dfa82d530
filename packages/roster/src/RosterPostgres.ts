/**
 * A roster's rooms in a Postgres database, for any number of processes: callbacks may arrive at each of them, and readers
 * see every change at each of them.
 *
 * Node 22.19 or newer, with the peer dependency `@effect/sql-pg`. Other modules of this package run on every runtime.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as SqlError from "effect/sql/SqlError"
import * as SqlStore from "./internal/store/SqlStore.ts"
import * as RosterStore from "./RosterStore.ts"

/**
 * The options of {@link layer}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The database's URL, `postgres://user:password@host:port/database`. A pooler must keep sessions: `LISTEN` needs them. */
  readonly url: Redacted.Redacted
}

const waits = Schedule.min([Schedule.exponential(Duration.millis(100)), Schedule.spaced(Duration.seconds(5))])

const isRefused = ({ reason }: SqlError.SqlError): boolean =>
  reason._tag === "AuthenticationError" || reason._tag === "AuthorizationError"

const refused = new RosterStore.RosterUnavailable({
  message: "The database refuses the user in its URL. Check the user and the password."
})

/** Waits for the database. The pool connects only when it's used. */
const reachable = (sql: PgClient.PgClient) => {
  const probe = Effect.asVoid(sql`SELECT 1`)
  return probe.pipe(
    Effect.catchIf(
      (error) => !isRefused(error),
      ({ reason }) =>
        Effect.andThen(
          Effect.logWarning(`Waiting for the roster's database, which can't be reached (${reason._tag}).`),
          Effect.retry(probe, { schedule: waits, while: (error) => !isRefused(error) })
        )
    ),
    Effect.mapError(() => refused)
  )
}

const channel = "effect_twilio_video_roster"

const noticeOf = (payload: string): SqlStore.Notice => {
  const [roomSid = "", position] = payload.split(" ")
  return position === undefined ? { roomSid } : { roomSid, position: Number(position) }
}

const payloadOf = ({ position, roomSid }: SqlStore.Notice): string =>
  position === undefined ? roomSid : `${roomSid} ${position}`

/** Wakes readers when another process changes a room. Connects again when the connection is lost. */
const listening = (sql: PgClient.PgClient, { poll, readers }: SqlStore.SqlStore) =>
  Effect.gen(function* () {
    const notices = yield* sql.listen(channel)
    // What changed before.
    yield* poll
    for (;;) {
      const { position, roomSid } = noticeOf((yield* Queue.take(notices)).payload)
      readers.wake(roomSid, position)
    }
  }).pipe(Effect.scoped, Effect.retry(Schedule.spaced(Duration.seconds(1))), Effect.ignore)

const make = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  yield* reachable(sql)
  const store = yield* SqlStore.make(sql, {
    begin: "BEGIN",
    locking: "FOR UPDATE",
    lockingFree: "FOR UPDATE SKIP LOCKED",
    search: "strpos",
    rowsOf: (json) => sql`SELECT json_array_elements_text(${json}::json)`,
    notify: (rooms) =>
      sql`SELECT pg_notify(${channel}, payload)
        FROM json_array_elements_text(${JSON.stringify(rooms.map(payloadOf))}::json) AS payload`
  })
  yield* Effect.forkScoped(listening(sql, store))
  return store.service
})

/**
 * Keeps the rooms in a Postgres database. Creates the tables `roster_rooms`, `roster_changes` and `roster_leases`.
 *
 * A change is in the database before its callback is answered, so that a process that dies loses nothing. Processes tell
 * each other of changes with `NOTIFY`. If a notification is lost, readers see the change after at most 5 seconds.
 *
 * Waits for the database at the start, and logs a warning meanwhile. While the database is away later, operations fail with
 * `RosterUnavailable`, and go on when it's back. The layer fails with `RosterUnavailable` if the database refuses the user,
 * or the tables can't be created.
 *
 * Identities are stored as plain text. Postgres keeps what was dropped or forgotten in its files until `VACUUM`, and longer
 * in its write-ahead log and backups. It also writes identities into its own log if that has the parameters of statements.
 *
 * @example
 * ```ts no-run
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Roster from "@effect-twilio-video/roster/Roster"
 * import * as RosterPostgres from "@effect-twilio-video/roster/RosterPostgres"
 * import * as Config from "effect/Config"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const store = Layer.unwrap(
 *   Effect.map(Config.Redacted("DATABASE_URL"), (url) => RosterPostgres.layer({ url }))
 * )
 *
 * export const roster = Roster.layer().pipe(
 *   Layer.provide(store),
 *   Layer.provide(TwilioVideo.layerFetchConfig())
 * )
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = ({ url }: Options): Layer.Layer<RosterStore.RosterStore, RosterStore.RosterUnavailable> =>
  Layer.effect(RosterStore.RosterStore, make).pipe(
    Layer.provide(Layer.orDie(PgClient.layer({ url, applicationName: "effect-twilio-video-roster" })))
  )
