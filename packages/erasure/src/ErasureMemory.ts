/**
 * Erasures in the memory of the process, for tests and for runtimes without a database. Everything is lost with the
 * process: jobs, sealed identities and receipts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Erasure from "./Erasure.ts"
import * as ErasureKeys from "./ErasureKeys.ts"
import * as Engine from "./internal/engine/Engine.ts"
import * as Service from "./internal/service/Service.ts"
import * as MemoryStore from "./internal/store/MemoryStore.ts"

/**
 * The options of {@link layerMemory}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Erasure.Options {
  /** The keys. Default: new ones, which are lost with the process. */
  readonly keys?: ErasureKeys.Keys | undefined
}

/**
 * Serves erasures and runs their jobs in the memory of the process.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory = (options: Options = {}): Layer.Layer<Erasure.Erasure, never, Erasure.Requirements> =>
  Service.layer(options).pipe(
    Layer.provide(Engine.layer(() => Effect.void)),
    Layer.provide([
      Engine.layerMemory,
      MemoryStore.layer,
      Layer.effect(
        ErasureKeys.ErasureKeys,
        options.keys === undefined ? ErasureKeys.generate : Effect.succeed(options.keys)
      )
    ])
  )
