/**
 * Runs commands as a user does, without blocking: what they talk to may be in this process. Holds no command.
 */
import { spawn } from "node:child_process"
import * as Children from "../../runtimes/runners/Children.ts"

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly exit: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Settings {
  readonly cwd: string
  /** The whole environment. This process's where it is left out. */
  readonly env?: Readonly<Record<string, string>>
}

/** How the command ended, whatever that is. Rejects where it cannot be started. */
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

/** What the command printed. Rejects with all of it where the command fails. */
export const run = async (file: string, args: ReadonlyArray<string>, settings: Settings): Promise<string> => {
  const { exit, stderr, stdout } = await end(file, args, settings)
  if (exit !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${exit}\n${stdout}${stderr}`)
  return stdout
}
