/**
 * The program on Deno, straight from the sources, with no more permissions than it needs. Holds no Deno code.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Expected from "./expected.ts"
import * as Deno from "./runners/Deno.ts"
import * as Loopback from "./runners/Loopback.ts"
import * as Runner from "./runners/Runner.ts"
import { describeRuntime, expectRefusal, expectUncaught } from "./suite.ts"

describeRuntime({ runner: Deno.runner, version: /^2\.\d+\.\d+$/u })

describe("Deno's permissions", { concurrent: true }, () => {
  it.live("a network that it may not reach is TransportFailed", () =>
    Effect.gen(function* () {
      const baseUrl = yield* Loopback.sandbox()
      const { account } = yield* Effect.flatMap(Deno.run([], ["refused", baseUrl]), Runner.reportOf)
      expectRefusal(account, Expected.refusalWithoutName, baseUrl)
    })
  )

  it.live("a host that it may reach is the only one", () =>
    Effect.gen(function* () {
      const [allowed, other] = [yield* Loopback.sandbox(), yield* Loopback.sandbox()]
      const lookUp = (baseUrl: string) => Deno.run([Deno.allowNet(allowed)], ["look-up", baseUrl])
      expect((yield* Effect.flatMap(lookUp(allowed), Runner.reportOf)).account).toEqual({
        identity: "Alice",
        status: "connected"
      })
      expectUncaught(yield* lookUp(other), other)
    })
  )
})
