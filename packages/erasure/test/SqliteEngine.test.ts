/**
 * Effect's workflow engine on the SQLite driver.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import { assert, it } from "@effect/vitest"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as EntityAddress from "effect/cluster/EntityAddress"
import * as EntityId from "effect/cluster/EntityId"
import * as EntityType from "effect/cluster/EntityType"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as SingleRunner from "effect/cluster/SingleRunner"
import * as Digest from "effect/crypto/Digest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as Activity from "effect/workflow/Activity"
import * as DurableClock from "effect/workflow/DurableClock"
import * as Workflow from "effect/workflow/Workflow"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"

const payload = { job: Schema.String }
const Parent = Workflow.make("Parent", { payload, success: Schema.String, idempotencyKey: ({ job }) => job })
const Child = Workflow.make("Child", { payload, success: Schema.String, idempotencyKey: ({ job }) => job })

/** The two workflows. The parent's last activity waits for `last`; `runs` has the activities that were run. */
const workflows = (runs: Array<string>, last: Effect.Effect<void>) => {
  const activity = (name: string, effect: Effect.Effect<void> = Effect.void) =>
    Activity.make({
      name,
      success: Schema.String,
      execute: Effect.suspend(() => {
        runs.push(name)
        return Effect.as(effect, name)
      })
    })
  return Layer.merge(
    Child.toLayer(() => activity("child")),
    Parent.toLayer(
      Effect.fnUntraced(function* (payload) {
        const first = yield* activity("first")
        yield* DurableClock.sleep({ name: "nap", duration: "10 millis", inMemoryThreshold: 0 })
        const child = yield* Child.execute(payload)
        return [first, child, yield* activity("last", last)].join()
      })
    )
  )
}

const engine = (filename: string) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(
      SingleRunner.layer({
        runnerStorage: "sql",
        shardingConfig: { entityTerminationTimeout: 0, entityMessagePollInterval: 100 }
      })
    ),
    Layer.provideMerge(SqliteClient.layer({ filename })),
    Layer.provide(Digest.layerWebCrypto)
  )

const clear = Effect.fnUntraced(function* (entityType: string, executionId: string) {
  const entityId = EntityId.make(executionId)
  const shardId = (yield* Sharding.Sharding).getShardId(entityId, "default")
  const address = EntityAddress.make({ entityType: EntityType.make(entityType), entityId, shardId })
  yield* (yield* MessageStorage.MessageStorage).clearAddress(address)
})

const job = "Zzyx"

const clearAll = Effect.gen(function* () {
  const parent = yield* Parent.executionId({ job })
  yield* clear("Workflow/Child", yield* Child.executionId({ job }))
  yield* clear("Workflow/-/DurableClock", parent)
  yield* clear("Workflow/Parent", parent)
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT id FROM cluster_messages UNION ALL SELECT id FROM cluster_replies`
  yield* SqliteClient.checkpoint
  return rows.length
})

it.live("resumes a workflow when the file is opened again, and leaves nothing of it once it's cleared", () =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(path.join(tmpdir(), "sqlite-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
    )
    const file = path.join(folder, "data.db")
    const isInFiles = () =>
      fs.readdirSync(folder).some((name) => fs.readFileSync(path.join(folder, name)).includes(job))

    const started = yield* Deferred.make<void>()
    const before: Array<string> = []
    const blocks = Effect.andThen(Deferred.succeed(started, undefined), Effect.never)
    yield* Parent.execute({ job }, { discard: true }).pipe(
      Effect.andThen(Deferred.await(started)),
      Effect.provide(Layer.provideMerge(workflows(before, blocks), engine(file)))
    )
    assert.deepStrictEqual(before, ["first", "child", "last"])

    const after: Array<string> = []
    yield* Effect.gen(function* () {
      assert.strictEqual(yield* Parent.execute({ job }), "first,child,last")
      assert.isTrue(isInFiles())
      assert.strictEqual(yield* clearAll, 0)
      assert.isFalse(isInFiles())
    }).pipe(Effect.provide(Layer.provideMerge(workflows(after, Effect.void), engine(file))))
    assert.deepStrictEqual(after, ["last"])
  }).pipe(Effect.scoped)
)
