/**
 * Runs the installed Postgres on loopback, in a temporary folder, without durability. On Debian its commands aren't on the
 * PATH, and it refuses to run as root.
 */
import * as Effect from "effect/Effect"
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process"
import { chownSync, closeSync, existsSync, globSync, mkdtempSync, openSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { freePort } from "./Ports.ts"

const folders = [...globSync("/usr/lib/postgresql/*/bin"), ...(process.env.PATH ?? "").split(delimiter)]

const bin = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))

/** Whether Postgres is installed. */
export const isInstalled: boolean = bin !== undefined

const idOf = (option: "-u" | "-g") => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }))

/** The user to run as: the one of Debian's package instead of root. */
const userOf = () => (process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {})

const command = (name: string) => join(bin ?? "", name)

const run = async (name: string, options: ReadonlyArray<string>) => {
  const { stdout } = await promisify(execFile)(command(name), options, {
    ...userOf(),
    cwd: "/",
    maxBuffer: 2 ** 30
  })
  return stdout
}

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  full_page_writes: "off",
  // With the values of their parameters.
  log_statement: "all"
}

export interface PostgresServer {
  readonly url: string
  /** Where its files are, and its log of all statements. */
  readonly folder: string
  /** Starts the server, unless it runs. */
  readonly start: () => Promise<void>
  /** Ends the server at once, as `pg_ctl stop -m immediate` does. */
  readonly stop: () => Promise<void>
  /** Runs SQL, and returns its rows as lines of text. In another database than the first with its URL. */
  readonly query: (sql: string, database?: string) => Promise<string>
  /** All tables, as SQL. */
  readonly dump: (database?: string) => Promise<string>
}

const make = async (): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), "effect-twilio-video-postgres-"))
  const user = userOf()
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  await run("initdb", ["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined
  const isReady = () =>
    run("pg_isready", ["-q", "-d", url]).then(
      () => true,
      () => false
    )
  const stop = async () => {
    if (server === undefined) return
    const gone = new Promise((resolve) => server?.once("exit", resolve))
    server.kill("SIGQUIT")
    if (server.exitCode === null) await gone
    server = undefined
  }
  const start = async () => {
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const log = openSync(join(folder, "server.log"), "a")
    const child = spawn(command("postgres"), ["-D", folder, "-p", `${port}`, ...options], {
      ...user,
      cwd: "/",
      stdio: ["ignore", log, log]
    })
    closeSync(log)
    server = child
    while (!(await isReady())) {
      if (child.exitCode !== null) throw new Error("Postgres didn't start")
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return {
    url,
    folder,
    start,
    stop,
    query: (sql, database = url) => run("psql", ["-X", "-A", "-t", "-c", sql, database]),
    dump: (database = url) => run("pg_dump", [database])
  }
}

/** A database that isn't started yet. It stops when the scope closes, and its folder is removed. */
export const prepare = Effect.acquireRelease(Effect.promise(make), ({ folder, stop }) =>
  Effect.promise(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
)

/** A database that runs. */
export const start = Effect.tap(prepare, (server) => Effect.promise(server.start))
