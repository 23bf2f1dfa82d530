/**
 * HTTP by hand on a socket: bytes out, bytes in, and whether the connection ended. Holds no tests.
 */
import { connect, type Socket } from "node:net"

export interface Heard {
  readonly text: string
  /** The status of the first answer; 0 where there was none. */
  readonly status: number
  /** How many bytes were written before the other side ended it. */
  readonly written: number
  /** False where it was still open when the time was up. */
  readonly ended: boolean
  readonly millis: number
}

/** Connects, speaks, and listens until the connection ends or the time is up. */
export const converse = (
  port: number,
  speak: (socket: Socket) => void | Promise<void>,
  limitMillis = 5000
): Promise<Heard> =>
  new Promise((resolve) => {
    const start = performance.now()
    let text = ""
    const socket = connect(port, "127.0.0.1")
    const finish = (ended: boolean) => {
      clearTimeout(timer)
      const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0)
      const written = socket.bytesWritten
      socket.destroy()
      resolve({ text, status, written, ended, millis: performance.now() - start })
    }
    const timer = setTimeout(() => finish(false), limitMillis)
    socket.once("connect", () => void speak(socket))
    socket.on("data", (chunk) => (text += chunk.toString("latin1")))
    // A connection that is cut while something is written ends with an error first.
    socket.on("error", () => {})
    socket.once("close", () => finish(true))
  })

/** Writes the same chunk again and again until the other side has enough. */
export const flood = (socket: Socket, chunk: string): Promise<void> =>
  new Promise((resolve) => {
    const more = () => {
      while (socket.writable && socket.write(chunk));
    }
    socket.on("drain", more)
    socket.once("close", () => resolve())
    more()
  })
