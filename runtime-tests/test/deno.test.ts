/**
 * The demo's main job on Deno, with no more permissions than it needs. Holds no Deno code: see `src/deno.ts`.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Deno from "./support/Deno.ts"
import { expectRefusal, expectSummary, secrets } from "./support/expected.ts"
import * as Loopback from "./support/Loopback.ts"

const timeout = 60_000

const allowNet = (baseUrl: string): string => `--allow-net=${new URL(baseUrl).host}`

const succeeded = (ended: { readonly exit: number | string; readonly stdout: string; readonly stderr: string }) => {
  expect(ended).toEqual({ exit: 0, stdout: expect.any(String), stderr: "" })
  return JSON.parse(ended.stdout) as unknown
}

describe("the main job on Deno", () => {
  it.live(
    "runs on the sandbox in process, without any permission",
    () =>
      Effect.gen(function* () {
        yield* expectSummary(succeeded(yield* Deno.run([], ["in-process"])))
      }),
    timeout
  )

  it.live(
    "runs over loopback, and may reach nothing but the sandbox's port",
    () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.sandbox
        yield* expectSummary(succeeded(yield* Deno.run([allowNet(baseUrl)], ["loopback", baseUrl])))
      }),
    timeout
  )

  it.live(
    "fails with TransportFailed where nobody listens",
    () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.nobody
        expectRefusal(succeeded(yield* Deno.run([allowNet(baseUrl)], ["refused", baseUrl])), baseUrl)
      }),
    timeout
  )

  it.live(
    "fails with TransportFailed where Deno does not let it reach the network",
    () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.sandbox
        expectRefusal(succeeded(yield* Deno.run([], ["refused", baseUrl])), baseUrl)
      }),
    timeout
  )

  it.live(
    "shows no secret when the error is not caught",
    () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.nobody
        const ended = yield* Deno.run([allowNet(baseUrl)], ["loopback", baseUrl])
        expect(ended).toEqual({
          exit: 1,
          stdout: "",
          stderr: expect.stringContaining(`TwilioError: No answer from ${baseUrl}`)
        })
        for (const secret of secrets) expect(ended.stderr).not.toContain(secret)
      }),
    timeout
  )
})
