/**
 * Runs commands as a user does, without blocking this process, which may serve them.
 */
import { spawn } from "node:child_process"
import * as Children from "../../runtimes/runners/Children.ts"

export interface Ended {
  /** The exit code, or the signal that ended the command. */
  readonly exit: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Settings {
  readonly cwd: string
  /** The whole environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command to its end. Rejects if it can't be started. */
export const end = (file: string, args: ReadonlyArray<string>, settings: Settings): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...settings, stdio: ["ignore", "pipe", "pipe"] })
    Children.watch(child)
    const texts = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        texts[name] += chunk
      })
    }
    child.once("error", reject)
    child.once("close", (code, signal) => {
      resolve({ exit: code ?? signal ?? "unknown", ...texts })
    })
  })

/** The output of the command. Rejects with it if the command fails. */
export const run = async (file: string, args: ReadonlyArray<string>, settings: Settings): Promise<string> => {
  const { exit, stderr, stdout } = await end(file, args, settings)
  if (exit !== 0) throw new Error(`${file} ${args.join(" ")} exited with ${exit}\n${stdout}${stderr}`)
  return stdout
}
