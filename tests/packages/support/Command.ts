/**
<<<<<<< HEAD
 * Runs commands as a user does, without blocking this process, which may serve them.
=======
 * Runs commands without blocking, because the servers that they call may be in this process.
>>>>>>> 2f4afd5 (Write the tests of the packed packages in plain terms)
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
<<<<<<< HEAD
  /** The whole environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command to its end. Rejects if it can't be started. */
=======
  /** The whole environment. Defaults to this process's. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command and returns how it ended. Rejects only if the command can't start. */
>>>>>>> 2f4afd5 (Write the tests of the packed packages in plain terms)
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

<<<<<<< HEAD
/** The output of the command. Rejects with it if the command fails. */
=======
/** Runs a command and returns its stdout. Rejects with all of its output if it fails. */
>>>>>>> 2f4afd5 (Write the tests of the packed packages in plain terms)
export const run = async (file: string, args: ReadonlyArray<string>, settings: Settings): Promise<string> => {
  const { exit, stderr, stdout } = await end(file, args, settings)
  if (exit !== 0) throw new Error(`${file} ${args.join(" ")} exited with ${exit}\n${stdout}${stderr}`)
  return stdout
}
