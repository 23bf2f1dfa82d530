/**
 * The table of `pnpm runtimes`: what is missing is named, and what fails fails it. Runs no more than Node.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Chromium from "./runners/Chromium.ts"
import * as Node from "./runners/Node.ts"
import { all } from "./runners/all.ts"
import * as Expected from "./expected.ts"
import * as Table from "./Table.ts"

describe("the table", { concurrent: true }, () => {
  it.live("has a row for each setting, and names what is missing without failing for it", () =>
    Effect.gen(function* () {
      const rows = yield* Table.rows([Node.runner, Chromium.at(undefined), Chromium.at("/nowhere/chromium")])
      expect(rows.map(({ result, runtime, setting }) => [runtime, setting, result])).toEqual([
        ["Node", "in-process", "ok"],
        ["Node", "loopback", "ok"],
        ["Node", "straight", "ok"],
        ["Chromium", "in-process", "missing"],
        ["Chromium", "loopback", "missing"],
        ["Chromium", "straight", "missing"],
        ["Chromium", "in-process", "missing"],
        ["Chromium", "loopback", "missing"],
        ["Chromium", "straight", "missing"]
      ])
      expect(Table.hasFailed(rows)).toBe(false)
      const text = Table.format(rows)
      expect(text).toMatch(/^ {2}Node +24\.\d+\.\d+ +in process +ok +\d+$/mu)
      expect(text).toMatch(/^ {2}Chromium +– +over loopback +missing +–$/mu)
      expect(text).toContain("Install it: apt-get install chromium")
    })
  )

  it.live("fails where an account is another, and says where, and where a runtime breaks down", () =>
    Effect.gen(function* () {
      // Node's own names for failures are not Deno's.
      const mistaken = { ...Node.runner, name: "Deno" }
      const broken = { name: "Bun", start: Effect.die(new Error("It fell over")) }
      const rows = yield* Table.rows([mistaken, broken])
      expect(rows.map(({ result }) => result)).toEqual(["ok", "failed", "failed", "failed", "failed", "failed"])
      expect(Table.hasFailed(rows)).toBe(true)
      const text = Table.format(rows)
      expect(text).toContain('Deno: account.failures.cutOff.failure is "UND_ERR_SOCKET" and not null')
      expect(text).toContain("It fell over")
    })
  )
})

it("says for every runtime how it names failures", () => {
  expect(Object.keys(Expected.differences).toSorted()).toEqual(all.map(({ name }) => name).toSorted())
})
