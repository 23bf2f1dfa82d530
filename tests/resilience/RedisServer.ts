/**
 * Starts the installed `redis-server` on loopback, on a free port, without persistence.
 */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { connect, createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]

/** The path of the server, if it's installed. */
export const installed: string | undefined = folders
  .map((folder) => join(folder, "redis-server"))
  .find((file) => existsSync(file))

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const responds = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => socket.write("PING\r\n"))
    socket.once("data", (data) => {
      socket.destroy()
      resolve(data.toString().startsWith("+PONG"))
    })
    socket.once("error", () => resolve(false))
  })

const spawnServer = async (file: string, port: number) => {
  const folder = mkdtempSync(join(tmpdir(), "effect-twilio-video-redis-"))
  const child = spawn(
    file,
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
    { stdio: "ignore" }
  )
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve())
    child.once("error", () => resolve())
  })
  const end = async () => {
    child.kill("SIGKILL")
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  for (let trial = 0; trial < 200; trial++) {
    if (await responds(port)) return { port, end }
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  await end()
  throw new Error("redis-server didn't start")
}

export interface RedisServer {
  readonly port: number
  readonly end: () => Promise<void>
}

/** Starts the server on the given port or on a free one. It stops when the scope closes. */
export const start = (port?: number) =>
  Effect.acquireRelease(
    Effect.promise(async (): Promise<RedisServer> =>
      spawnServer(installed ?? "redis-server", port ?? (await freePort()))
    ),
    (server) => Effect.promise(() => server.end())
  )
