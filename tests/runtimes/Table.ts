/**
 * Runs the program on every runtime in every setting and tells what came of it as a table. Holds no runtime.
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
  /** As the runtime says it. */
  readonly version: string
  readonly setting: Expected.Setting
  readonly result: "ok" | "failed" | "missing"
  readonly millis: number | undefined
  /** What went wrong, or how to install what is missing. */
  readonly note: string | undefined
}

const settings = Object.keys(Expected.settings) as ReadonlyArray<Expected.Setting>

/** The member by member path to the first difference. */
const difference = (actual: unknown, expected: unknown, path = "account"): string => {
  if (Predicate.isObject(actual) && Predicate.isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const [is, should] = [actual, expected].map((value) => (value as Record<string, unknown>)[key])
      if (!isDeepStrictEqual(is, should)) return difference(is, should, `${path}.${key}`)
    }
  }
  return `${path} is ${JSON.stringify(actual)} and not ${JSON.stringify(expected)}`
}

const play = Effect.fnUntraced(function* (runner: Runner.Runner, setting: Expected.Setting) {
  const row = { runtime: runner.name, setting }
  const expected = yield* Expected.account(runner.name, setting)
  const played = yield* Effect.gen(function* () {
    const perform = yield* runner.start
    const baseUrl = setting === "in-process" ? undefined : yield* Loopback.sandbox()
    const began = yield* Clock.currentTimeMillis
    const report = yield* perform(setting, baseUrl)
    return { report, millis: (yield* Clock.currentTimeMillis) - began }
  }).pipe(Effect.scoped, Effect.timeout("10 minutes"), Effect.exit)
  if (Exit.isSuccess(played)) {
    const { millis, report } = played.value
    const isSame = isDeepStrictEqual(report.account, expected)
    return {
      ...row,
      version: report.version,
      result: isSame ? "ok" : "failed",
      millis,
      note: isSame ? undefined : difference(report.account, expected)
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

/** Runs one after the other, so that times mean something. */
export const rows = (runners: ReadonlyArray<Runner.Runner>): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.forEach(
    runners.flatMap((runner) => settings.map((setting) => ({ runner, setting }))),
    ({ runner, setting }) => play(runner, setting)
  )

/** The table, and below it what was wrong or missing. */
export const format = (rows: ReadonlyArray<Row>): string => {
  const table = Text.table(
    ["runtime", "version", "setting", "result", "ms"],
    rows.map(({ millis, result, runtime, setting, version }) => [
      runtime,
      version === "" ? "–" : version,
      Expected.settings[setting],
      result,
      millis === undefined ? "–" : String(millis)
    ])
  )
  const notes = new Set(rows.flatMap(({ note, runtime }) => (note === undefined ? [] : [`${runtime}: ${note}`])))
  return [table, ...notes].join("\n\n")
}

/** What is missing is no failure. */
export const hasFailed = (rows: ReadonlyArray<Row>): boolean => rows.some(({ result }) => result === "failed")
