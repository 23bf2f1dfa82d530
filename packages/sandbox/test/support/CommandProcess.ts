/**
 * Runs the sandbox's command as a process, from its source.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { text as consume } from "node:stream/consumers"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { basic, type Reply } from "./Calls.ts"

export const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

/** What the command prints with `--json`. */
export interface Ready {
  readonly url: string
  readonly console: string
  readonly controlToken?: string
  readonly accountSid: string
  readonly authToken: string
  readonly apiKeySid: string
  readonly apiKeySecret: string
  readonly pid: number
}

export interface Running {
  readonly ready: Ready
  readonly child: ChildProcess
  /** Calls a control with a JSON body. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<Reply>
  /** Sends a request to Twilio's API, with a form as POST, and with the credentials in force unless others are given. */
  readonly twilio: (path: string, form?: Record<string, string>, authorization?: string) => Promise<Reply>
  /** Stops the command, and waits until it has ended. */
  readonly stop: () => Promise<void>
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end. `use` gets each line that it prints. */
export const end = async (
  args: ReadonlyArray<string>,
  use: (line: string, child: ChildProcess) => unknown = () => {}
): Promise<Ended> => {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  const closed = once(child, "close")
  const stderr = consume(child.stderr)
  const lines: Array<string> = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    await use(line, child)
  }
  await closed
  return { code: child.exitCode, stdout: lines.join("\n"), stderr: await stderr }
}

const replyOf = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** The first line of the output. Rejects with what the command printed if it ends before. */
const firstLine = async (child: ChildProcess): Promise<string> => {
  const errors = consume(child.stderr!)
  for await (const line of createInterface({ input: child.stdout! })) return line
  throw new Error(`The command ended: ${await errors}`)
}

/** Starts the command with `--json` and waits until it's ready. */
export const start = async (args: ReadonlyArray<string>): Promise<Running> => {
  const child = spawn(process.execPath, [bin, "--json", ...args], { stdio: ["ignore", "pipe", "pipe"] })
  const closed = once(child, "close")
  const ready: Ready = JSON.parse(await firstLine(child))
  const control = async (method: string, path: string, body?: unknown) =>
    replyOf(
      await fetch(`${ready.url}/sandbox/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
  const inForce = async () => {
    const { accountSid, authToken } = (await control("GET", "options")).body.credentials
    return basic(accountSid, authToken)
  }
  return {
    ready,
    child,
    control,
    twilio: async (path, form, authorization) =>
      replyOf(
        await fetch(`${ready.url}/v1/Rooms${path}`, {
          headers: { authorization: authorization ?? (await inForce()) },
          ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) })
        })
      ),
    stop: async () => {
      child.kill()
      await closed
    }
  }
}
