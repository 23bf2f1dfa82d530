/**
 * Finds the executable of another runtime, and runs it until its scope closes.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChildProcess } from "node:child_process"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import * as Children from "./Children.ts"
import * as Missing from "./Missing.ts"

export interface Settings {
  /** Named in the error if the program is missing. */
  readonly source: Missing.Source
  readonly file: string
  readonly args: ReadonlyArray<string>
  /** Default: the folder of this package. */
  readonly cwd?: string
  /** The whole environment: this process's isn't inherited. */
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  /** The exit code, or the signal that ended the program. */
  readonly exit: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  /** A third output, on file descriptor 3. */
  readonly control: Readable
  readonly ended: Promise<Ended>
}

const folder = fileURLToPath(new URL("../..", import.meta.url))

const require = createRequire(import.meta.url)

/** Asks the npm package, which throws if it has no program for this machine. */
export const locate = <A>(
  source: Missing.Source,
  ask: (require: NodeJS.Require) => A
): Effect.Effect<A, Missing.Missing> =>
  Effect.try({ try: () => ask(require), catch: (error) => Missing.make(source, error) })

const text = (stream: Readable): (() => string) => {
  const chunks: Array<string> = []
  stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk))
  return () => chunks.join("")
}

const stop = (child: ChildProcess, ended: Promise<Ended>): Effect.Effect<void> =>
  Effect.gen(function* () {
    child.kill("SIGTERM")
    yield* Effect.promise(() => ended).pipe(
      Effect.timeout("20 seconds"),
      Effect.catch(() => Effect.sync(() => child.kill("SIGKILL")))
    )
    yield* Effect.promise(() => ended)
  })

const launch = (settings: Settings) =>
  Effect.callback<readonly [ChildProcess, Program], Missing.Missing>((resume) => {
    const child = spawn(settings.file, settings.args, {
      cwd: settings.cwd ?? folder,
      env: settings.env,
      stdio: ["ignore", "pipe", "pipe", "pipe"]
    })
    child.once("error", (error) => resume(Effect.fail(Missing.make(settings.source, error))))
    child.once("spawn", () => {
      Children.watch(child)
      // The types don't reflect `stdio`.
      const [, out, err, control] = child.stdio as unknown as readonly [null, Readable, Readable, Readable]
      const stdout = text(out)
      const stderr = text(err)
      const ended = new Promise<Ended>((resolve) => {
        child.once("close", (code, signal) => {
          resolve({ exit: code ?? signal ?? "unknown", stdout: stdout(), stderr: stderr() })
        })
      })
      resume(Effect.succeed([child, { control, ended }]))
    })
  })

/** Starts the program. It stops when the scope closes. */
export const start = (settings: Settings): Effect.Effect<Program, Missing.Missing, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(launch(settings), ([child, program]) => stop(child, program.ended)),
    ([, program]) => program
  )

/** Runs the program to its end. */
export const run = (settings: Settings): Effect.Effect<Ended, Missing.Missing> =>
  start(settings).pipe(
    Effect.flatMap((program) => Effect.promise(() => program.ended)),
    Effect.scoped
  )
