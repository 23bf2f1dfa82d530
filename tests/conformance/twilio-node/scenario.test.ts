/**
 * Twilio's package and the library run the same scenario over all fourteen operations: each alone, and one writing while
 * the other reads. Both get the same responses at every step.
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as SentRequest from "./SentRequest.ts"
import * as Scenario from "./Scenario.ts"

const choices = {
  official: (official) => official,
  ours: (_, ours) => ours,
  "official writes, ours reads": (official, ours) => ({ write: official.write, read: ours.read }),
  "ours writes, official reads": (official, ours) => ({ write: ours.write, read: official.read })
} satisfies Record<string, Scenario.Choice>

class Runs extends Context.Service<Runs, Record<keyof typeof choices, Scenario.Run>>()(
  "tests/conformance/twilio-node/scenario/Runs"
) {}

const layerRuns = Layer.effect(
  Runs,
  Effect.gen(function* () {
    return {
      official: yield* Scenario.run(choices.official),
      ours: yield* Scenario.run(choices.ours),
      "official writes, ours reads": yield* Scenario.run(choices["official writes, ours reads"]),
      "ours writes, official reads": yield* Scenario.run(choices["ours writes, official reads"])
    }
  })
)

const responseOf = (name: string, run: Scenario.Run, index: number): unknown => {
  const exit = run.results[index]
  if (exit === undefined || Exit.isFailure(exit)) {
    return assert.fail(`${name}: ${exit === undefined ? "not run" : Cause.pretty(exit.cause)}`)
  }
  exit.value.check()
  return exit.value.response
}

const meanings = (sent: ReadonlyArray<SentRequest.SentRequest>) => sent.map(SentRequest.meaning)

const operationOf = ({ method, path }: ReturnType<typeof SentRequest.meaning>): string => {
  const found = Object.entries(VideoWire.operations).find(([, operation]) => {
    const parts = operation.path.split("/").slice(1)
    return (
      operation.method === method &&
      parts.length === path.length &&
      parts.every((part, index) => part.startsWith(":") || part === path[index])
    )
  })
  return found?.[0] ?? `${method} /${path.join("/")}`
}

/** Twilio always takes this parameter to be true. The library doesn't send it. */
const isEnableTurn = ([name, value]: readonly [string, string]): boolean => name === "EnableTurn" && value === "true"

layer(layerRuns)("the scenario", (it) => {
  it.effect.each(Scenario.steps.map(({ title }, index) => ({ title, index })))("$title", ({ index }) =>
    Effect.gen(function* () {
      const { official, ...others } = yield* Runs
      const response = responseOf("official", official, index)
      for (const [name, run] of Object.entries(others)) {
        assert.deepStrictEqual(responseOf(name, run, index), response, name)
      }
    })
  )

  it.effect("leaves every sandbox in the same state", () =>
    Effect.gen(function* () {
      const { official, ...others } = yield* Runs
      assert.strictEqual(official.state.rooms.length, 15)
      for (const [name, { state }] of Object.entries(others)) {
        assert.deepStrictEqual(state, official.state, name)
      }
    })
  )

  it.effect("sends the same requests in the same order", () =>
    Effect.gen(function* () {
      const { official, ours } = yield* Runs
      assert.deepStrictEqual([official.sent.ours, ours.sent.official], [[], []])
      const theirs = meanings(official.sent.official)
      const [withEnableTurn, ...others] = theirs.filter(({ form }) => form.some(isEnableTurn))
      assert.isDefined(withEnableTurn)
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(
        meanings(ours.sent.ours),
        theirs.map(({ form, method, path, query }) => ({
          method,
          path,
          query,
          form: form.filter((parameter) => !isEnableTurn(parameter))
        }))
      )
    })
  )

  it.effect("calls all fourteen operations; in a mixed run, each by the client that writes or reads", () =>
    Effect.gen(function* () {
      const runs = yield* Runs
      const operations = Object.keys(VideoWire.operations).sort()
      assert.strictEqual(operations.length, 14)
      const usedBy = (sent: ReadonlyArray<SentRequest.SentRequest>) =>
        [...new Set(meanings(sent).map(operationOf))].sort()
      const writes = operations.filter((name) => /^(Create|Update)/u.test(name))
      const reads = operations.filter((name) => /^(Fetch|List)/u.test(name))
      const used = Object.values(runs).map(({ sent }) => [usedBy(sent.official), usedBy(sent.ours)])
      assert.deepStrictEqual(used, [
        [operations, []],
        [[], operations],
        [writes, reads],
        [reads, writes]
      ])
    })
  )
})
