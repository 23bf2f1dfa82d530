/**
 * Writes and reads HTTP as bytes on a socket.
 */
import { connect, type Socket } from "node:net"

export interface Heard {
  readonly text: string
  /** The status of the first response; 0 without one. */
  readonly status: number
  /** The number of bytes written before the server closed the connection. */
  readonly written: number
}

/** Connects, runs `speak`, and reads until the connection closes. */
export const converse = (port: number, speak: (socket: Socket) => void | Promise<void>): Promise<Heard> =>
  new Promise((resolve) => {
    let text = ""
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => void speak(socket))
    socket.on("data", (chunk) => (text += chunk.toString("latin1")))
    // A reset during a write is an error before it's a close.
    socket.on("error", () => {})
    socket.once("close", () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0)
      resolve({ text, status, written: socket.bytesWritten })
    })
  })

/** Writes the same chunk until the server closes the connection. */
export const flood = (socket: Socket, chunk: string): Promise<void> =>
  new Promise((resolve) => {
    const more = () => {
      while (socket.writable && socket.write(chunk));
    }
    socket.on("drain", more)
    socket.once("close", () => resolve())
    more()
  })
