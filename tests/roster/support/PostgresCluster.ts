/**
 * Processes with a roster on one Postgres database, to be killed, and a load balancer for their callbacks.
 */
import * as Effect from "effect/Effect"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"

/** What a process needs, as JSON. */
export interface Settings {
  readonly url: string
  readonly callbackUrl: string
}

const script = join(import.meta.dirname, "PostgresProcess.ts")

interface Running {
  readonly child: ChildProcess
  readonly address: string
}

const run = (settings: Settings): Promise<Running> => {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ["ignore", "pipe", "inherit"] })
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The process exited with ${code}.`)))
    child.stdout.setEncoding("utf8").once("data", (text: string) => resolve({ child, address: text.trim() }))
  })
}

const kill = async ({ child }: Running) => {
  const gone = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGKILL")
  await gone
}

export class Cluster {
  /** Those that can be reached, as far as is known. */
  private running: ReadonlyArray<Running> = []
  private isStopped = false
  private turn = 0
  /** How many callbacks were on their way to a process that died. */
  lost = 0
  private readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  async start() {
    const started = await run(this.settings)
    if (this.isStopped) await kill(started)
    else this.running = [...this.running, started]
  }

  /** Kills the process that has run the longest. */
  async kill() {
    const [oldest] = this.running
    if (oldest !== undefined) await kill(oldest)
    this.running = this.running.filter((running) => running !== oldest)
  }

  async stop() {
    this.isStopped = true
    const stopping = this.running.map(kill)
    this.running = []
    await Promise.all(stopping)
  }

  /** The address of each process in turn. */
  next(): string {
    return this.running[this.turn++ % this.running.length]?.address ?? ""
  }

  /** Sends a callback to one process, and to another one if that dies meanwhile. */
  async forward(request: Request): Promise<Response> {
    const { headers, method } = request
    const body = await request.text()
    while (this.running.length > 0) {
      try {
        return await fetch(`${this.next()}/callbacks`, { method, headers, body })
      } catch {
        this.lost++
      }
    }
    return new Response(null, { status: 503 })
  }
}

/** Starts two processes. All are killed when the scope closes. */
export const start = (settings: Settings) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const cluster = new Cluster(settings)
      await Promise.all([cluster.start(), cluster.start()])
      return cluster
    }),
    (cluster) => Effect.promise(() => cluster.stop())
  )
