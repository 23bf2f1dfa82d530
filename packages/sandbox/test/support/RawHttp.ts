/**
 * HTTP by hand on a socket: bytes out and bytes in.
 */
import { connect, type Socket } from "node:net"

export interface Heard {
  readonly text: string
  /** The status of the first answer; 0 where there was none. */
  readonly status: number
  /** How many bytes were written before the other side ended it. */
  readonly written: number
}

/** Connects, speaks, and listens until the connection ends. */
export const converse = (port: number, speak: (socket: Socket) => void | Promise<void>): Promise<Heard> =>
  new Promise((resolve) => {
    let text = ""
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => void speak(socket))
    socket.on("data", (chunk) => (text += chunk.toString("latin1")))
    // A connection that is cut while something is written ends with an error first.
    socket.on("error", () => {})
    socket.once("close", () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0)
      resolve({ text, status, written: socket.bytesWritten })
    })
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
