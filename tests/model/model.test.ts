/**
 * Random sequences of operations, performed on the sandbox over the library's services and on a small model of Twilio's
 * rooms: after each operation both have answered alike, and look alike. Holds neither the model (`Model`) nor the
 * operations (`Steps`).
 *
 * Sequence after sequence has the next seed. `MODEL_SEED=395 MODEL_SEQUENCES=1 vitest run tests/model` plays the one of
 * seed 395 alone, as a failure says; without them it is seeds 1 to 1000.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Player from "./Player.ts"
import * as Steps from "./Steps.ts"
import * as Trials from "./Trials.ts"

const firstSeed = Number(process.env["MODEL_SEED"] ?? 1)

const sequences = Number(process.env["MODEL_SEQUENCES"] ?? 1000)

const stepsOfSequence = 50

layer(Sandbox.layer({ rooms: [] }))((it) => {
  it.effect("agree", () => Effect.gen(function* () {
    const trials = yield* Trials.make
    const tally: Player.Tally = new Map()
    let failures = 0
    const t = performance.now()
    for (let seed = firstSeed; seed < firstSeed + sequences; seed++) {
      const steps = Steps.generate(seed, stepsOfSequence)
      const f = yield* Player.play(trials, steps, { thorough: process.env.T === "1", tally })
      if (f) { failures++; if (failures < 6) console.log(seed, (yield* Player.explain(trials, steps, f)).join("\n")) }
    }
    console.log(failures, performance.now() - t)
    if (process.env.TALLY) console.log([...tally].sort().map(([k, v]) => `${v}\t${k}`).join("\n"))
  }), 300000)
})
