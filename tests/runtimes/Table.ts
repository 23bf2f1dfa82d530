/**
 * Runs the program on every runtime in every environment, and formats the results as a table.
 */
import * as Text from "@effect-twilio-video/examples/src/table.ts"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"
import * as Expected from "./expected.ts"
import * as Loopback from "./runners/Loopback.ts"
import type * as Missing from "./runners/Missing.ts"
import type * as Runner from "./runners/Runner.ts"

export interface Row {
  readonly runtime: string
  /** As the runtime reports it. */
  readonly version: string
  readonly environment: Expected.Environment
  readonly result: "ok" | "failed" | "missing"
  readonly millis: number | undefined
  /** The problem, or how to install a missing runtime. */
  readonly note: string | undefined
}

const environments = Object.keys(Expected.environments) as ReadonlyArray<Expected.Environment>

/** The path to the first difference, and both values. */
const difference = (actual: unknown, expected: unknown, path = "results"): string => {
  if (Predicate.isObject(actual) && Predicate.isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const [is, should] = [actual, expected].map((value) => (value as Record<string, unknown>)[key])
      if (!isDeepStrictEqual(is, should)) return difference(is, should, `${path}.${key}`)
    }
  }
  return `${path} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
}

const runOne = Effect.fnUntraced(function* (runner: Runner.Runner, environment: Expected.Environment) {
  const row = { runtime: runner.name, environment }
  const expected = yield* Expected.results(runner.name, environment)
  const played = yield* Effect.gen(function* () {
    const perform = yield* runner.start
    const baseUrl = environment === "in-process" ? undefined : yield* Loopback.sandbox()
    const began = yield* Clock.currentTimeMillis
    const report = yield* perform(environment, baseUrl)
    return { report, millis: (yield* Clock.currentTimeMillis) - began }
  }).pipe(Effect.scoped, Effect.timeout("10 minutes"), Effect.exit)
  if (Exit.isSuccess(played)) {
    const { millis, report } = played.value
    const isSame = isDeepStrictEqual(report.results, expected)
    return {
      ...row,
      version: report.version,
      result: isSame ? "ok" : "failed",
      millis,
      note: isSame ? undefined : difference(report.results, expected)
    } satisfies Row
  }
  const error: unknown = Option.getOrUndefined(Cause.findErrorOption(played.cause))
  const isMissing = Predicate.isTagged(error, "Missing")
  return {
    ...row,
    version: "",
    result: isMissing ? "missing" : "failed",
    millis: undefined,
    note: isMissing ? (error as Missing.Missing).message : Cause.pretty(played.cause)
  } satisfies Row
})

/** Runs one after the other, so the times are comparable. */
export const rows = (runners: ReadonlyArray<Runner.Runner>): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.forEach(
    runners.flatMap((runner) => environments.map((environment) => ({ runner, environment }))),
    ({ runner, environment }) => runOne(runner, environment)
  )

/** The table, then what failed or is missing. */
export const format = (rows: ReadonlyArray<Row>): string => {
  const table = Text.table(
    ["runtime", "version", "environment", "result", "ms"],
    rows.map(({ millis, result, runtime, environment, version }) => [
      runtime,
      version === "" ? "–" : version,
      Expected.environments[environment],
      result,
      millis === undefined ? "–" : String(millis)
    ])
  )
  const notes = new Set(rows.flatMap(({ note, runtime }) => (note === undefined ? [] : [`${runtime}: ${note}`])))
  return [table, ...notes].join("\n\n")
}

/** A missing runtime doesn't count as a failure. */
export const hasFailed = (rows: ReadonlyArray<Row>): boolean => rows.some(({ result }) => result === "failed")
