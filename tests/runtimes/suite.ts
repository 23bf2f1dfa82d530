/**
 * The tests that every runtime passes.
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

/** Compares with the results of a refused connection, and checks the logged forms. */
export const expectConnectionRefused = (results: unknown, facts: object, baseUrl: string): void => {
  expect(results).toEqual({ ...facts, written: expect.stringContaining(`No response from ${baseUrl}`) })
  for (const secret of Failures.secrets) expect(JSON.stringify(results)).not.toContain(secret)
}

export interface Description {
  readonly runner: Runner.Runner
  readonly version: RegExp
  /** Why the tests are skipped, if they are: what is missing and how to install it. */
  readonly skipped?: string | undefined
}

/** The tests that every runtime passes. */
export const describeRuntime = ({ skipped, runner, version }: Description): void => {
  // Started once for all tests. Not a layer: if a layer fails, Vitest skips its tests.
  const scope = Scope.makeUnsafe()
  const started = Effect.runSync(Effect.cached(Scope.provide(runner.start, scope)))
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  const test = (
    name: string,
    body: (perform: Runner.Perform) => Effect.Effect<void, Missing.Missing, Scope.Scope>
  ): void =>
    it.live.skipIf(skipped !== undefined)(skipped === undefined ? name : `${name} (${skipped})`, () =>
      Effect.flatMap(started, body)
    )

  // They mostly wait.
  describe(`the program on ${runner.name}`, { concurrent: true }, () => {
    test("has the expected results in process", (perform) =>
      Effect.gen(function* () {
        const report = yield* perform("in-process")
        expect(report).toMatchObject({ version: expect.stringMatching(version) })
        expect(report.results).toEqual(yield* Expected.results(runner.name, "in-process"))
      }))

    for (const environment of ["loopback", "fetch-alone"] as const) {
      test(`has the expected results ${Expected.environments[environment]}`, (perform) =>
        Effect.gen(function* () {
          const { results } = yield* perform(environment, yield* Loopback.sandbox())
          expect(results).toEqual(yield* Expected.results(runner.name, environment))
        }))
    }

    test("fails with TransportFailed if nothing listens, and reveals no secret", (perform) =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.nobody
        const { results } = yield* perform("refused", baseUrl)
        expectConnectionRefused(results, Expected.connectionRefusedOn(runner.name), baseUrl)
      }))

    test("receives status callbacks of the sandbox in process, with valid signatures", (perform) =>
      Effect.gen(function* () {
        expect(yield* perform("delivered")).toMatchObject({ results: Expected.delivered })
      }))

    test("runs with code generation from strings forbidden", (perform) =>
      Effect.gen(function* () {
        expect(yield* perform("code-generation")).toMatchObject({ results: "EvalError" })
      }))
  })
}

/** A program with an uncaught error prints its message and no secret. */
export const expectUncaught = (
  ended: { readonly exit: number | string; readonly stdout: string; readonly stderr: string },
  baseUrl: string
): void => {
  expect(ended).toEqual({ exit: 1, stdout: "", stderr: expect.stringContaining(`No response from ${baseUrl}`) })
  for (const secret of Failures.secrets) expect(ended.stderr).not.toContain(secret)
}
