/**
 * The program in a page of a real browser, bundled. Left out, by name, where there is no Chromium. Holds no expectation
 * of its own.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Expected from "./expected.ts"
import * as Chromium from "./runners/Chromium.ts"
import * as Loopback from "./runners/Loopback.ts"
import { describeRuntime } from "./suite.ts"

const leftOut =
  Chromium.installed === undefined ? `Chromium is not installed: left out (${Chromium.source.install})` : undefined

if (leftOut !== undefined) console.log(`The program in a browser: ${leftOut}`)

describeRuntime({ runner: Chromium.runner, version: /^\d+(?:\.\d+){3}$/u, leftOut })

describe(`a page of Chromium${leftOut === undefined ? "" : ` (${leftOut})`}`, { concurrent: true }, () => {
  it.live.skipIf(leftOut !== undefined)("asks the sandbox at its own origin, whose CORS headers allow it", () =>
    Effect.gen(function* () {
      const perform = yield* Chromium.runner.start
      const { account } = yield* perform("look-up", yield* Loopback.sandbox())
      expect(account).toEqual({ identity: "Alice", status: "connected" })
    })
  )

  it.live.skipIf(leftOut !== undefined)("reaches nothing that its Content-Security-Policy does not name", () =>
    Effect.gen(function* () {
      const perform = yield* Chromium.runner.start
      // It names nothing here, and the request fails before it is sent.
      expect(yield* perform("refused")).toMatchObject({
        account: Expected.refusal(null),
        violations: expect.arrayContaining(["connect-src"])
      })
    })
  )
})

it.live("a Chromium that is not there is missing, and the error says how to install it", () =>
  Effect.gen(function* () {
    expect(Chromium.find(["/nowhere"])).toBeUndefined()
    const error = yield* Effect.flip(Effect.scoped(Chromium.at(undefined).start))
    expect(error._tag).toBe("Missing")
    expect(error.message).toContain("Install it: apt-get install chromium")
  })
)
