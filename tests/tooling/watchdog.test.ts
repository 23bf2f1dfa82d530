/** Checks that the watchdog ends a run that hangs, and no other run. */
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { TestCase, TestModule } from "vitest/node"
import { Watchdog } from "../../scripts/Watchdog.ts"

// The fields of Vitest's objects that the watchdog reads.
const module = { id: "1", relativeModuleId: "tests/slow.test.ts" } as TestModule
const testCase = (id: string, fullName: string) => ({ id, fullName, module }) as TestCase

const exit = vi.fn<(code: number) => void>()
const lines: Array<string> = []

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(process, "exit").mockImplementation(exit as never)
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line))
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  exit.mockReset()
  lines.length = 0
})

test("the watchdog ends a run that hangs with exit code 1, and names the running tests", () => {
  const watchdog = new Watchdog(10)
  watchdog.onTestRunStart()
  watchdog.onTestModuleStart(module)
  for (const name of ["done", "stuck"]) watchdog.onTestCaseReady(testCase(name, name))
  watchdog.onTestCaseResult(testCase("done", "done"))
  vi.advanceTimersByTime(10 * 60_000 - 1)
  expect(exit).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(exit).toHaveBeenCalledWith(1)
  expect(lines).toEqual([
    "The test run didn't end within 10 minutes. Still running:",
    "  tests/slow.test.ts",
    "  tests/slow.test.ts > stuck"
  ])
})

test("the watchdog ignores a run that has ended", () => {
  const watchdog = new Watchdog(10)
  watchdog.onTestRunStart()
  watchdog.onTestModuleStart(module)
  watchdog.onTestModuleEnd(module)
  watchdog.onTestRunEnd()
  vi.advanceTimersByTime(60 * 60_000)
  expect(exit).not.toHaveBeenCalled()
})
