/**
 * The progress of `pnpm erase`, on a terminal and elsewhere.
 */
import type * as Erasure from "@effect-twilio-video/erasure/Erasure"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Display from "../../examples/node-script/display.ts"

const sweeping = (rooms: number): Erasure.Status => ({
  _tag: "Sweeping",
  sweep: 1,
  windows: rooms,
  rooms,
  found: rooms / 10,
  erased: rooms / 10,
  total: { windows: 200, rooms: 200 }
})

const settling: Erasure.Status = { _tag: "Settling", until: DateTime.makeUnsafe("1970-01-01T00:00:12Z") }

/** What is written for statuses, one a second. */
const shown = (isTTY: boolean, columns: number, ...statuses: ReadonlyArray<Erasure.Status>) => {
  let text = ""
  const display = Display.make({ isTTY, columns, write: (part) => (text += part) })
  for (const [second, status] of statuses.entries()) display.update(status, second * 1000)
  display.tick(statuses.length * 1000)
  display.end()
  // The last text of each line is what stays.
  return text.split("\n").map((line) => line.split("\r").at(-1)?.replace("\u001B[K", ""))
}

describe("the display", () => {
  it("shows a bar with the rate and the time left on a terminal", () => {
    assert.deepStrictEqual(shown(true, 120, sweeping(0), sweeping(50)), [
      "  Sweep 1  ██████░░░░░░░░░░░░░░░░░░  50 of 200 rooms, 5 found, 5 erased, 50 rooms/s, 2 seconds left",
      ""
    ])
  })

  it("keeps a line of each phase", () => {
    assert.deepStrictEqual(shown(true, 120, sweeping(0), settling, { _tag: "Verifying" }), [
      "  Sweep 1  200 rooms searched",
      "  Waits until access tokens have expired, at 1970-01-01 00:00:12 UTC; 11 seconds left",
      "  Verifies",
      ""
    ])
  })

  it("cuts lines that are longer than the terminal's", () => {
    assert.deepStrictEqual(shown(true, 20, sweeping(50)), ["  Sweep 1  ██████░░", ""])
  })

  it("writes a line per change, without control characters, to a file", () => {
    assert.deepStrictEqual(shown(false, 20, sweeping(0), sweeping(50), sweeping(50), settling), [
      "  Sweep 1  0 of 200 rooms, 0 found, 0 erased",
      "  Sweep 1  50 of 200 rooms, 5 found, 5 erased",
      "  Sweep 1  200 rooms searched",
      "  Waits until access tokens have expired, at 1970-01-01 00:00:12 UTC",
      ""
    ])
  })
})
