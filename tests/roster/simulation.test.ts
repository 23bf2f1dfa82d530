/**
 * Simulates rosters: right after each list that was read, and at rest, a room is as in the sandbox; and no state is older
 * than the bound in `docs/roster.md`. Three callbacks in ten are lost, two are doubled, and all are up to a minute late.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Lane from "../support/Lane.ts"
import * as Simulation from "./support/Simulation.ts"

const runs = [
  ["as sent", undefined],
  ["random", "random"],
  ["absent", "absent"],
  ["constant", "constant"]
] as const

const seeds = Lane.count(4, 10)
const events = Lane.count(250, 20_000)

describe(`rosters of ${Lane.count(10, 200)} rooms`, () => {
  for (let seed = 0; seed < seeds; seed++) {
    const [name, sequence] = runs[seed % runs.length] ?? runs[0]
    it.effect(`equal the sandbox after each list and at rest: seed ${seed}, sequence numbers ${name}`, () =>
      Effect.gen(function* () {
        const result = yield* Simulation.run({
          rooms: Lane.count(10, 200),
          events,
          every: 7000,
          seed: `roster ${seed}`,
          sequence
        })
        assert.deepStrictEqual(result.problems, [])
        assert.strictEqual(result.refused, 0)
        // Lists had something to correct.
        assert.isAbove(result.callbacks.lost, events / 6)
        assert.isAbove(result.corrections, events / 6)
        assert.isAbove(result.reconciliations.undisturbed, events / 6)
      })
    )
  }
})
