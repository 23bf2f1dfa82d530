/**
 * Operations of every kind while three requests in ten fail in some way: each ends in its result or a typed error, and
 * no change is made twice. Writes its figures to `reports/resilience.json`. `RESILIENCE_SEED` repeats a run.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import * as Lane from "../support/Lane.ts"
import * as Faults from "./Faults.ts"
import * as Run from "./Run.ts"
import * as Tasks from "./Tasks.ts"

const operations = Lane.count(1_000, 20_000)

/** Rates are too uncertain in a short run to be asserted as closely as in a long one. */
const tolerance = Lane.count(0.06, 0.02)

const seed = process.env.RESILIENCE_SEED ?? "resilience"

const count = (words: Iterable<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** How often each change was made, by the requests of the log. */
const changesOf = ({ requests, state }: Run.Result): ReadonlyMap<string, number> => {
  const marks = new Map(state.rooms.map((room) => [room.sid as string, room.settings.statusCallback ?? ""]))
  const made = new Map<string, number>()
  for (const { changes } of requests) {
    for (const { participantSid, roomSid, type } of changes) {
      const key = `${type} ${type === "room-created" ? marks.get(roomSid) : (participantSid ?? roomSid)}`
      made.set(key, (made.get(key) ?? 0) + 1)
    }
  }
  return made
}

const keyOf = (aim: Tasks.Aim): string => `${aim.type} ${aim.type === "room-created" ? aim.mark : aim.sid}`

const summary = (result: Run.Result) => {
  const made = changesOf(result)
  const aims = result.done.flatMap(({ aim, ...done }) =>
    aim === undefined ? [] : [{ ...done, times: made.get(keyOf(aim)) ?? 0 }]
  )
  const faults = result.requests.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
  return {
    operations: result.done.length,
    requests: result.requests.length,
    faultRate: faults.length / result.requests.length,
    faults: count(faults),
    outcomes: count(result.done.map(({ outcome }) => outcome)),
    kinds: Object.fromEntries(
      Object.keys(Tasks.kinds).map((kind) => [
        kind,
        count(result.done.filter((done) => done.kind === kind).map(({ outcome }) => outcome))
      ])
    ),
    writes: {
      tried: aims.length,
      takenEffectOnce: aims.filter(({ times }) => times === 1).length,
      takenEffectTwice: aims.filter(({ times }) => times > 1).length,
      failedAndTakenEffect: aims.filter(({ outcome, times }) => outcome !== "Success" && times === 1).length,
      succeededWithoutEffect: aims.filter(({ outcome, times }) => outcome === "Success" && times === 0).length
    },
    clockSeconds: Math.round(result.clockMillis / 1000)
  }
}

/** What must not be sent again where an attempt may have been processed. */
const onceOnly = new Set(["Rooms.create, named", "Rooms.create, unnamed", "SubscribeRules.update"])

const report: Record<string, unknown> = {}

afterAll(() => {
  mkdirSync("reports", { recursive: true })
  writeFileSync("reports/resilience.json", `${JSON.stringify(report, undefined, 2)}\n`)
})

describe(`${operations} operations at a fault rate of ${Faults.rate}, seed ${seed}`, () => {
  it.effect("each ends in its result or a typed error, and nothing is done twice", () =>
    Effect.gen(function* () {
      const began = performance.now()
      const result = yield* Run.run(operations, seed)
      const figures = { seed, ...summary(result), wallSeconds: Math.round((performance.now() - began) / 100) / 10 }
      Object.assign(report, figures)

      assert.deepStrictEqual(
        result.done.filter(({ outcome }) => outcome === "Defect").map(({ defect, kind }) => [kind, defect]),
        []
      )
      assert.strictEqual(result.done.length, operations)
      assert.deepStrictEqual(new Set(result.done.map(({ kind }) => kind)), new Set(Object.keys(Tasks.kinds)))

      // The faults were there, of every kind.
      assert.approximately(figures.faultRate, Faults.rate, tolerance)
      assert.deepStrictEqual(new Set(Object.keys(figures.faults)), new Set(Faults.rules.map(({ fault }) => fault.type)))

      // No error but the infrastructure's: nothing is NotFound or refused because it was done by an attempt before.
      const allowed = new Set(["Success", "RateLimited", "Unavailable", "TransportFailed", "TimedOut"])
      assert.deepStrictEqual(
        Object.keys(figures.outcomes).filter((outcome) => !allowed.has(outcome.replace("TwilioError.", ""))),
        []
      )

      assert.strictEqual(figures.writes.takenEffectTwice, 0)
      assert.strictEqual(figures.writes.succeededWithoutEffect, 0)
      // The faults would have shown a change that is done twice: some were done and their answers lost.
      assert.isAbove(figures.writes.failedAndTakenEffect, 0)

      // What may be repeated does not fail where it could have succeeded.
      let onceOnlyFailed = 0
      for (const [kind, outcomes] of Object.entries(figures.kinds)) {
        const failed = 1 - (outcomes.Success ?? 0) / (operations / Object.keys(Tasks.kinds).length)
        if (onceOnly.has(kind)) onceOnlyFailed += failed / onceOnly.size
        else assert.isBelow(failed, tolerance, kind)
      }
      assert.isAbove(onceOnlyFailed, 0.1)
    })
  )

  const repeated = Lane.count(200, 600)

  it.effect("the same seed is the same run, and another is not", () =>
    Effect.gen(function* () {
      const one = summary(yield* Run.run(repeated, seed))
      assert.deepStrictEqual(summary(yield* Run.run(repeated, seed)), one)
      assert.notDeepEqual(summary(yield* Run.run(repeated, `${seed} other`)), one)
    })
  )

  const unrepeated = Lane.count(1_000, 5_000)

  it.effect("without retries, most of the faults come through", () =>
    Effect.gen(function* () {
      const { kinds, operations, outcomes } = summary(yield* Run.run(unrepeated, seed, { attempts: 1 }))
      report.withoutRetries = { operations, outcomes, kinds }
      assert.isBelow((outcomes.Success ?? 0) / operations, 0.8)
    })
  )
})
