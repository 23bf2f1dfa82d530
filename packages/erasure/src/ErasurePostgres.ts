/**
 * Erasures on several machines, in a Postgres database, with any number of runner processes. If one dies, another goes
 * on with its jobs.
 *
 * Node 22.19 or newer, with the peer dependencies `@effect/sql-pg` and `@effect/platform-node`. Other modules of this package
 * run on every runtime.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import type * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import type * as SocketServer from "effect/socket/SocketServer"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlError from "effect/sql/SqlError"
import * as Erasure from "./Erasure.ts"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as ClusterEngine from "./internal/engine/ClusterEngine.ts"
import * as Service from "./internal/service/Service.ts"
import * as SqlStore from "./internal/store/SqlStore.ts"
import type * as Store from "./internal/store/Store.ts"

/**
 * The options of {@link layerPostgres}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Erasure.Options {
  /** The database's URL, `postgres://user:password@host:port/database`. A pooler must keep sessions: advisory locks need them. */
  readonly url: Redacted.Redacted
  /** The keys that seal identities and sign receipts: the same for all processes. */
  readonly keys: ErasureKeys.Keys
  /**
   * The address at which the other runners reach this process, which then runs jobs. Give a runner the same address again
   * when it restarts: its jobs go on sooner. Default: this process runs no jobs; it only requests and watches them.
   */
  readonly runner?: { readonly host: string; readonly port: number } | undefined
}

/** Short, so that jobs of a runner that dies go on within seconds. */
const shardingConfig = {
  shardLockExpiration: Duration.seconds(10),
  shardLockRefreshInterval: Duration.seconds(3),
  refreshAssignmentsInterval: Duration.seconds(1),
  entityMessagePollInterval: Duration.seconds(1),
  runnerHealthCheckInterval: Duration.seconds(5),
  // A runner that joins takes over jobs of others. A job that waits for an activity can't go on before it's taken over.
  entityTerminationTimeout: Duration.seconds(1)
}

const waits = Schedule.min([Schedule.exponential(Duration.millis(100)), Schedule.spaced(Duration.seconds(5))])

const isRefused = ({ reason }: SqlError.SqlError): boolean =>
  reason._tag === "AuthenticationError" || reason._tag === "AuthorizationError"

const unavailable = (message: string) => new Erasure.ErasureUnavailable({ message })

/** Waits for the database. The pool connects only when it's used. */
const reachable = SqlClient.SqlClient.use((sql) => {
  const probe = Effect.asVoid(sql`SELECT 1`)
  return probe.pipe(
    Effect.catchIf(
      (error) => !isRefused(error),
      ({ reason }) =>
        Effect.andThen(
          Effect.logWarning(`Waiting for the database of the erasure jobs, which can't be reached (${reason._tag}).`),
          Effect.retry(probe, { schedule: waits, while: (error) => !isRefused(error) })
        )
    ),
    Effect.mapError(() => unavailable("The database refuses the user in its URL. Check the user and the password."))
  )
})

const database = (url: Redacted.Redacted) => {
  const client = PgClient.layer({ url, applicationName: "effect-twilio-video-erasure" })
  return Layer.provideMerge(Layer.effectDiscard(reachable), Layer.orDie(client))
}

const failure = (
  error: Config.ConfigError | Erasure.ErasureUnavailable | SocketServer.SocketServerError | Store.StoreError
): Effect.Effect<never, Erasure.ErasureUnavailable> => {
  switch (error._tag) {
    case "ConfigError":
      return Effect.die(error)
    case "ErasureUnavailable":
      return Effect.fail(error)
    case "SocketServerError":
      return Effect.fail(unavailable("The runner can't listen on its port. Check that it's free."))
    case "StoreError":
      return Effect.fail(unavailable(error.message))
  }
}

const longestClose = Duration.seconds(5)

const stillClosing =
  `Closing the erasure jobs takes longer than ${Duration.toSeconds(longestClose)} seconds, and goes on in the background. ` +
  "Check that the database is reachable."

/** Doesn't wait for the engine to close while its database is away: the engine repeats what fails, uninterruptibly. */
const closingInTime = <A, E, R>(layer: Layer.Layer<A, E, R>): Layer.Layer<A, E, R> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* Effect.addFinalizer((exit) =>
        Effect.gen(function* () {
          const closing = yield* Effect.forkDetach(Scope.close(scope, exit))
          // The fiber that runs finalizers can't be interrupted, so a timeout works only in another one.
          const waiting = yield* Fiber.join(closing).pipe(
            Effect.timeoutOrElse({ duration: longestClose, orElse: () => Effect.logWarning(stillClosing) }),
            Effect.forkDetach
          )
          yield* Fiber.join(waiting)
        })
      )
      return yield* Layer.buildWithScope(layer, scope)
    })
  )

/**
 * Serves erasures, and runs their jobs if `runner` is set.
 *
 * Waits for the database at the start, and logs a warning meanwhile. If the database goes away later, jobs go on when it's
 * back. If a runner dies, its jobs go on within seconds of its restart at the same address, or else after about 10 seconds
 * on another runner. Fails with `ErasureUnavailable` if the database refuses the user, or if another process has the
 * runner's port.
 *
 * A runner that stops gives its jobs to the others. Closing the layer takes at most 5 seconds: if the database is away, it
 * logs a warning, and the rest goes on in the background until the database is back or the process ends.
 *
 * The tables are created at the start. Postgres keeps deleted rows in its files until `VACUUM FULL`, and in its
 * write-ahead log and backups: there, identities stay sealed.
 *
 * @example
 * ```ts no-run
 * import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
 * import * as ErasurePostgres from "@effect-twilio-video/erasure/ErasurePostgres"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
 * import * as Config from "effect/Config"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const settings = Config.all({ url: Config.Redacted("DATABASE_URL"), keys: ErasureKeys.config })
 *
 * const runner = Layer.unwrap(
 *   Effect.map(settings, (settings) =>
 *     ErasurePostgres.layerPostgres({ ...settings, runner: { host: "10.0.0.7", port: 8017 } }))
 * )
 *
 * Layer.launch(Layer.provide(runner, TwilioVideo.layerFetchConfig())).pipe(NodeRuntime.runMain)
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerPostgres = (
  options: Options
): Layer.Layer<Erasure.Erasure, Erasure.ErasureUnavailable, Erasure.Requirements> => {
  const { runner } = options
  const cluster =
    runner === undefined
      ? NodeClusterSocket.layer({ clientOnly: true, storage: "sql", shardingConfig })
      : NodeClusterSocket.layer({
          storage: "sql",
          shardingConfig: {
            ...shardingConfig,
            runnerAddress: Option.some(RunnerAddress.make(runner.host, runner.port))
          }
        })
  return Service.layer({ ...options, runsJobs: runner !== undefined }).pipe(
    Layer.provide(ClusterEngine.layer),
    Layer.provide(cluster),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({}))),
    Layer.provide(SqlStore.layer(Effect.void)),
    Layer.provide(database(options.url)),
    closingInTime,
    Layer.catch((error) => Layer.effect(Erasure.Erasure, failure(error))),
    Layer.provide(Layer.succeed(ErasureKeys.ErasureKeys, options.keys))
  )
}
