/**
 * Generated scenarios and states, valid and invalid: refused ones change nothing, and after accepted ones every route
 * works. Also a state above the size limit of other bodies.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { count, isDeep } from "../../../tests/support/Lane.ts"
import * as Calls from "./support/Calls.ts"

type Call = Effect.Success<ReturnType<typeof Calls.start>>["call"]

/** The random numbers behind a generated value. */
const Choices = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))).check(
  Schema.isMinLength(40),
  Schema.isMaxLength(160)
)

/** Uses the numbers in turn, and starts again when they are used up. */
const chooser = (choices: ReadonlyArray<number>) => {
  let at = 0
  const below = (limit: number): number => (choices[at++ % choices.length] ?? 0) % limit
  return {
    below,
    one: <A>(of: ReadonlyArray<A>): A => of[below(of.length)] as A, // The index is one of the list's.
    some: <A>(most: number, make: () => A): ReadonlyArray<A> => Array.from({ length: below(most + 1) }, make)
  }
}

type Chooser = ReturnType<typeof chooser>

const wild: ReadonlyArray<Duration.Input> = [
  "Infinity",
  1e300,
  "-1 minutes",
  Number.NaN,
  -1,
  "3651 days",
  "no duration" as "1 day"
]

const agos: ReadonlyArray<Duration.Input> = [0, 0.4, "1 second", "2 minutes", "4 minutes", "3 hours", "3650 days"]

const scenarioOf = ({ below, one, some }: Chooser): Scenario.Scenario => {
  const ago = () => (below(40) === 0 ? one(wild) : one(agos))
  const maybe = <A>(make: () => A): A | undefined => (below(3) === 0 ? make() : undefined)
  return {
    rooms: some(3, () => ({
      uniqueName: maybe(() => one(["A", "B", "C", "D", "E", below(20) === 0 ? "" : "F"])),
      openedAgo: maybe(ago),
      completedAgo: maybe(ago),
      emptyRoomTimeout: maybe(() => one(["1 hour", "1 day", 0])),
      unusedRoomTimeout: maybe(() => one([0, "1 hour", below(20) === 0 ? "-1 hours" : 1])),
      maxParticipants: one([50, 2, undefined]),
      participants: some(3, () => ({
        identity: one(["a", "b", "c", below(20) === 0 ? "x".repeat(129) : "d"]),
        joinedAgo: maybe(ago),
        leftAgo: maybe(ago),
        reconnecting: maybe(() => true),
        tracks: some(2, () => ({ kind: one(["audio", "video"] as const), publishedAgo: maybe(ago) }))
      }))
    }))
  }
}

/** Reads everything, and checks that each response is a 200 without negative durations. */
const looksSound = Effect.fnUntraced(function* (call: Call) {
  const get = Effect.fnUntraced(function* (path: string) {
    const { body, status } = yield* call(path)
    assert.strictEqual(status, 200, path)
    for (const [, duration] of JSON.stringify(body).matchAll(/"duration":(-?\d+)/gu)) {
      assert.isAtLeast(Number(duration), 0, path)
    }
    return body
  })
  for (const status of ["in-progress", "completed"]) {
    for (const { sid } of (yield* get(`/v1/Rooms?Status=${status}`)).rooms) {
      for (const status of ["connected", "reconnecting", "disconnected"]) {
        const { participants } = yield* get(`/v1/Rooms/${sid}/Participants?Status=${status}`)
        for (const participant of participants) {
          for (const part of ["", "/PublishedTracks", "/SubscribedTracks", "/SubscribeRules"]) {
            yield* get(`/v1/Rooms/${sid}/Participants/${participant.sid}${part}`)
          }
        }
      }
    }
  }
  return yield* get("/sandbox/state")
})

/** Waits a day, so that every timeout applies. */
const outlast = Effect.fnUntraced(function* (call: Call) {
  for (const wait of ["1 minute", "1 day"] as const) {
    yield* TestClock.adjust(wait)
    yield* looksSound(call)
  }
})

const put = (call: Call, state: unknown) => call("/sandbox/state", { method: "PUT", body: JSON.stringify(state) })

describe("a generated scenario", () => {
  it.effect.prop(
    "is refused and changes nothing, or every route works afterwards",
    [Choices],
    ([choices]) =>
      Effect.gen(function* () {
        const { call, sandbox } = yield* Calls.start()
        const before = yield* sandbox.exportState
        const seeded = yield* Effect.result(sandbox.seed(scenarioOf(chooser(choices))))
        if (seeded._tag === "Failure") {
          assert.deepStrictEqual(yield* sandbox.exportState, before)
          return
        }
        const state = yield* looksSound(call)
        const imported = yield* put(call, state)
        assert.deepStrictEqual([imported.status, imported.body], [200, state])
        yield* outlast(call)
        assert.strictEqual((yield* call("/sandbox/reset", { method: "POST" })).status, 200)
      }),
    { arbitrary: { runs: count(20, 1000) } }
  )
})

/** The paths of all values that aren't objects or lists. */
const leavesOf = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
    : [path]

const at = (value: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value)

const odd = [null, "", "x".repeat(1000), "\ud800", 0, -1, 1e308, true, "2021-02-31T12:00:00.000Z", "include"]

const isTime = (value: unknown): boolean => typeof value === "string" && value.endsWith("Z")

/** Replaces some values of a state: with one of the same member elsewhere, with another time, or with an odd value. */
const spoilt = (state: unknown, { below, one }: Chooser): unknown => {
  const copy: unknown = structuredClone(state)
  const leaves = leavesOf(copy)
  const times = leaves.filter((path) => isTime(at(copy, path)))
  for (let changes = below(3); changes >= 0; changes--) {
    const path = one(below(2) === 0 ? times : leaves)
    const key = path.at(-1) ?? ""
    const alike = isTime(at(copy, path)) ? times : leaves.filter((other) => other.at(-1) === key)
    const parent = at(copy, path.slice(0, -1)) as Record<string, unknown>
    parent[key] = below(5) === 0 ? one(odd) : at(copy, one(alike))
  }
  return copy
}

const few: Scenario.Scenario = {
  rooms: [
    {
      uniqueName: "Open",
      participants: [
        { identity: "Alice", joinedAgo: "2 minutes", tracks: [{ kind: "audio" }, { kind: "video", name: "cam" }] },
        { identity: "Bob", joinedAgo: "1 minute", reconnecting: true, tracks: [{ kind: "video", name: "cam" }] },
        { identity: "Carl", joinedAgo: "1 minute", leftAgo: "1 second", tracks: [{ kind: "data" }] }
      ]
    },
    { uniqueName: "Over", openedAgo: "1 hour", completedAgo: "59 minutes" },
    { uniqueName: "Empty", participants: [{ identity: "Alice", joinedAgo: "1 minute", leftAgo: "30 seconds" }] }
  ]
}

describe("a state with generated changes", () => {
  it.effect.prop(
    "is refused and changes nothing, or every route works afterwards",
    [Choices],
    ([choices]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
        const { call, sandbox } = yield* Calls.start(few)
        const before = yield* sandbox.exportState
        const imported = yield* put(call, spoilt(before, chooser(choices)))
        if (imported.status !== 200) {
          assert.deepStrictEqual([imported.status, yield* sandbox.exportState], [400, before])
          return
        }
        const state = yield* looksSound(call)
        const again = yield* put(call, state)
        assert.deepStrictEqual([again.status, again.body], [200, state])
        yield* outlast(call)
      }),
    { arbitrary: { runs: count(30, 1500) } }
  )
})

describe("a state of many participants", () => {
  it.live("can be exported and imported over HTTP, above the 64 MiB limit of other bodies", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const url = `${yield* SandboxServer.baseUrl}/sandbox/state`
      const size = count(50, 200_000)
      yield* sandbox.openRoom({ uniqueName: "Hall", maxParticipants: size })
      for (let i = 0; i < size; i++) yield* sandbox.join("Hall", `${"guest".repeat(20)} ${i}`)
      yield* Effect.promise(async () => {
        const body = await (await fetch(url)).text()
        if (isDeep) assert.isAbove(body.length, 64 * 1024 * 1024)
        const put = await fetch(`${url}?times=keep`, { method: "PUT", body })
        assert.strictEqual(put.status, 200)
        const [{ participants }] = (await put.json()).rooms
        assert.deepStrictEqual(
          [participants.length, participants.at(-1).identity.endsWith(`t ${size - 1}`)],
          [size, true]
        )
      })
    }).pipe(
      Effect.provide(
        SandboxServer.layer({ requestTimeout: "1 hour" }).pipe(Layer.provideMerge(Sandbox.layerControls({ rooms: [] })))
      )
    )
  )
})
