/**
 * Ports for servers that stop and start again. They're below those that the system gives to outgoing connections: otherwise
 * a client that tries to reach a stopped server may be given the server's port, and connect to itself.
 */
import { createServer } from "node:net"

const lowest = 20_000
const highest = 32_000

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })

/** A port on which nobody listens, at random. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) return port
  }
}
