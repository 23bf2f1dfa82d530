/**
 * An erasure with a share of a quota that processes share through Redis, which stops and starts again.
 */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as LargeRoom from "../resilience/LargeRoom.ts"
import * as RedisServer from "../resilience/RedisServer.ts"
import { count, identities, past, zed } from "./support/World.ts"

const isInstalled = RedisServer.installed !== undefined

const hint = "redis-server is not installed; on Debian: apt-get install redis-server"

if (!isInstalled) console.log(`Skipped: an erasure with a quota in Redis. ${hint}`)

const rooms = past(30)

const erasures = (port: number, baseUrl: string, sent: Array<LargeRoom.Sent>) => {
  const redis = NodeRedis.layer({ socket: { host: "127.0.0.1", port } })
  return ErasureMemory.layerMemory({ tokenLifetime: "1 second" }).pipe(
    Layer.provide(LargeRoom.clientOf({ baseUrl, transformClient: LargeRoom.recordInto(sent) })),
    Layer.provide([UndiciTransport.layer, SharedQuota.layer, Layer.succeed(Quota.Share, 0.25)]),
    Layer.provide(Layer.provide(RateLimiter.layerStoreRedis(), redis)),
    Layer.orDie
  )
}

describe(`an erasure with a quota in Redis${isInstalled ? "" : ` (skipped: ${hint})`}`, () => {
  it.live.skipIf(!isInstalled)("is complete after Redis stopped and started again", () =>
    Effect.gen(function* () {
      const redis = yield* RedisServer.start()
      const sandbox = yield* SandboxServer.layer().pipe(
        Layer.provideMerge(Sandbox.layerControls({ rooms, quota: Quota.twilio })),
        Layer.build
      )
      const baseUrl = yield* Effect.provide(SandboxServer.baseUrl, sandbox)
      const sent: Array<LargeRoom.Sent> = []
      const requested = (count: number) =>
        Effect.repeat(Effect.sleep("20 millis"), { until: () => sent.length >= count })
      // Closed in the background: node-redis may wait forever to send what was pending when its server stopped.
      const scope = yield* Effect.acquireRelease(Scope.make(), (scope) =>
        Effect.forkDetach(Scope.close(scope, Exit.void))
      )
      const context = yield* Layer.buildWithScope(erasures(redis.port, baseUrl, sent), scope).pipe(
        Effect.provide(sandbox)
      )
      yield* Effect.gen(function* () {
        const id = yield* Erasure.request({ requestId: "req-17", identities })
        const watching = yield* Effect.forkChild(Stream.runCollect(Erasure.watch(id)))
        yield* requested(rooms.length)
        yield* Effect.promise(() => redis.end())
        yield* requested(rooms.length + 15)
        yield* RedisServer.start(redis.port)
        const statuses = yield* Fiber.join(watching)
        assert.strictEqual(statuses.at(-1)?._tag, "Complete")
        assert.strictEqual((yield* Erasure.receipt(id)).participations.length, rooms.length)
      }).pipe(Effect.provide(context))
      assert.strictEqual(yield* Effect.provide(count(zed), sandbox), 0)
      assert.isEmpty(sent.filter(({ status }) => status === 429))
      // A quarter of both limits, and in single seconds a quarter more of it.
      const share = 0.25 * (Quota.twilio.reads + Quota.twilio.writes)
      assert.isAtMost(LargeRoom.figuresOf(sent).mostInASecond, 1.25 * share)
    })
  )
})
