/**
 * The roster's store in an SQLite file.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as RosterSqlite from "@effect-twilio-video/roster/RosterSqlite"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import * as Leaks from "../erasure/support/Leaks.ts"
import * as Facts from "./support/Facts.ts"

const { joined, left, room, roomEvent } = Facts

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-twilio-video-roster-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** The store, and the client that it uses. */
const layerOf = (filename: string) =>
  Layer.fresh(RosterSqlite.layer.pipe(Layer.provideMerge(SqliteClient.layer({ filename }))))

const withStore = <A, E, R>(use: (store: RosterStore.Service) => Effect.Effect<A, E, R>) =>
  RosterStore.RosterStore.use(use)

const zoe = "Zoë Zzyx"

describe("the roster in an SQLite file", () => {
  it.live("has the same rooms and changes when it's opened again", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "roster.db")
      const facts = [joined(room(1), 1, 1000), joined(room(1), 2, 2000), left(room(1), 1, 3000)]
      const read = withStore(({ changes, read }) => Effect.all([read(room(1).roomSid), changes(room(1).roomSid, 1)]))
      const before = yield* withStore(({ apply }) => Effect.andThen(apply(room(1), facts), read)).pipe(
        Effect.provide(layerOf(file))
      )
      const after = yield* Effect.provide(read, layerOf(file))
      assert.strictEqual(after[0]?.position, 3)
      assert.deepStrictEqual(after, before)
    })
  )

  it.live("has no identity in its files after it's forgotten, or its room is dropped", () =>
    Effect.gen(function* () {
      const files = yield* folder
      const has = Effect.sync(() => Leaks.inFolder([zoe], files).length > 0)
      yield* withStore((store) =>
        Effect.gen(function* () {
          yield* store.apply(room(1), [joined(room(1), 1, 1000, zoe), left(room(1), 1, 2000, zoe)])
          yield* store.apply(room(1), [joined(room(1), 2, 3000, zoe)])
          assert.isTrue(yield* has)
          assert.strictEqual(yield* store.forget([Redacted.make(zoe)]), 2)
          assert.isFalse(yield* has)
          yield* store.apply(room(2), [joined(room(2), 3, 4000, zoe), roomEvent(room(2), "RoomEnded", 5000)])
          assert.isTrue(yield* has)
          assert.strictEqual(yield* store.drop(6000), 1)
          assert.isFalse(yield* has)
        })
      ).pipe(Effect.provide(layerOf(join(files, "roster.db"))))
    })
  )

  it.live("has no identity in errors", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TRIGGER full BEFORE INSERT ON roster_changes BEGIN SELECT RAISE(ABORT, 'full'); END`
      const error = yield* Effect.flip(withStore(({ apply }) => apply(room(1), [joined(room(1), 1, 1000, zoe)])))
      assert.deepStrictEqual(Leaks.find([zoe])(inspect(error, { depth: Infinity })), [])
      assert.include(error.message, "failed")
      // Neither the change nor the state.
      assert.isUndefined(yield* withStore(({ read }) => read(room(1).roomSid)))
    }).pipe(Effect.provide(layerOf(":memory:")))
  )
})
