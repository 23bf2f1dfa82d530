/**
 * Erasures on one machine, in an SQLite file: nothing to install. Jobs survive crashes and restarts of the process.
 *
 * Node 22.16 or newer, for `node:sqlite`. Other modules of this package run on every runtime.
 *
 * @since 0.1.0
 */
import * as Digest from "effect/crypto/Digest"
import * as SingleRunner from "effect/cluster/SingleRunner"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs/promises"
import * as Erasure from "./Erasure.ts"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as ClusterEngine from "./internal/engine/ClusterEngine.ts"
import * as Service from "./internal/service/Service.ts"
import * as SqlStore from "./internal/store/SqlStore.ts"
import * as SqliteClient from "./SqliteClient.ts"

/**
 * The options of {@link layerSqlite}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Erasure.Options {
  /** The database's file. It's created if it doesn't exist, readable by its owner only. */
  readonly file: string
  /**
   * The keys that seal identities and sign receipts. Default: those in the file `<file>.keys`, which is created if it
   * doesn't exist, readable by its owner only. Without the keys, nobody can read the sealed identities in the database or
   * its backups.
   */
  readonly keys?: ErasureKeys.Keys | undefined
}

const unusable = (file: string, problem: string) =>
  new Erasure.ErasureUnavailable({ message: `The keys in ${file} can't be used: ${problem}` })

const readKeys = (file: string) =>
  Effect.tryPromise({
    try: () => fs.readFile(file, "utf8"),
    catch: (error) => (error as NodeJS.ErrnoException).code ?? "unknown"
  })

/** Writes a new file. Fails with EEXIST if there is one. */
const writeKeys = Effect.fnUntraced(function* (file: string) {
  const text = yield* Effect.flatMap(ErasureKeys.generate, ErasureKeys.toText)
  yield* Effect.tryPromise({
    try: () => fs.writeFile(file, text, { flag: "wx", mode: 0o600, flush: true }),
    catch: (error) => (error as NodeJS.ErrnoException).code ?? "unknown"
  })
  return text
})

const keysOf = (file: string) =>
  readKeys(file).pipe(
    Effect.catchIf(
      (code) => code === "ENOENT",
      () => writeKeys(file)
    ),
    Effect.mapError((code) => unusable(file, `the file system answered ${code}.`)),
    Effect.flatMap((text) => Effect.mapError(ErasureKeys.fromText(text), ({ message }) => unusable(file, message)))
  )

const unopened = new Erasure.ErasureUnavailable({
  message:
    "The database can't be opened. Check that its folder exists, that you may write to it, and that there's room."
})

const runner = SingleRunner.layer({
  runnerStorage: "memory",
  shardingConfig: {
    // Also how late a durable sleep may end.
    entityMessagePollInterval: Duration.seconds(1),
    // Activities that are cut off run again, so closing needn't wait for them.
    entityTerminationTimeout: Duration.zero
  }
}).pipe(
  Layer.orDie,
  // Effect would read settings from variables such as HOST and PORT.
  Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({})))
)

/**
 * Serves erasures and runs their jobs on an SQLite file. A second process on the same file is refused with
 * `DatabaseInUse`.
 *
 * To leave most of the account's quota to others, provide it with `Quota.Share` of `@effect-twilio-video/http`.
 *
 * @example
 * ```ts
 * import * as Erasure from "@effect-twilio-video/erasure/Erasure"
 * import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
 * import * as Quota from "@effect-twilio-video/http/Quota"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { mkdtempSync } from "node:fs"
 * import { tmpdir } from "node:os"
 * import { join } from "node:path"
 *
 * const folder = mkdtempSync(join(tmpdir(), "erasures-"))
 *
 * const erasures = ErasureSqlite.layerSqlite({ file: join(folder, "erasures.db") }).pipe(
 *   Layer.provide([Sandbox.layer(), Layer.succeed(Quota.Share, 0.25)])
 * )
 *
 * await Erasure.list.pipe(Effect.provide(erasures), Effect.runPromise) // => []
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerSqlite = (
  options: Options
): Layer.Layer<Erasure.Erasure, Erasure.ErasureUnavailable | SqliteClient.DatabaseInUse, Erasure.Requirements> => {
  const keys = options.keys === undefined ? keysOf(`${options.file}.keys`) : Effect.succeed(options.keys)
  const database = SqliteClient.layer({ filename: options.file })
  return Service.layer(options).pipe(
    Layer.provide(ClusterEngine.layer),
    Layer.provide(runner),
    Layer.provide(SqlStore.layer(SqliteClient.checkpoint)),
    Layer.provide([database, Digest.layerWebCrypto, Layer.effect(ErasureKeys.ErasureKeys, keys)]),
    Layer.catchTag(["SqlError", "StoreError"], () => Layer.effect(Erasure.Erasure, Effect.fail(unopened)))
  )
}
