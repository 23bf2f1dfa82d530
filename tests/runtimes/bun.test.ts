/**
 * The program on Bun, from the sources.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Bun from "./runners/Bun.ts"
import * as Loopback from "./runners/Loopback.ts"
import { describeRuntime, expectUncaught } from "./suite.ts"

describeRuntime({ runner: Bun.runner, version: /^1\.4\.\d+$/u })

it.live("an uncaught error on Bun prints no secret", () =>
  Effect.gen(function* () {
    const baseUrl = yield* Loopback.nobody
    expectUncaught(yield* Bun.run(["look-up", baseUrl]), baseUrl)
  })
)
