/**
 * Servers on loopback, on ports that the system picks. They count connections and stop with their scope.
 */
import * as Effect from "effect/Effect"
import { createServer, type RequestListener } from "node:http"
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net"

export interface Loopback {
  readonly port: number
  readonly baseUrl: string
  /** The number of connections. */
  readonly connections: () => number
  /** The method, path and Authorization header of each request. */
  readonly requests: Array<{ readonly method: string; readonly path: string; readonly authorization: string }>
  /** Stops the server: new connections are refused. */
  readonly stop: Effect.Effect<void>
}

const listen = (server: Server, requests: Loopback["requests"]) =>
  Effect.acquireRelease(
    Effect.callback<Loopback>((resume) => {
      const sockets = new Set<Socket>()
      let connections = 0
      server.on("connection", (socket: Socket) => {
        connections += 1
        sockets.add(socket)
        socket.on("error", () => {})
        socket.on("close", () => sockets.delete(socket))
      })
      const stop = Effect.callback<void>((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped(Effect.void))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const baseUrl = `http://127.0.0.1:${port}`
        resume(Effect.succeed({ port, baseUrl, connections: () => connections, requests, stop }))
      })
    }),
    ({ stop }) => stop
  )

/** An HTTP server. */
export const http = (listener: RequestListener) =>
  Effect.suspend(() => {
    const requests: Loopback["requests"] = []
    const server = createServer((request, response) => {
      const { headers, method = "", url = "" } = request
      requests.push({ method, path: url, authorization: headers.authorization ?? "" })
      request.resume()
      listener(request, response)
    })
    return listen(server, requests)
  })

/** A TCP server that responds to what it received with any bytes. */
export const bytes = (respond: (received: string) => string | undefined) =>
  Effect.suspend(() => {
    const server = createSocketServer((socket) => {
      socket.once("data", (data) => {
        const text = respond(data.toString("latin1"))
        if (text === undefined) socket.resetAndDestroy()
        else socket.end(Buffer.from(text, "latin1"))
      })
    })
    return listen(server, [])
  })
