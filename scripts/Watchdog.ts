/**
 * Ends a test run that hangs, and names the tests that were running.
 */
import type { Reporter, TestCase, TestModule } from "vitest/node"

export class Watchdog implements Reporter {
  private readonly minutes: number
  private readonly running = new Map<string, string>()
  private timer: NodeJS.Timeout | undefined

  constructor(minutes: number) {
    this.minutes = minutes
  }

  onTestRunStart(): void {
    this.timer = setTimeout(() => {
      console.error(`The test run didn't end within ${this.minutes} minutes. Still running:`)
      for (const name of this.running.values()) console.error(`  ${name}`)
      process.exit(1)
    }, this.minutes * 60_000)
  }

  onTestRunEnd(): void {
    clearTimeout(this.timer)
  }

  onTestModuleStart({ id, relativeModuleId }: TestModule): void {
    this.running.set(id, relativeModuleId)
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.running.delete(id)
  }

  onTestCaseReady({ fullName, id, module }: TestCase): void {
    this.running.set(id, `${module.relativeModuleId} > ${fullName}`)
  }

  onTestCaseResult({ id }: TestCase): void {
    this.running.delete(id)
  }
}
