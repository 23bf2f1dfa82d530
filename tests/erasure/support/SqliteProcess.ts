/**
 * Runs `SqliteWorker.ts` in a folder of its own, to be killed and started again.
 */
import type * as Receipt from "@effect-twilio-video/erasure/Receipt"
import type * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What a worker needs, as JSON. */
export interface Settings {
  readonly file: string
  readonly baseUrl: string
  readonly requestId: string
  /** Missing if the request has been accepted. */
  readonly identities?: ReadonlyArray<string> | undefined
  readonly tokenLifetime: `${number} seconds`
  readonly embargo: "passes" | "dies"
  readonly policy: RequestPolicy.Options
}

const script = join(import.meta.dirname, "SqliteWorker.ts")

/** Compiled code, so that a process starts in half the time. */
const cache = join(tmpdir(), "effect-twilio-video-compiled")

/** What `ps` shows of a process. Empty without `/proc`. */
const shownByPs = (pid: number | undefined): string =>
  ["cmdline", "environ"]
    .map((name) => `/proc/${pid}/${name}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "latin1"))
    .join("\n")

/** The processes of a job, one after the other. */
export class SqliteProcess {
  /** What they printed, except dots, and what `ps` showed of them. */
  output = ""
  /** How many requests they sent. */
  sent = 0
  /** How many of them before the first sweep was over. */
  sentInFirstSweep: number | undefined
  /** When the process was started, or last sent a request. */
  activeAt = 0
  /** From the start of each process to its first request, in milliseconds. */
  readonly pauses: Array<number> = []
  isAccepted = false
  receipt: Receipt.Receipt | undefined
  private readonly folder: string
  private readonly settings: Settings
  private startedAt: number | undefined
  private child: ChildProcess | undefined
  private gone: Promise<unknown> = Promise.resolve()

  constructor(folder: string, settings: Settings) {
    this.folder = folder
    this.settings = settings
  }

  get hasEnded(): boolean {
    return this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Starts a process. Crash reports and temporary files are written to the folder. */
  start() {
    const child = spawn(process.execPath, ["--report-uncaught-exception", script], {
      cwd: this.folder,
      env: { ...process.env, TMPDIR: this.folder, NODE_COMPILE_CACHE: cache, SQLITE_TMPDIR: this.folder },
      stdio: ["pipe", "pipe", "pipe"]
    })
    this.child = child
    this.activeAt = performance.now()
    this.startedAt = this.activeAt
    this.gone = new Promise((resolve) => child.once("close", resolve))
    let rest = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) this.read(line)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.output += text))
    // A process that's killed early doesn't read its settings.
    child.stdin.on("error", () => undefined)
    const { identities, ...others } = this.settings
    child.stdin.end(JSON.stringify(this.isAccepted ? others : { ...others, identities }))
    this.output += shownByPs(child.pid)
  }

  /** Ends the process, if it hasn't ended, and waits until all it printed has arrived. */
  async kill() {
    this.output += shownByPs(this.child?.pid)
    if (!this.hasEnded) this.child?.kill("SIGKILL")
    await this.gone
  }

  private read(line: string) {
    if (line === ".") {
      this.sent += 1
      this.activeAt = performance.now()
      if (this.startedAt !== undefined) this.pauses.push(Math.round(this.activeAt - this.startedAt))
      this.startedAt = undefined
      return
    }
    this.output += `${line}\n`
    if (line === "accepted") this.isAccepted = true
    if (line === "settling") this.sentInFirstSweep ??= this.sent
    if (line.startsWith("receipt ")) this.receipt = JSON.parse(line.slice("receipt ".length))
  }
}
