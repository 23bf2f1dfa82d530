/**
 * Every operation while 30 % of the requests fail: each ends with a result or a typed error, and no change is made twice.
 * Writes `reports/resilience.json`. `RESILIENCE_SEED` repeats a run.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import * as Lane from "../support/Lane.ts"
import * as Faults from "./Faults.ts"
import * as Simulation from "./Simulation.ts"
import * as Operations from "./Operations.ts"

const operations = Lane.count(1_000, 20_000)

/** Rates vary more in a short run. */
const tolerance = Lane.count(0.06, 0.02)

const seed = process.env.RESILIENCE_SEED ?? "resilience"

const count = (words: Iterable<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** How often each change was made, from the request log. */
const changesOf = ({ requests, state }: Simulation.Result): ReadonlyMap<string, number> => {
  const callbacks = new Map(state.rooms.map((room) => [room.sid as string, room.settings.statusCallback ?? ""]))
  const made = new Map<string, number>()
  for (const { changes } of requests) {
    for (const { participantSid, roomSid, type } of changes) {
      const key = `${type} ${type === "room-created" ? callbacks.get(roomSid) : (participantSid ?? roomSid)}`
      made.set(key, (made.get(key) ?? 0) + 1)
    }
  }
  return made
}

const keyOf = (target: Operations.Target): string =>
  `${target.type} ${target.type === "room-created" ? target.statusCallback : target.sid}`

const summary = (result: Simulation.Result) => {
  const made = changesOf(result)
  const writes = result.done.flatMap(({ target, ...done }) =>
    target === undefined ? [] : [{ ...done, times: made.get(keyOf(target)) ?? 0 }]
  )
  const faults = result.requests.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
  return {
    operations: result.done.length,
    requests: result.requests.length,
    faultRate: faults.length / result.requests.length,
    faults: count(faults),
    outcomes: count(result.done.map(({ result }) => result)),
    kinds: Object.fromEntries(
      Object.keys(Operations.byName).map((kind) => [
        kind,
        count(result.done.filter((done) => done.kind === kind).map(({ result }) => result))
      ])
    ),
    writes: {
      tried: writes.length,
      takenEffectOnce: writes.filter(({ times }) => times === 1).length,
      takenEffectTwice: writes.filter(({ times }) => times > 1).length,
      failedAndTakenEffect: writes.filter(({ result, times }) => result !== "Success" && times === 1).length,
      succeededWithoutEffect: writes.filter(({ result, times }) => result === "Success" && times === 0).length
    },
    clockSeconds: Math.round(result.clockMillis / 1000)
  }
}

/** These must not be retried if an attempt may have been processed. */
const onceOnly = new Set(["Rooms.create, named", "Rooms.create, unnamed", "SubscribeRules.update"])

const report: Record<string, unknown> = {}

afterAll(() => {
  mkdirSync("reports", { recursive: true })
  writeFileSync("reports/resilience.json", `${JSON.stringify(report, undefined, 2)}\n`)
})

describe(`${operations} operations at a fault rate of ${Faults.rate}, seed ${seed}`, () => {
  it.effect("each ends with a result or a typed error, and no change is made twice", () =>
    Effect.gen(function* () {
      const began = performance.now()
      const result = yield* Simulation.run(operations, seed)
      const figures = { seed, ...summary(result), wallSeconds: Math.round((performance.now() - began) / 100) / 10 }
      Object.assign(report, figures)

      assert.deepStrictEqual(
        result.done.filter(({ result }) => result === "Defect").map(({ defect, kind }) => [kind, defect]),
        []
      )
      assert.strictEqual(result.done.length, operations)
      assert.deepStrictEqual(new Set(result.done.map(({ kind }) => kind)), new Set(Object.keys(Operations.byName)))

      // Every kind of fault occurred.
      assert.approximately(figures.faultRate, Faults.rate, tolerance)
      assert.deepStrictEqual(new Set(Object.keys(figures.faults)), new Set(Faults.rules.map(({ fault }) => fault.type)))

      // Only infrastructure errors: no NotFound or rejection because an earlier attempt made the change.
      const allowed = new Set(["Success", "RateLimited", "Unavailable", "TransportFailed", "TimedOut"])
      assert.deepStrictEqual(
        Object.keys(figures.outcomes).filter((outcome) => !allowed.has(outcome.replace("TwilioError.", ""))),
        []
      )

      assert.strictEqual(figures.writes.takenEffectTwice, 0)
      assert.strictEqual(figures.writes.succeededWithoutEffect, 0)
      // Some changes were made although the response was lost, so a repeated change would have shown.
      assert.isAbove(figures.writes.failedAndTakenEffect, 0)

      // Operations that may be retried succeed.
      let onceOnlyFailed = 0
      for (const [kind, outcomes] of Object.entries(figures.kinds)) {
        const failed = 1 - (outcomes.Success ?? 0) / (operations / Object.keys(Operations.byName).length)
        if (onceOnly.has(kind)) onceOnlyFailed += failed / onceOnly.size
        else assert.isBelow(failed, tolerance, kind)
      }
      assert.isAbove(onceOnlyFailed, 0.1)
    })
  )

  const repeated = Lane.count(200, 600)

  it.effect("the same seed repeats the run, another seed doesn't", () =>
    Effect.gen(function* () {
      const one = summary(yield* Simulation.run(repeated, seed))
      assert.deepStrictEqual(summary(yield* Simulation.run(repeated, seed)), one)
      assert.notDeepEqual(summary(yield* Simulation.run(repeated, `${seed} other`)), one)
    })
  )

  const unrepeated = Lane.count(1_000, 5_000)

  it.effect("without retries, most faults become errors", () =>
    Effect.gen(function* () {
      const { kinds, operations, outcomes } = summary(yield* Simulation.run(unrepeated, seed, { attempts: 1 }))
      report.withoutRetries = { operations, outcomes, kinds }
      assert.isBelow((outcomes.Success ?? 0) / operations, 0.8)
    })
  )
})
