/**
 * The official package and this library's client make the same tour over all fourteen operations, each alone and one
 * writing where the other reads, and see the same at every step. Holds no step (see Tour).
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, layer } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as SentRequest from "./SentRequest.ts"
import * as Tour from "./Tour.ts"

const travellers = {
  official: (official) => official,
  ours: (_, ours) => ours,
  "official writes, ours reads": (official, ours) => ({ write: official.write, read: ours.read }),
  "ours writes, official reads": (official, ours) => ({ write: ours.write, read: official.read })
} satisfies Record<string, Tour.Traveller>

class Journeys extends Context.Service<Journeys, Record<keyof typeof travellers, Tour.Journey>>()(
  "tests/conformance/twilio-node/tour/Journeys"
) {}

const layerJourneys = Layer.effect(
  Journeys,
  Effect.gen(function* () {
    return {
      official: yield* Tour.make(travellers.official),
      ours: yield* Tour.make(travellers.ours),
      "official writes, ours reads": yield* Tour.make(travellers["official writes, ours reads"]),
      "ours writes, official reads": yield* Tour.make(travellers["ours writes, official reads"])
    }
  })
)

const isRight = (traveller: string, journey: Tour.Journey, index: number): unknown => {
  const exit = journey.entries[index]
  if (exit === undefined || Exit.isFailure(exit)) {
    return assert.fail(`${traveller}: ${exit === undefined ? "not taken" : Cause.pretty(exit.cause)}`)
  }
  exit.value.check()
  return exit.value.answer
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

/** The parameter that Twilio takes to be true always, and that this library leaves out. */
const isEnableTurn = ([name, value]: readonly [string, string]): boolean => name === "EnableTurn" && value === "true"

layer(layerJourneys)("the same tour", (it) => {
  it.effect.each(Tour.steps.map(({ title }, index) => ({ title, index })))("$title", ({ index }) =>
    Effect.gen(function* () {
      const { official, ...others } = yield* Journeys
      const answer = isRight("official", official, index)
      for (const [traveller, journey] of Object.entries(others)) {
        assert.deepStrictEqual(isRight(traveller, journey, index), answer, traveller)
      }
    })
  )

  it.effect("leaves every sandbox the same", () =>
    Effect.gen(function* () {
      const { official, ...others } = yield* Journeys
      assert.strictEqual(official.state.rooms.length, 15)
      for (const [traveller, { state }] of Object.entries(others)) {
        assert.deepStrictEqual(state, official.state, traveller)
      }
    })
  )

  it.effect("takes the same requests in the same order", () =>
    Effect.gen(function* () {
      const { official, ours } = yield* Journeys
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

  it.effect("has all fourteen operations, and in a mixed journey each in the right hands", () =>
    Effect.gen(function* () {
      const journeys = yield* Journeys
      const operations = Object.keys(VideoWire.operations).sort()
      assert.strictEqual(operations.length, 14)
      const usedBy = (sent: ReadonlyArray<SentRequest.SentRequest>) =>
        [...new Set(meanings(sent).map(operationOf))].sort()
      const writes = operations.filter((name) => /^(Create|Update)/u.test(name))
      const reads = operations.filter((name) => /^(Fetch|List)/u.test(name))
      const used = Object.values(journeys).map(({ sent }) => [usedBy(sent.official), usedBy(sent.ours)])
      assert.deepStrictEqual(used, [
        [operations, []],
        [[], operations],
        [writes, reads],
        [reads, writes]
      ])
    })
  )
})
