/**
 * Keeps the console connected to `GET /sandbox/events`: reads the events through `fetch`, since `EventSource` can't send
 * the control token, and reconnects after the event received last.
 */
import { signal } from "@preact/signals"
import type { Event } from "../../src/internal/served/ConsoleProtocol.ts"
import * as Api from "./Api.ts"

export type Status =
  | { readonly state: "connecting" | "live" }
  /** No connection. It's tried again. */
  | { readonly state: "lost"; readonly message: string }
  /** The controls are closed or need another token. */
  | { readonly state: "refused"; readonly message: string }

export const status = signal<Status>({ state: "connecting" })

const shortestDelayMillis = 250

const longestDelayMillis = 10_000

/** The server sends at least a comment every 15 seconds. */
const silenceMillis = 40_000

interface Message {
  readonly id: string | undefined
  readonly data: string
}

/** Reads server-sent events from pieces of text. */
export class MessageReader {
  private rest = ""

  push(text: string): ReadonlyArray<Message> {
    const blocks = (this.rest + text).split("\n\n")
    this.rest = blocks.pop() ?? ""
    return blocks.map((block) => {
      let id: string | undefined
      const data: Array<string> = []
      for (const line of block.split("\n")) {
        if (line.startsWith("id:")) id = line.slice(3).trimStart()
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /u, ""))
      }
      return { id, data: data.join("\n") }
    })
  }
}

let lastEventId: string | undefined
let controller = new AbortController()
let wake = (): void => {}

const receive = (messages: ReadonlyArray<Message>, onEvents: (events: ReadonlyArray<Event>) => void): void => {
  const events = messages.filter(({ data }) => data !== "").map(({ data }) => JSON.parse(data) as Event)
  lastEventId = messages.findLast(({ id }) => id !== undefined)?.id ?? lastEventId
  if (events.length > 0) onEvents(events)
}

/** Reads one response until it ends. */
const read = async (onEvents: (events: ReadonlyArray<Event>) => void): Promise<void> => {
  controller = new AbortController()
  const { signal } = controller
  const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId }
  const response = await Api.send("GET", "events", { headers, signal })
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const messages = new MessageReader()
  for (;;) {
    const silence = setTimeout(() => controller.abort(), silenceMillis)
    const { done, value } = await reader.read().finally(() => clearTimeout(silence))
    if (done) return
    status.value = { state: "live" }
    receive(messages.push(value), onEvents)
  }
}

const waitFor = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })

const reasonOf = (error: unknown): Status => {
  if (!(error instanceof Api.Refusal)) return { state: "lost", message: "The connection to the sandbox was lost." }
  const state = error.status === 401 || error.status === 403 ? "refused" : "lost"
  return { state, message: error.message }
}

/** Connects now instead of after the delay, for example with another token. */
export const retry = (): void => wake()

/** Reads events until the page is closed. */
export const run = async (onEvents: (events: ReadonlyArray<Event>) => void): Promise<never> => {
  addEventListener("online", retry)
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) retry()
  })
  for (let delay = shortestDelayMillis; ; delay = Math.min(delay * 2, longestDelayMillis)) {
    let reason: Status = { state: "lost", message: "The sandbox closed the connection." }
    try {
      await read(onEvents)
    } catch (error) {
      reason = reasonOf(error)
    }
    if (status.peek().state === "live") delay = shortestDelayMillis
    if (reason.state === "refused") delay = longestDelayMillis
    status.value = reason
    // Many pages shouldn't return at the same moment.
    await waitFor(delay * (0.5 + Math.random() / 2))
  }
}
