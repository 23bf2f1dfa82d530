/**
 * The program on Deno, from the sources, with no more permissions than it needs.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Expected from "./expected.ts"
import * as Deno from "./runners/Deno.ts"
import * as Loopback from "./runners/Loopback.ts"
import * as Runner from "./runners/Runner.ts"
import { describeRuntime, expectConnectionRefused, expectUncaught } from "./suite.ts"

describeRuntime({ runner: Deno.runner, version: /^2\.\d+\.\d+$/u })

describe("Deno's permissions", { concurrent: true }, () => {
  it.live("a connection without permission fails with TransportFailed", () =>
    Effect.gen(function* () {
      const baseUrl = yield* Loopback.sandbox()
      const { results } = yield* Effect.flatMap(Deno.run([], ["refused", baseUrl]), Runner.reportOf)
      expectConnectionRefused(results, Expected.connectionRefusedWithoutCode, baseUrl)
    })
  )

  it.live("only the permitted host is reachable", () =>
    Effect.gen(function* () {
      const [allowed, other] = [yield* Loopback.sandbox(), yield* Loopback.sandbox()]
      const lookUp = (baseUrl: string) => Deno.run([Deno.allowNet(allowed)], ["look-up", baseUrl])
      expect((yield* Effect.flatMap(lookUp(allowed), Runner.reportOf)).results).toEqual({
        identity: "Alice",
        status: "connected"
      })
      expectUncaught(yield* lookUp(other), other)
    })
  )
})
