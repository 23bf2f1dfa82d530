/**
 * The program on Node, from the sources.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Loopback from "./runners/Loopback.ts"
import * as Node from "./runners/Node.ts"
import { describeRuntime, expectUncaught } from "./suite.ts"

describeRuntime({ runner: Node.runner, version: /^24\.\d+\.\d+$/u })

it.live("an uncaught error on Node prints no secret", () =>
  Effect.gen(function* () {
    const baseUrl = yield* Loopback.nobody
    expectUncaught(yield* Node.run(["look-up", baseUrl]), baseUrl)
  })
)
