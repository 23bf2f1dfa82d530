/**
 * Runner processes on a Postgres database, to be killed and started again.
 */
import * as Effect from "effect/Effect"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { freePort } from "./Ports.ts"

/** What a runner needs, as JSON. */
export interface Settings {
  readonly url: string
  readonly keys: string
  readonly baseUrl: string
  readonly tokenLifetime: `${number} seconds`
}

const script = join(import.meta.dirname, "PostgresRunner.ts")

/** A runner at one address, over all its processes. */
export class Runner {
  /** What it printed. */
  output = ""
  /** When it last sent a request. */
  requestAt = 0
  /** From each kill of a runner that was at work to its next request, in milliseconds. */
  readonly pauses: Array<number> = []
  private killedAt: number | undefined
  private process: ChildProcess | undefined
  private ready: Promise<void> = Promise.resolve()
  private readonly argument: string

  constructor(settings: Settings, port: number) {
    this.argument = JSON.stringify({ ...settings, port })
  }

  start() {
    const child = spawn(process.execPath, [script, this.argument], { stdio: ["ignore", "pipe", "pipe"] })
    this.process = child
    this.ready = new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`The runner exited with ${code}.\n${this.output}`)))
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("ready")) resolve()
        if (text.startsWith(".")) this.sent()
        this.output += text.replaceAll(".", "")
      })
    })
    // A runner that's killed before anybody waits for it isn't a failure.
    this.ready.catch(() => undefined)
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.output += text))
  }

  /** Kills the process as soon as it's ready, and starts another one at the same address. */
  async restart() {
    await this.ready
    const isBusy = performance.now() - this.requestAt < 200
    await this.kill()
    this.killedAt = isBusy ? performance.now() : undefined
    this.start()
  }

  async kill() {
    await this.end("SIGKILL")
  }

  /** Asks the process to stop. */
  async stop() {
    await this.end("SIGTERM")
  }

  private async end(signal: "SIGKILL" | "SIGTERM") {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once("exit", resolve))
    child.kill(signal)
    await gone
  }

  private sent() {
    this.requestAt = performance.now()
    if (this.killedAt !== undefined) this.pauses.push(Math.round(this.requestAt - this.killedAt))
    this.killedAt = undefined
  }
}

/** Starts this many runners, each at its own port. They're killed when the scope closes. */
export const start = (settings: Settings, count: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const ports = await Promise.all(Array.from({ length: count }, freePort))
      const runners = ports.map((port) => new Runner(settings, port))
      for (const runner of runners) runner.start()
      return runners
    }),
    (runners) => Effect.promise(() => Promise.all(runners.map((runner) => runner.kill())))
  )
