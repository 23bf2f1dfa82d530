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

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal])

/**
 * Runs a command with these variables besides those of the process, on its input and output, and passes signals on to
 * it. Waits until the command has ended.
 */
export const run = (command: string, args: ReadonlyArray<string>, variables: Readonly<Record<string, string>>) =>
  Effect.uninterruptible(
    Effect.callback<Ended>((resume) => {
      const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...variables } })
      const pass = (signal: NodeJS.Signals) => void child.kill(signal)
      for (const signal of forwarded) process.on(signal, pass)
      const end = (ended: Ended) => {
        for (const signal of forwarded) process.off(signal, pass)
        resume(Effect.succeed(ended))
      }
      child.once("error", (error) => {
        const isMissing = "code" in error && error.code === "ENOENT"
        end({ code: isMissing ? 127 : 126, problem: `${command} can't be started: ${error.message}` })
      })
      child.once("exit", (code, signal) => end({ code: codeOf(code, signal) }))
    })
  )
