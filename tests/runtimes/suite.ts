/**
 * What holds on every runtime, as tests of one. Holds no runtime.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Expected from "./expected.ts"
import * as Failures from "./program/Failures.ts"
import * as Loopback from "./runners/Loopback.ts"
import type * as Missing from "./runners/Missing.ts"
import type * as Runner from "./runners/Runner.ts"

/** Compares with the account of a connection that was refused, and with what a log may get of it. */
export const expectRefusal = (account: unknown, facts: object, baseUrl: string): void => {
  expect(account).toEqual({ ...facts, written: expect.stringContaining(`No response from ${baseUrl}`) })
  for (const secret of Failures.secrets) expect(JSON.stringify(account)).not.toContain(secret)
}

/** What a runtime says that it is. */
export interface Description {
  readonly runner: Runner.Runner
  readonly version: RegExp
  /** Why the tests are left out, where they are: what is missing and how to install it. */
  readonly leftOut?: string | undefined
}

/** The tests that every runtime passes. */
export const describeRuntime = ({ leftOut, runner, version }: Description): void => {
  // One for all tests, which then do not wait for its start. Not a layer: where one fails, Vitest skips the tests.
  const scope = Scope.makeUnsafe()
  const started = Effect.runSync(Effect.cached(Scope.provide(runner.start, scope)))
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  const test = (
    name: string,
    body: (perform: Runner.Perform) => Effect.Effect<void, Missing.Missing, Scope.Scope>
  ): void =>
    it.live.skipIf(leftOut !== undefined)(leftOut === undefined ? name : `${name} (${leftOut})`, () =>
      Effect.flatMap(started, body)
    )

  // They wait more than they compute.
  describe(`the program on ${runner.name}`, { concurrent: true }, () => {
    test("comes to the expected account on the sandbox in process", (perform) =>
      Effect.gen(function* () {
        const report = yield* perform("in-process")
        expect(report).toMatchObject({ version: expect.stringMatching(version) })
        expect(report.account).toEqual(yield* Expected.account(runner.name, "in-process"))
      }))

    for (const setting of ["loopback", "straight"] as const) {
      test(`comes to the expected account ${Expected.settings[setting]}`, (perform) =>
        Effect.gen(function* () {
          const { account } = yield* perform(setting, yield* Loopback.sandbox())
          expect(account).toEqual(yield* Expected.account(runner.name, setting))
        }))
    }

    test("fails with TransportFailed where nobody listens, and shows no secret", (perform) =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.nobody
        const { account } = yield* perform("refused", baseUrl)
        expectRefusal(account, Expected.refusalOn(runner.name), baseUrl)
      }))

    test("receives the sandbox's status callbacks in process, and believes their signatures", (perform) =>
      Effect.gen(function* () {
        expect(yield* perform("delivered")).toMatchObject({ account: Expected.delivered })
      }))

    test("runs where no code can be made of strings", (perform) =>
      Effect.gen(function* () {
        expect(yield* perform("code-generation")).toMatchObject({ account: "EvalError" })
      }))
  })
}

/** A program that ends with an error that nobody catches says what happened, and no secret. */
export const expectUncaught = (
  ended: { readonly exit: number | string; readonly stdout: string; readonly stderr: string },
  baseUrl: string
): void => {
  expect(ended).toEqual({ exit: 1, stdout: "", stderr: expect.stringContaining(`No response from ${baseUrl}`) })
  for (const secret of Failures.secrets) expect(ended.stderr).not.toContain(secret)
}
