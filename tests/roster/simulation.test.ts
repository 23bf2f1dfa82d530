/**
 * Simulates rosters: right after each list that was read, and at rest, a room is as in the sandbox; those who have left stay
 * gone; and no state is older than the bound in `docs/roster.md`. Three callbacks in ten are lost, two are doubled, and all
 * are up to a minute late.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Lane from "../support/Lane.ts"
import * as Simulation from "./support/Simulation.ts"

/** How callbacks are changed on the way. */
const changes: ReadonlyArray<readonly [name: string, Pick<Simulation.Options, "sequence" | "skew">]> = [
  ["callbacks as sent", {}],
  ["random sequence numbers", { sequence: "random" }],
  ["no sequence numbers", { sequence: "absent" }],
  ["constant sequence numbers", { sequence: "constant" }],
  ["Twilio's clock 4 s ahead", { skew: 4000 }],
  ["Twilio's clock 4 s behind", { skew: -4000 }]
]

const rooms = Lane.count(10, 200)
const events = Lane.count(170, 20_000)
const seeds = Array.from({ length: Lane.count(6, 10) }, (_, seed) => seed)

describe(`rosters of ${rooms} rooms`, () => {
  for (const seed of seeds) {
    const [name, options] = changes[seed % changes.length] ?? ["", {}]
    it.effect(`equal the sandbox after each list and at rest: ${name}, seed ${seed}`, () =>
      Effect.gen(function* () {
        const result = yield* Simulation.run({ rooms, events, every: 7000, seed: `roster ${seed}`, ...options })
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
