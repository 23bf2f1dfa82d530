/**
 * A roster that an erasure asks to forget a person.
 */
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterSqlite from "@effect-twilio-video/roster/RosterSqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Leaks from "../erasure/support/Leaks.ts"
import * as Forgetting from "./support/Forgetting.ts"

const { scenario, zed } = Forgetting

describe("a roster forgets a person with an erasure, also if callbacks are late and doubled", () => {
  it.live("in memory", () => scenario(ErasureMemory.layerMemory, RosterMemory.layer))

  it.live("in SQLite files, which have no trace of them", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-twilio-video-forget-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const assertNoTrace = Effect.sync(() => assert.deepStrictEqual(Leaks.inFolder([zed], folder), []))
      const database = SqliteClient.layer({ filename: join(folder, "roster.db") })
      yield* scenario(
        (options) => ErasureSqlite.layerSqlite({ ...options, file: join(folder, "erasures.db") }),
        Layer.provide(RosterSqlite.layer, database),
        Effect.andThen(
          Effect.sync(() => assert.isNotEmpty(Leaks.inFolder(["Ann"], folder))),
          assertNoTrace
        )
      )
      yield* assertNoTrace
    })
  )
})
