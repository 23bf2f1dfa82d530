/**
 * Runs another command beside the sandbox.
 */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { constants } from "node:os"

export interface Ended {
  /** The exit code, or 128 and the number of the signal that ended the command. */
  readonly code: number
  /** Why the command couldn't be started. */
  readonly problem?: string
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal])

/**
 * Runs a command with these variables besides those of the process, on its input and output, and passes signals on to
 * it. Waits until the command has ended. Not to be interrupted: the command would go on.
 */
export const run = (command: string, args: ReadonlyArray<string>, variables: Readonly<Record<string, string>>) =>
  Effect.callback<Ended>((resume) => {
    // A terminal sends Ctrl+C to both, and to many commands a second one means to stop at once.
    const passed = process.stdin.isTTY ? signals.filter((signal) => signal !== "SIGINT") : signals
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...variables } })
    const pass = (signal: NodeJS.Signals) => void child.kill(signal)
    for (const signal of passed) process.on(signal, pass)
    const end = (ended: Ended) => {
      for (const signal of passed) process.off(signal, pass)
      resume(Effect.succeed(ended))
    }
    child.once("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT"
      end({ code: isMissing ? 127 : 126, problem: `${command} can't be started: ${error.message}` })
    })
    child.once("exit", (code, signal) => end({ code: codeOf(code, signal) }))
  })
