/**
 * Plays a sequence of steps on both sides and compares them, and leaves out of one that fails the steps that it fails
 * without. Makes no steps.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as TestClock from "effect/testing/TestClock"
import { isDeepStrictEqual } from "node:util"
import * as Model from "./Model.ts"
import type * as Steps from "./Steps.ts"
import type * as Trials from "./Trials.ts"

const start = Date.parse("2026-03-01T12:00:00Z")

/** How often each kind of step had each outcome, and how often what happens by itself did. */
export type Tally = Map<string, number>

const count = (tally: Tally, what: string, times = 1): void => {
  tally.set(what, (tally.get(what) ?? 0) + times)
}

/** What was done until the two sides parted, a line for each step, and how they differ. */
export type Failure = ReadonlyArray<string>

const told = ({ args, name }: Trials.Trial): string => `${name}(${args.map((arg) => JSON.stringify(arg)).join(", ")})`

const toldOutcome = (outcome: Model.Outcome): string => {
  if (Model.isRefusal(outcome)) return [outcome.error, ...(outcome.code === undefined ? [] : [outcome.code])].join(" ")
  const { value } = outcome
  const list = Predicate.hasProperty(value, "views") ? value.views : value
  if (!Array.isArray(list)) return "ok"
  if (Predicate.isString(list[0])) return `ok, ${list[0]}`
  return list.length === 0 ? "ok, empty" : "ok, with items"
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}

/** Where two values differ, at most a few places. */
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

const isTaken = (world: Model.World, sid: string): boolean =>
  world.rooms.some(
    (room) =>
      room.sid === sid ||
      room.participants.some((person) => person.sid === sid || person.tracks.some((track) => track.sid === sid))
  )

/** The SID of what a step made, which the model is to take. */
const madeSid = (trial: Trials.Trial, outcome: Model.Outcome): string | undefined =>
  trial.makes && "value" in outcome && Predicate.hasProperty(outcome.value, "sid")
    ? String(outcome.value.sid)
    : undefined

/** Does it on both sides, and says how they differ. */
const perform = (world: Model.World, trial: Trials.Trial) =>
  Effect.map(Effect.exit(trial.run), (exit) => {
    if (Exit.isFailure(exit)) return { outcome: "a defect", parted: [Cause.pretty(exit.cause)] }
    const sid = madeSid(trial, exit.value)
    const parted = sid !== undefined && isTaken(world, sid) ? [`.sid: sandbox gives ${sid}, which is another's`] : []
    const expected = trial.model(sid ?? "no SID")
    return { outcome: toldOutcome(exit.value), parted: [...parted, ...differences(exit.value, expected)] }
  })

/**
 * Plays the steps on a sandbox without rooms. After each step it looks at one thing about the room that the step was
 * about, another one each time, and at everything in the end; if it is to be thorough, at everything each time.
 */
export const play = Effect.fnUntraced(function* (
  trials: Trials.Trials,
  steps: ReadonlyArray<Steps.Step>,
  options: { readonly thorough: boolean; readonly tally: Tally }
) {
  const { tally, thorough } = options
  yield* TestClock.setTime(start)
  yield* trials.reset
  const memory: Trials.Memory = { world: Model.make(trials.accountSid, start) }
  const log: Array<string> = []
  for (const [index, step] of steps.entries()) {
    const trial = trials.trialOf(memory, step)
    if (trial !== undefined) {
      const { outcome, parted } = yield* perform(memory.world, trial)
      log.push(`${new Date(memory.world.now).toISOString()} ${told(trial)} -> ${outcome}`)
      if (parted.length > 0) return [...log, ...parted] satisfies Failure
      count(tally, `${trial.name} ${outcome}`)
    }
    const { world } = memory
    // What is due at this very moment happens: a room without an empty timeout ends when the last one leaves.
    Model.advance(world, world.now)
    const all = thorough || index === steps.length - 1
    const subjects = all ? [undefined, ...world.rooms] : [Model.findRoom(world, String(trial?.args[0]))]
    const checks = subjects.flatMap((room) => {
      const ofRoom = trials.checksOf(world, room)
      return all ? ofRoom : [ofRoom[(index * 7919) % ofRoom.length] ?? ofRoom[0]]
    })
    for (const check of checks) {
      const { parted } = yield* perform(world, check)
      if (parted.length > 0) return [...log, `then ${told(check)}`, ...parted] satisfies Failure
    }
  }
  for (const [what, times] of Object.entries(memory.world.happened)) count(tally, what, times)
  return undefined
})

/** The steps without most of those that they fail without. */
const shrink = Effect.fnUntraced(function* (trials: Trials.Trials, steps: ReadonlyArray<Steps.Step>) {
  let kept = steps
  for (let size = Math.ceil(steps.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const fewer = kept.toSpliced(at, size)
      const failure = yield* play(trials, fewer, { thorough: false, tally: new Map() })
      if (failure === undefined) at += size
      else kept = fewer
    }
  }
  return kept
})

/** The failure of the fewest steps that were found to fail. */
export const explain = Effect.fnUntraced(function* (
  trials: Trials.Trials,
  steps: ReadonlyArray<Steps.Step>,
  failure: Failure
) {
  const fewer = yield* shrink(trials, steps)
  return (yield* play(trials, fewer, { thorough: true, tally: new Map() })) ?? failure
})
