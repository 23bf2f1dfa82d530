/**
 * Erasures on several machines, in a Postgres database, with any number of runner processes. If one dies, another goes
 * on with its jobs.
 *
 * Node 20 or newer, with the peer dependencies `@effect/sql-pg` and `@effect/platform-node`. Other modules of this package
 * run on every runtime.
 *
 * @since 0.1.0
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Erasure from "./Erasure.ts"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as ClusterEngine from "./internal/engine/ClusterEngine.ts"
import * as Service from "./internal/service/Service.ts"
import * as SqlStore from "./internal/store/SqlStore.ts"

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

/** Connects when the database is there. */
const database = (url: Redacted.Redacted) => {
  const client = PgClient.layer({ url, applicationName: "effect-twilio-video-erasure" })
  const connected = Effect.scoped(Layer.build(Layer.fresh(client)))
  return Layer.unwrap(Effect.as(Effect.retry(connected, waits), client))
}

/**
 * Serves erasures, and runs their jobs if `runner` is set. Waits for the database if it's away, also at the start.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerPostgres = (options: Options): Layer.Layer<Erasure.Erasure, never, Erasure.Requirements> => {
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
    Layer.orDie,
    Layer.provide(Layer.succeed(ErasureKeys.ErasureKeys, options.keys))
  )
}
