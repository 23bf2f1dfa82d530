/**
 * Starts the server of canned responses in its own process.
 */
import { fork } from "node:child_process"
import { once } from "node:events"

export interface CannedServer {
  readonly baseUrl: string
  /** How many requests it received so far. */
  readonly requests: () => Promise<number>
}

/** It stops when this process disconnects from it or ends. */
export const start = async (): Promise<CannedServer> => {
  const child = fork(new URL("./server.ts", import.meta.url))
  const reply = async (): Promise<unknown> => {
    const [message] = await once(child, "message")
    return message
  }
  const baseUrl = String(await reply())
  return {
    baseUrl,
    requests: () => {
      child.send("requests")
      return reply().then(Number)
    }
  }
}
