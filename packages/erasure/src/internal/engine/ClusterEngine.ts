/**
 * Runs jobs on Effect's cluster, which keeps its records in a database.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as EntityAddress from "effect/cluster/EntityAddress"
import * as EntityId from "effect/cluster/EntityId"
import * as EntityType from "effect/cluster/EntityType"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as Sharding from "effect/cluster/Sharding"
import type * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import * as Engine from "./Engine.ts"

/** The entity that holds the durable sleeps of all workflows. */
const clocks = "Workflow/-/DurableClock"

const clearExecution = Effect.gen(function* () {
  const sharding = yield* Sharding.Sharding
  const storage = yield* MessageStorage.MessageStorage
  const clear = (type: string, executionId: string) => {
    const entityId = EntityId.make(executionId)
    const shardId = sharding.getShardId(entityId, "default")
    return Effect.orDie(
      storage.clearAddress(EntityAddress.make({ entityType: EntityType.make(type), entityId, shardId }))
    )
  }
  const both: Engine.ClearExecution = (tag, executionId) =>
    Effect.andThen(clear(`Workflow/${tag}`, executionId), clear(clocks, executionId))
  return both
})

/**
 * Ends a wait for the reply of a run that stops without one. Effect 4.1's engine would wait for that reply again, and its
 * runner could neither stop nor hand the run over. Whoever takes over the run repeats it, so there's nothing to wake.
 */
const endingWaits = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.map(MessageStorage.MessageStorage, (storage): MessageStorage.MessageStorage["Service"] => ({
    ...storage,
    registerReplyHandler: (message) =>
      Effect.catchTag(storage.registerReplyHandler(message), "EntityNotAssignedToRunner", () => Effect.void)
  }))
)

export const layer: Layer.Layer<
  Engine.Engine | WorkflowEngine.WorkflowEngine,
  never,
  Sharding.Sharding | MessageStorage.MessageStorage
> = Layer.provideMerge(
  Layer.unwrap(Effect.map(clearExecution, Engine.layer)),
  Layer.provide(ClusterWorkflowEngine.layer, endingWaits)
)
