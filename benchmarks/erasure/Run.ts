/**
 * Runs the processes of the erasure benchmark: a sandbox, and workers that erase people in its rooms.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout } from "node:timers/promises"
import type { Figures, Settings } from "./worker.ts"

/** A child's messages. */
const message = async <A>(child: ChildProcess): Promise<A> => {
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${child.spawnargs[1]} ended with ${code}.`)
  })
  const [received] = (await Promise.race([once(child, "message"), failed])) as [A]
  failed.catch(() => undefined)
  return received
}

const file = (name: string) => path.join(import.meta.dirname, name)

export interface Sandbox {
  readonly baseUrl: string
  readonly requests: () => Promise<number>
  /** Waits for the next request, and returns its time. */
  readonly next: () => Promise<number>
  readonly stop: () => Promise<void>
}

export const startSandbox = async (rooms: number, people: number): Promise<Sandbox> => {
  const child = fork(file("server.ts"), [`${rooms}`, `${people}`], { execArgv: ["--max-old-space-size=4096"] })
  const { baseUrl } = await message<{ readonly baseUrl: string }>(child)
  const ask = <A>(question: string) => {
    const answer = message<A>(child)
    child.send(question)
    return answer
  }
  return {
    baseUrl,
    requests: async () => (await ask<{ readonly requests: number }>("count")).requests,
    next: async () => (await ask<{ readonly at: number }>("next")).at,
    stop: () => kill(child)
  }
}

export const startWorker = (settings: Settings): ChildProcess => fork(file("worker.ts"), [JSON.stringify(settings)])

export const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, "exit")
  child.kill("SIGKILL")
  await gone
}

/** A new folder for a database. */
export const withFolder = async <A>(use: (database: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(path.join(tmpdir(), "effect-twilio-video-"))
  try {
    return await use(path.join(folder, "erasures.db"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const megabyte = 1_000_000

const sizeOf = (database: string): number =>
  ["", "-wal"].reduce((sum, end) => sum + (existsSync(database + end) ? statSync(database + end).size : 0), 0) /
  megabyte

/** How much of a database is in use. Deleted rows leave free pages, which the next job uses. */
const usedOf = (database: string): number => {
  const open = new DatabaseSync(database, { readOnly: true })
  const pragma = (name: string) => Number(open.prepare(`PRAGMA ${name}`).get()?.[name])
  const used = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
  open.close()
  return used / megabyte
}

export interface Result extends Figures {
  readonly engine: Settings["engine"]
  readonly rooms: number
  readonly people: number
  readonly requests: number
  /** The files of the database in MB: the largest size, and the size afterwards. */
  readonly database?: { readonly largest: number; readonly after: number; readonly used: number }
}

/** Runs one job to its end, in new processes. */
export const run = (engine: Settings["engine"], rooms: number, people: number, shared = people): Promise<Result> =>
  withFolder(async (database) => {
    const sandbox = await startSandbox(rooms, shared)
    const worker = startWorker({ engine, baseUrl: sandbox.baseUrl, file: database, requests: people })
    const gone = once(worker, "exit")
    const done = message<Figures>(worker)
    let largest = 0
    let figures: Figures | undefined
    while (figures === undefined) {
      figures = await Promise.race([done, setTimeout(50, undefined)])
      largest = Math.max(largest, sizeOf(database))
    }
    const result = { engine, rooms, people, ...figures, requests: await sandbox.requests() }
    await Promise.all([gone, sandbox.stop()])
    return engine === "sqlite"
      ? { ...result, database: { largest, after: sizeOf(database), used: usedOf(database) } }
      : result
  })
