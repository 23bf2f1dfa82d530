/**
 * The table of `pnpm runtimes` names missing runtimes, and fails if one fails. Runs only Node.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Chromium from "./runners/Chromium.ts"
import * as Node from "./runners/Node.ts"
import { all } from "./runners/all.ts"
import * as Expected from "./expected.ts"
import * as Table from "./Table.ts"

describe("the table", { concurrent: true }, () => {
  it.live("has a row per environment, and names missing runtimes without failing", () =>
    Effect.gen(function* () {
      const rows = yield* Table.rows([Node.runner, Chromium.at(undefined), Chromium.at("/nowhere/chromium")])
      expect(rows.map(({ environment, result, runtime }) => [runtime, environment, result])).toEqual([
        ["Node", "in-process", "ok"],
        ["Node", "loopback", "ok"],
        ["Node", "fetch-alone", "ok"],
        ["Chromium", "in-process", "missing"],
        ["Chromium", "loopback", "missing"],
        ["Chromium", "fetch-alone", "missing"],
        ["Chromium", "in-process", "missing"],
        ["Chromium", "loopback", "missing"],
        ["Chromium", "fetch-alone", "missing"]
      ])
      expect(Table.hasFailed(rows)).toBe(false)
      const text = Table.format(rows)
      expect(text).toMatch(/^ {2}Node +24\.\d+\.\d+ +in process +ok +\d+$/mu)
      expect(text).toMatch(/^ {2}Chromium +– +over loopback +missing +–$/mu)
      expect(text).toContain("Install it: apt-get install chromium")
    })
  )

  it.live("fails if results differ, with the first difference, or if a runtime fails", () =>
    Effect.gen(function* () {
      // Node's error codes differ from Deno's.
      const mistaken = { ...Node.runner, name: "Deno" }
      const broken = { name: "Bun", start: Effect.die(new Error("it crashed")) }
      const rows = yield* Table.rows([mistaken, broken])
      expect(rows.map(({ result }) => result)).toEqual(["ok", "failed", "failed", "failed", "failed", "failed"])
      expect(Table.hasFailed(rows)).toBe(true)
      const text = Table.format(rows)
      expect(text).toContain('Deno: results.failures.cutOff.failure is "UND_ERR_SOCKET" instead of null')
      expect(text).toContain("it crashed")
    })
  )
})

it("has an entry for the error codes of every runtime", () => {
  expect(Object.keys(Expected.differences).toSorted()).toEqual(all.map(({ name }) => name).toSorted())
})
