/**
 * Erasures on a real Postgres, with runners in processes of their own that are killed, and a database that stops.
 *
 * `ERASURE_SEED=…` repeats a run's kills.
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as ErasurePostgres from "@effect-twilio-video/erasure/ErasurePostgres"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as LargeRoom from "../resilience/LargeRoom.ts"
import * as Leaks from "./support/Leaks.ts"
import { freePort } from "./support/Ports.ts"
import * as PostgresCluster from "./support/PostgresCluster.ts"
import * as PostgresServer from "./support/PostgresServer.ts"

const { isInstalled } = PostgresServer

const hint = "Postgres is not installed; on Debian: apt-get install postgresql"

if (!isInstalled) console.log(`Skipped: erasures on Postgres. ${hint}`)

const seed = process.env.ERASURE_SEED ?? `${Math.floor(Math.random() * 2 ** 31)}`

const figures: Record<string, unknown> = { seed }

afterAll(() => {
  if (isInstalled) LargeRoom.report("erasure-postgres.json", figures)
})

const tokenLifetime = "2 seconds"

const person = ["Zoë Zzyx", "zz+yx@example.com"] as const

const identities = person.map((identity) => Redacted.make(identity))

/** Completed rooms, one a day, each with the person under one of the identities and somebody else. */
const roomsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const joinedAgo = `${24 * (index + 1)} hours` as const
    return {
      uniqueName: `Past ${index}`,
      openedAgo: joinedAgo,
      completedAgo: `${24 * (index + 1) - 1} hours` as const,
      participants: [person[index % 2] ?? "", `guest ${index}`].map((identity) => ({ identity, joinedAgo }))
    }
  })

/** A sandbox on loopback, the settings of runner processes, and a client, without a runner by default. */
const world = Effect.fnUntraced(function* (rooms: number, url: string, runner?: ErasurePostgres.Options["runner"]) {
  const context = yield* SandboxServer.layer().pipe(
    Layer.provideMerge(Sandbox.layerControls({ rooms: roomsOf(rooms), requestLog: 1_000_000 })),
    Layer.build
  )
  const sandbox = Context.get(context, Sandbox.Sandbox)
  const baseUrl = yield* Effect.provide(SandboxServer.baseUrl, context)
  const keys = yield* ErasureKeys.generate
  const settings: PostgresCluster.Settings = { url, keys: yield* ErasureKeys.toText(keys), baseUrl, tokenLifetime }
  const { accountSid, authToken } = sandbox.credentials
  const twilio = TwilioVideo.layerFetch({ accountSid, authToken: Redacted.make(authToken), baseUrl, quota: "off" })
  const client = ErasurePostgres.layerPostgres({ url: Redacted.make(url), keys, tokenLifetime, runner }).pipe(
    Layer.provide(Layer.orDie(twilio))
  )
  const identitiesLeft = Effect.map(sandbox.exportState, ({ rooms }) =>
    rooms.flatMap(({ participants }) => participants.map(({ identity }) => identity))
  )
  /** Waits until the sandbox has had this many requests. */
  const requested = (count: number) =>
    Effect.repeat(Effect.delay(sandbox.requests, "20 millis"), { until: ({ length }) => length >= count })
  return { client: Layer.fresh(client), identitiesLeft, requested, sandbox, settings }
})

/** Asserts that nothing is left of the person, that nobody else changed, and that the receipt says so. */
const assertErased = Effect.fnUntraced(function* (
  requestId: string,
  rooms: number,
  identitiesLeft: Effect.Effect<ReadonlyArray<string>>
) {
  const receipt = yield* Erasure.receipt(requestId)
  assert.strictEqual(receipt.outcome, "Complete")
  assert.strictEqual(receipt.participations.length, rooms)
  yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
  const left = yield* identitiesLeft
  assert.strictEqual(left.length, 2 * rooms)
  for (const identity of person) assert.notInclude(left, identity)
  const guests = new Set(left.filter((identity) => identity.startsWith("guest ")))
  assert.strictEqual(guests.size, rooms)
  return receipt
})

/** Kills runners in turn, spread over this many requests, and starts each again at its address. */
const killInTurn = Effect.fnUntraced(function* (
  kills: number,
  requests: number,
  runners: ReadonlyArray<PostgresCluster.Runner>,
  requested: (count: number) => Effect.Effect<unknown>
) {
  const random = yield* Random.withSeed(Effect.service(Random.Random), seed)
  const marks = Array.from({ length: kills }, () => Math.floor(random.nextDoubleUnsafe() * requests)).sort(
    (a, b) => a - b
  )
  for (const [index, mark] of marks.entries()) {
    yield* requested(mark)
    yield* Effect.promise(async () => runners[index % runners.length]?.restart())
  }
})

describe(`an erasure on Postgres${isInstalled ? "" : ` (skipped: ${hint})`}`, () => {
  it.live.skipIf(!isInstalled)("survives 20 kills of its runners", () =>
    Effect.gen(function* () {
      const rooms = 1200
      const database = yield* PostgresServer.start
      const { client, identitiesLeft, requested, sandbox, settings } = yield* world(rooms, database.url)
      const runners = yield* PostgresCluster.start(settings, 3)
      const [one, other] = yield* Effect.all([Layer.build(client), Layer.build(client)], { concurrency: 2 })
      const request = Erasure.request({ requestId: "req-17", identities })
      const startedAt = performance.now()

      const ids = yield* Effect.all([Effect.provide(request, one), Effect.provide(request, other)], { concurrency: 2 })
      assert.deepStrictEqual(ids, ["req-17", "req-17"])
      const kills = yield* Effect.forkChild(killInTurn(20, 3 * rooms, runners, requested))
      const statuses = yield* Stream.runCollect(Erasure.watch("req-17")).pipe(Effect.provide(one))
      figures.seconds = (performance.now() - startedAt) / 1000
      yield* Fiber.join(kills)
      assert.strictEqual(statuses.at(-1)?._tag, "Complete")
      yield* Effect.provide(assertErased("req-17", rooms, identitiesLeft), other)

      const sent = yield* sandbox.requests
      const anonymized = sent.filter(({ method }) => method === "POST").length
      figures.kills = {
        pauses: runners.flatMap(({ pauses }) => pauses),
        requests: sent.length,
        repeats: anonymized - rooms
      }
      // A killed runner had at most two parts of the sweep open, each of which anonymizes 8 at a time.
      assert.isAtMost(anonymized - rooms, 20 * 2 * 8)

      const rowsOf = (table: string) => database.query(`SELECT count(*) FROM ${table}`)
      const counts = yield* Effect.promise(() => Promise.all(["cluster_messages", "cluster_replies"].map(rowsOf)))
      assert.deepStrictEqual(counts, ["0\n", "0\n"])
      const receipts = "SELECT collection, count(*) FROM erasure_documents GROUP BY collection ORDER BY collection"
      assert.strictEqual(yield* Effect.promise(() => database.query(receipts)), "receipt|1\nrequest|1\n")
      const leaks = Leaks.find(person)
      assert.deepStrictEqual(leaks(yield* Effect.promise(() => database.dump())), [])
      for (const { output } of runners) assert.deepStrictEqual(leaks(output), [])
      yield* Effect.promise(database.stop)
      assert.deepStrictEqual(Leaks.inFolder(person, database.folder), [])
    })
  )

  it.live.skipIf(!isInstalled)("waits for a database that isn't there yet or is away for 10 seconds", () =>
    Effect.gen(function* () {
      const rooms = 300
      const database = yield* PostgresServer.prepare
      const { client, identitiesLeft, requested, sandbox, settings } = yield* world(rooms, database.url)
      const runners = yield* PostgresCluster.start(settings, 3)
      const building = yield* Effect.forkScoped(Layer.build(client))
      yield* Effect.sleep("5 seconds")
      yield* Effect.promise(database.start)
      const context = yield* Fiber.join(building)

      yield* Effect.gen(function* () {
        const id = yield* Erasure.request({ requestId: "req-18", identities })
        const watching = yield* Effect.forkChild(Stream.runCollect(Erasure.watch(id)))
        yield* requested(rooms)
        yield* Effect.promise(database.stop)
        const startAgain = Effect.andThen(Effect.sleep("10 seconds"), Effect.promise(database.start))
        const starting = yield* Effect.forkChild(startAgain)
        const operations: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }, Erasure.Erasure>> = [
          Erasure.request({ requestId: "req-19", identities }),
          Erasure.status(id),
          Erasure.list,
          Erasure.receipt(id),
          Erasure.resume(id),
          Erasure.cancel(id)
        ]
        for (const operation of operations) {
          assert.strictEqual((yield* Effect.flip(operation))._tag, "ErasureUnavailable")
        }
        yield* Fiber.join(starting)
        const startedAt = performance.now()
        yield* requested((yield* sandbox.requests).length + 1)
        figures.pauseAfterOutage = Math.round(performance.now() - startedAt)
        const statuses = yield* Fiber.join(watching)
        assert.strictEqual(statuses.at(-1)?._tag, "Complete")
        yield* assertErased(id, rooms, identitiesLeft)
      }).pipe(Effect.provide(context))
      for (const { output } of runners) assert.deepStrictEqual(Leaks.find(person)(output), [])
    })
  )

  it.live.skipIf(!isInstalled)("goes on elsewhere if a runner dies for good", () =>
    Effect.gen(function* () {
      const rooms = 150
      const database = yield* PostgresServer.start
      const { client, identitiesLeft, requested, settings } = yield* world(rooms, database.url)
      const runners = yield* PostgresCluster.start(settings, 2)
      yield* Effect.gen(function* () {
        const id = yield* Erasure.request({ requestId: "req-21", identities })
        const watching = yield* Effect.forkChild(Stream.runCollect(Erasure.watch(id)))
        yield* requested(rooms)
        const [busy] = [...runners].sort((a, b) => b.requestAt - a.requestAt)
        yield* Effect.promise(async () => busy?.kill())
        const statuses = yield* Fiber.join(watching)
        assert.strictEqual(statuses.at(-1)?._tag, "Complete")
        yield* assertErased(id, rooms, identitiesLeft)
      }).pipe(Effect.provide(client))
    })
  )

  it.live.skipIf(!isInstalled)("lets its runner stop within seconds after a part of the sweep has ended", () =>
    Effect.gen(function* () {
      // Parts of 1,000 and 250 rooms, which are searched at the same time.
      const rooms = 1250
      const database = yield* PostgresServer.start
      const { client, requested, settings } = yield* world(rooms, database.url)
      const [runner] = yield* PostgresCluster.start(settings, 1)
      yield* Effect.provide(Erasure.request({ requestId: "req-22", identities }), client)
      yield* requested(1500)
      yield* Effect.promise(async () => runner?.stop()).pipe(Effect.timeout("4 seconds"))
      assert.notInclude(runner?.output, "background")
    })
  )

  it.live.skipIf(!isInstalled)("lets its runner stop while the database is away", () =>
    Effect.gen(function* () {
      const rooms = 1250
      const database = yield* PostgresServer.start
      const { client, requested, settings } = yield* world(rooms, database.url)
      const [runner] = yield* PostgresCluster.start(settings, 1)
      yield* Effect.provide(Erasure.request({ requestId: "req-23", identities }), client)
      yield* requested(1500)
      yield* Effect.promise(database.stop)
      yield* Effect.promise(async () => runner?.stop()).pipe(Effect.timeout("8 seconds"))
    })
  )

  it.live.skipIf(!isInstalled)("goes on after the engine's tables were away, though the store's weren't", () =>
    Effect.gen(function* () {
      const rooms = 10
      const database = yield* PostgresServer.start
      const { client, identitiesLeft, settings } = yield* world(rooms, database.url)
      yield* PostgresCluster.start(settings, 1)
      const context = yield* Layer.build(client)
      const rename = (from: string, to: string) =>
        Effect.promise(() => database.query(`ALTER TABLE ${from} RENAME TO ${to}`))
      yield* Effect.gen(function* () {
        yield* rename("cluster_messages", "hidden")
        const request = Erasure.request({ requestId: "req-20", identities })
        assert.strictEqual((yield* Effect.flip(request))._tag, "ErasureUnavailable")
        // Every process looks at the jobs in this time, and fails.
        yield* Effect.sleep("2 seconds")
        yield* rename("hidden", "cluster_messages")
        const statuses = yield* Stream.runCollect(Erasure.watch("req-20"))
        assert.strictEqual(statuses.at(-1)?._tag, "Complete")
        yield* assertErased("req-20", rooms, identitiesLeft)
      }).pipe(Effect.provide(context))
    })
  )

  it.live.skipIf(!isInstalled)("asks the identity stores that the layer of a runner is provided with", () =>
    Effect.gen(function* () {
      const database = yield* PostgresServer.start
      const port = yield* Effect.promise(freePort)
      const { client } = yield* world(10, database.url, { host: "127.0.0.1", port })
      const store = IdentityStore.layer(Effect.succeed({ name: "profiles", forget: () => Effect.succeed(1) }))
      yield* Effect.gen(function* () {
        const id = yield* Erasure.request({ requestId: "req-24", identities })
        yield* Stream.runDrain(Erasure.watch(id))
        assert.deepStrictEqual((yield* Erasure.receipt(id)).stores, [{ name: "profiles", forgotten: 3 }])
      }).pipe(Effect.provide(Layer.provide(client, store)))
    })
  )

  it.live.skipIf(!isInstalled)("refuses a user that the database doesn't know, and a port that isn't free", () =>
    Effect.gen(function* () {
      const database = yield* PostgresServer.start
      const stranger = yield* world(1, database.url.replace("postgres@", "stranger@"))
      const refused = yield* Effect.flip(Layer.build(stranger.client))
      assert.strictEqual(refused._tag, "ErasureUnavailable")
      assert.include(refused.message, "refuses the user")
      const { port } = new URL(database.url)
      const busy = yield* world(1, database.url, { host: "127.0.0.1", port: Number(port) })
      const taken = yield* Effect.flip(Layer.build(busy.client))
      assert.strictEqual(taken._tag, "ErasureUnavailable")
      assert.include(taken.message, "can't listen")
    })
  )
})
