/**
 * Erasures on SQLite whose store fails at one point, as if the process ended there, and then works again.
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as World from "./support/World.ts"

/** A database's file, and a second connection to it. */
const database = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "effect-twilio-video-crash-"))
    const file = join(folder, "erasures.db")
    return { connection: new DatabaseSync(file, { timeout: 5000 }), file, folder }
  }),
  ({ connection, folder }) =>
    Effect.sync(() => {
      connection.close()
      rmSync(folder, { recursive: true })
    })
)

type Database = Effect.Success<typeof database>

const erasures = ({ file }: Database) =>
  Layer.fresh(ErasureSqlite.layerSqlite({ file, connected: "remove", tokenLifetime: "10 millis" }))

/** Lets statements on documents fail. */
const cut = ({ connection }: Database, statement: "DELETE" | "INSERT" | "UPDATE", condition: string) =>
  connection.exec(
    `CREATE TRIGGER cut BEFORE ${statement} ON erasure_documents WHEN ${condition} BEGIN SELECT RAISE(ABORT, 'cut'); END`
  )

const mend = ({ connection }: Database) => connection.exec("DROP TRIGGER cut")

const rowsOf = ({ connection }: Database, table: string) => connection.prepare(`SELECT * FROM ${table}`).all()

const requestId = "req-17"

const complete = Stream.runDrain(Erasure.watch(requestId)).pipe(
  Effect.timeout("10 seconds"),
  Effect.andThen(Erasure.receipt(requestId))
)

describe("an erasure ends once", () => {
  it.live("if the process ends after the engine has forgotten the job", () =>
    Effect.gen(function* () {
      const opened = yield* database
      yield* Effect.gen(function* () {
        cut(opened, "UPDATE", `NEW.collection = 'request' AND NEW.text LIKE '%"Complete"%'`)
        yield* Erasure.request({ requestId, identities: World.identities })
        const receipts = () => rowsOf(opened, "erasure_documents WHERE collection = 'receipt'")
        yield* Effect.repeat(Effect.delay(Effect.sync(receipts), "20 millis"), { until: ({ length }) => length > 0 })
        const written = receipts()
        // The engine has forgotten the job, and was asked again.
        yield* Effect.sleep("3 seconds")
        assert.lengthOf(rowsOf(opened, "cluster_messages"), 0)
        const requests = yield* Sandbox.Sandbox.use((sandbox) => sandbox.requests)
        mend(opened)

        assert.strictEqual((yield* complete).outcome, "Complete")
        assert.deepStrictEqual(receipts(), written)
        assert.deepStrictEqual(yield* Sandbox.Sandbox.use((sandbox) => sandbox.requests), requests)
      }).pipe(Effect.provide(erasures(opened)))
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})

describe("a request without its identities, because the process ended before they were stored", () => {
  it.live("waits until it's made again", () =>
    Effect.gen(function* () {
      const opened = yield* database
      const request = Erasure.request({ requestId, identities: World.identities })
      yield* Effect.gen(function* () {
        cut(opened, "INSERT", "NEW.collection = 'sealed'")
        assert.strictEqual((yield* Effect.flip(request))._tag, "ErasureUnavailable")
      }).pipe(Effect.provide(erasures(opened)))
      mend(opened)
      yield* Effect.gen(function* () {
        yield* Effect.sleep("1 second")
        assert.lengthOf(rowsOf(opened, "erasure_documents WHERE collection = 'job'"), 0)
        assert.lengthOf(rowsOf(opened, "cluster_messages"), 0)
        assert.strictEqual((yield* Erasure.status(requestId))._tag, "Waiting")
        yield* request
        assert.strictEqual((yield* complete).outcome, "Complete")
        assert.strictEqual(yield* World.count(World.zed), 0)
      }).pipe(Effect.provide(erasures(opened)))
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})

describe("an identity store", () => {
  it.live("is asked again if the process ended before what it forgot was noted", () =>
    Effect.gen(function* () {
      const opened = yield* database
      let asked = 0
      const store = IdentityStore.layer(
        Effect.succeed({ name: "profiles", forget: () => Effect.sync(() => (asked++, 1)) })
      )
      const asking = Layer.provide(erasures(opened), store)
      yield* Effect.gen(function* () {
        cut(opened, "INSERT", "NEW.collection = 'forgotten'")
        yield* Erasure.request({ requestId, identities: World.identities })
        yield* Effect.repeat(
          Effect.delay(
            Effect.sync(() => asked),
            "20 millis"
          ),
          { until: (asked) => asked > 0 }
        )
      }).pipe(Effect.provide(asking))
      mend(opened)
      const before = asked
      const { outcome, stores } = yield* Effect.provide(complete, asking)
      assert.deepStrictEqual([outcome, stores], ["Complete", [{ name: "profiles", forgotten: 3 }]])
      assert.strictEqual(asked, before + 3)
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})

describe("a cancellation", () => {
  it.live("destroys the identities although the process ended in the middle of it", () =>
    Effect.gen(function* () {
      const opened = yield* database
      const sealed = () => rowsOf(opened, "erasure_documents WHERE collection = 'sealed'")
      yield* Effect.gen(function* () {
        yield* Erasure.request({ requestId, identities: World.identities })
        cut(opened, "DELETE", "OLD.collection = 'sealed'")
        assert.strictEqual((yield* Effect.flip(Erasure.cancel(requestId)))._tag, "ErasureUnavailable")
        assert.lengthOf(sealed(), 1)
      }).pipe(Effect.provide(erasures(opened)))
      mend(opened)
      yield* Effect.gen(function* () {
        yield* Effect.repeat(Effect.delay(Effect.sync(sealed), "20 millis"), {
          until: ({ length }) => length === 0
        }).pipe(Effect.timeout("10 seconds"))
        yield* Effect.sleep("500 millis")
        assert.strictEqual((yield* Erasure.receipt(requestId)).outcome, "Canceled")
      }).pipe(Effect.provide(erasures(opened)))
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})

describe("a job whose process was away for a year", () => {
  it.live("doesn't count as stalled when the process is back", () =>
    Effect.gen(function* () {
      const opened = yield* database
      const never = Layer.effect(
        Rooms.Rooms,
        Rooms.Rooms.useSync((service) => ({ ...service, list: () => Effect.never }))
      )
      const hanging = Layer.provide(erasures(opened), never)
      yield* Effect.gen(function* () {
        yield* Erasure.request({ requestId, identities: World.identities })
        yield* Effect.repeat(Effect.delay(Erasure.status(requestId), "20 millis"), {
          until: ({ _tag }) => _tag === "Sweeping"
        })
      }).pipe(Effect.provide(hanging))
      const year = new Date().getUTCFullYear()
      opened.connection.exec(`UPDATE erasure_documents SET text = replace(text, '"${year}-', '"${year - 1}-')`)
      yield* Effect.sleep("1 second").pipe(
        Effect.andThen(Erasure.status(requestId)),
        Effect.map(({ _tag }) => assert.strictEqual(_tag, "Sweeping")),
        Effect.provide(hanging)
      )
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})

describe("without the keys", () => {
  it.live("a job that was cut off can't be finished, and says so", () =>
    Effect.gen(function* () {
      const { file } = yield* database
      const erasures = (embargo: Effect.Effect<void>) =>
        Layer.fresh(ErasureSqlite.layerSqlite({ file, embargo: () => embargo }))
      yield* Effect.provide(Erasure.request({ requestId, identities: World.identities }), erasures(Effect.never))
      rmSync(`${file}.keys`)
      const status = yield* Erasure.watch(requestId).pipe(
        Stream.filter(({ _tag }) => _tag !== "Waiting"),
        Stream.runHead,
        Effect.provide(erasures(Effect.void))
      )
      assert.include(JSON.stringify(Option.getOrUndefined(status)), "can't be opened")
    }).pipe(Effect.provide(Sandbox.layer({ rooms: World.rooms })))
  )
})
