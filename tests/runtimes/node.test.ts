/**
 * The program on Node, straight from the sources. Holds no expectation of its own.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Loopback from "./runners/Loopback.ts"
import * as Node from "./runners/Node.ts"
import { describeRuntime, expectUncaught } from "./suite.ts"

describeRuntime({ runner: Node.runner, version: /^24\.\d+\.\d+$/u })

it.live("Node shows no secret when the error is not caught", () =>
  Effect.gen(function* () {
    const baseUrl = yield* Loopback.nobody
    expectUncaught(yield* Node.run(["look-up", baseUrl]), baseUrl)
  })
)
