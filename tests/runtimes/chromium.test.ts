/**
 * The bundled program in a page of a real browser. Skipped by name if Chromium isn't installed.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Expected from "./expected.ts"
import * as Chromium from "./runners/Chromium.ts"
import * as Loopback from "./runners/Loopback.ts"
import { describeRuntime } from "./suite.ts"

const skipped =
  Chromium.installed === undefined ? `Chromium isn't installed: skipped (${Chromium.source.install})` : undefined

if (skipped !== undefined) console.log(`The program in a browser: ${skipped}`)

describeRuntime({ runner: Chromium.runner, version: /^\d+(?:\.\d+){3}$/u, skipped })

describe(`a page of Chromium${skipped === undefined ? "" : ` (${skipped})`}`, { concurrent: true }, () => {
  it.live.skipIf(skipped !== undefined)("reaches the sandbox at its origin, whose CORS headers allow it", () =>
    Effect.gen(function* () {
      const perform = yield* Chromium.runner.start
      const { results } = yield* perform("look-up", yield* Loopback.sandbox())
      expect(results).toEqual({ identity: "Alice", status: "connected" })
    })
  )

  it.live.skipIf(skipped !== undefined)("reaches only what its Content-Security-Policy allows", () =>
    Effect.gen(function* () {
      const perform = yield* Chromium.runner.start
      // The policy allows nothing, so the request fails before it's sent.
      expect(yield* perform("refused")).toMatchObject({
        results: Expected.connectionRefused(null),
        violations: expect.arrayContaining(["connect-src"])
      })
    })
  )
})

it.live("a Chromium that isn't installed fails with Missing and the command that installs it", () =>
  Effect.gen(function* () {
    expect(Chromium.find(["/nowhere"])).toBeUndefined()
    const error = yield* Effect.flip(Effect.scoped(Chromium.at(undefined).start))
    expect(error._tag).toBe("Missing")
    expect(error.message).toContain("Install it: apt-get install chromium")
  })
)
