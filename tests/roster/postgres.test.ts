/**
 * The roster's store on a real Postgres.
 */
import * as RosterPostgres from "@effect-twilio-video/roster/RosterPostgres"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Leaks from "../erasure/support/Leaks.ts"
import * as PostgresServer from "../erasure/support/PostgresServer.ts"
import * as Facts from "./support/Facts.ts"
import { contract } from "./stores.ts"

const { isInstalled } = PostgresServer

const hint = "Postgres is not installed; on Debian: apt-get install postgresql"

if (!isInstalled) console.log(`Skipped: the roster on Postgres. ${hint}`)

const { joined, left, listed, participantSid, room, roomEvent } = Facts

const range = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index)

describe.skipIf(!isInstalled)(`the roster on Postgres${isInstalled ? "" : ` (skipped: ${hint})`}`, () => {
  const scope = Scope.makeUnsafe()
  let server: PostgresServer.PostgresServer
  beforeAll(async () => {
    server = await Effect.runPromise(Scope.provide(PostgresServer.start, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  let databases = 0
  const query = (sql: string) => Effect.promise(() => server.query(sql))
  /** Creates a database, and returns its URL. */
  const database = Effect.gen(function* () {
    const name = `roster_${++databases}`
    yield* query(`CREATE DATABASE ${name}`)
    return new URL(name, server.url).href
  })
  const layerOf = (url: string) => RosterPostgres.layer({ url: Redacted.make(url) })
  /** The store of another process on the same database. */
  const open = (url: string) => Effect.map(Layer.build(Layer.fresh(layerOf(url))), Context.get(RosterStore.RosterStore))

  contract("RosterPostgres", Layer.unwrap(Effect.map(database, layerOf)))
})
