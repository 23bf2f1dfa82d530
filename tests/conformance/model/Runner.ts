/**
 * Runs a sequence of steps on the sandbox and on the model, and compares them after each step. Shrinks a sequence that
 * fails.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as TestClock from "effect/testing/TestClock"
import { isDeepStrictEqual } from "node:util"
import type * as Command from "./Command.ts"
import * as Commands from "./Commands.ts"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"

const start = Date.parse("2026-03-01T12:00:00Z")

/** How often each kind of step had each result, and how often each timeout ended a room or a stay. */
export type Counts = Map<string, number>

const count = (counts: Counts, what: string, times = 1): void => {
  counts.set(what, (counts.get(what) ?? 0) + times)
}

/** One line per step up to the first difference, then the differences. */
export type Counterexample = ReadonlyArray<string>

const format = ({ args, name }: Command.Command): string =>
  `${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`

const formatResult = (result: Model.Result): string => {
  if (Model.isFailure(result)) return [result.error, ...(result.code === undefined ? [] : [result.code])].join(" ")
  const { value } = result
  const list = Predicate.hasProperty(value, "views") ? value.views : value
  if (!Array.isArray(list)) return "ok"
  if (Predicate.isString(list[0])) return `ok, ${list[0]}`
  return list.length === 0 ? "ok, empty" : "ok, with items"
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}

/** The paths at which two values differ, at most 5. */
const differences = (actual: unknown, expected: unknown, at = ""): ReadonlyArray<string> => {
  if (isDeepStrictEqual(actual, expected)) return []
  if (!Predicate.isObjectKeyword(actual) || !Predicate.isObjectKeyword(expected)) {
    return [`${at}: sandbox ${short(actual)}, model ${short(expected)}`]
  }
  const one: Readonly<Record<string, unknown>> = { ...actual }
  const other: Readonly<Record<string, unknown>> = { ...expected }
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .flatMap((key) => differences(one[key], other[key], `${at}.${key}`))
    .slice(0, 5)
}

const isTaken = (model: Model.State, sid: string): boolean =>
  model.rooms.some(
    (room) =>
      room.sid === sid ||
      room.participants.some(
        (participant) => participant.sid === sid || participant.tracks.some((track) => track.sid === sid)
      )
  )

/** The SID of the record that the sandbox created. */
const createdSid = (command: Command.Command, result: Model.Result): string | undefined =>
  command.creates && "value" in result && Predicate.hasProperty(result.value, "sid")
    ? String(result.value.sid)
    : undefined

/** Runs the command on both, and compares the results. */
const compare = (model: Model.State, command: Command.Command) =>
  Effect.map(Effect.exit(command.run), (exit) => {
    if (Exit.isFailure(exit)) return { result: "a defect", differing: [Cause.pretty(exit.cause)] }
    const sid = createdSid(command, exit.value)
    const taken = sid !== undefined && isTaken(model, sid) ? [`.sid: the sandbox reuses ${sid}`] : []
    const expected = command.model(sid ?? "no SID")
    return { result: formatResult(exit.value), differing: [...taken, ...differences(exit.value, expected)] }
  })

/**
 * Runs the steps on an empty sandbox. After each step it reads two lists and one other thing about the room that the
 * step was about, different ones each time; after the last step, or after every step if `thorough`, it reads everything.
 */
export const run = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Steps.Step>,
  { counts, thorough }: { readonly thorough: boolean; readonly counts: Counts }
) {
  const { credentials, reset } = yield* Sandbox.Sandbox
  yield* TestClock.setTime(start)
  yield* reset
  const memory: Command.Memory = { model: Model.make(credentials.accountSid, start) }
  const log: Array<string> = []
  for (const [index, step] of steps.entries()) {
    const command = Commands.make(memory, step)
    if (command !== undefined) {
      const { differing, result } = yield* compare(memory.model, command)
      log.push(`${new Date(memory.model.now).toISOString()} ${format(command)} -> ${result}`)
      if (differing.length > 0) return [...log, ...differing] satisfies Counterexample
      count(counts, `${command.name} ${result}`)
    }
    const { model } = memory
    // Apply timeouts that are due now: a room without an empty timeout ends when its last participant leaves.
    Model.advance(model, model.now)
    const all = thorough || index === steps.length - 1
    const subjects = all ? [undefined, ...model.rooms] : [Model.findRoom(model, String(command?.args[0]))]
    const lists = subjects.flatMap((room) => Commands.lists(model, room))
    const others = subjects.flatMap((room) => (room === undefined ? [] : Commands.checks(model, room)))
    const some = (of: ReadonlyArray<Command.Command>, count: number) =>
      all
        ? of
        : of
            .slice((index * 7919) % of.length)
            .concat(of)
            .slice(0, count)
    const checks = some(lists, 2).concat(some(others, 1))
    for (const check of checks) {
      const { differing } = yield* compare(model, check)
      if (differing.length > 0) return [...log, `then ${format(check)}`, ...differing] satisfies Counterexample
    }
  }
  for (const [what, times] of Object.entries(memory.model.endings)) count(counts, what, times)
  return undefined
})

/** Removes steps as long as the rest still fails. */
const shrink = Effect.fnUntraced(function* (steps: ReadonlyArray<Steps.Step>) {
  let kept = steps
  for (let size = Math.ceil(steps.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const fewer = kept.toSpliced(at, size)
      const found = yield* run(fewer, { thorough: false, counts: new Map() })
      if (found === undefined) at += size
      else kept = fewer
    }
  }
  return kept
})

/** The counterexample of the shortest failing sequence found, or the one given if that one passes when repeated. */
export const minimize = Effect.fnUntraced(function* (steps: ReadonlyArray<Steps.Step>, found: Counterexample) {
  const fewer = yield* shrink(steps)
  return (yield* run(fewer, { thorough: true, counts: new Map() })) ?? found
})
