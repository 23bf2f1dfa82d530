/**
 * Reads a room's events in a page. Unlike an `EventSource`, it sends the session in a header.
 */
import type * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"

export type RoomEvent =
  | { readonly name: "snapshot"; readonly data: RosterEvents.Snapshot }
  | { readonly name: Exclude<RosterEvents.EventName, "snapshot">; readonly data: RosterEvents.Change }

/** The backend's answer to a request that it rejects. */
export class Rejected extends Error {}

/** One event as sent: lines with a field each. */
const fieldsOf = (event: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    event.split("\n").map((line) => {
      const colon = line.indexOf(": ")
      return [line.slice(0, colon), line.slice(colon + 2)]
    })
  )

/** The events of one response, without comments. */
export async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let rest = ""
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split("\n\n")
    rest = events.pop() ?? ""
    for (const { data, event, id } of events.map(fieldsOf)) if (data !== undefined) yield { data, event, id }
  }
}

const second = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, 1000)
  })

/**
 * Yields the events until the room has ended, and reconnects in between: no event is missed or repeated. Fails if the
 * backend rejects the request, for example because the session has expired.
 */
export async function* roomEvents(url: string, session: string, signal?: AbortSignal): AsyncGenerator<RoomEvent> {
  const headers: Record<string, string> = { authorization: `Bearer ${session}` }
  for (;;) {
    try {
      const response = await fetch(url, { headers, signal: signal ?? null })
      if (response.status === 204) return
      if (response.status >= 400 && response.status < 500) throw new Rejected(await response.text())
      if (response.ok && response.body !== null) {
        for await (const { data, event, id } of eventsOf(response.body)) {
          if (id !== undefined) headers["last-event-id"] = id
          yield { name: event, data: JSON.parse(data) } as RoomEvent
          if (event === "room-ended") return
        }
      }
    } catch (error) {
      // Otherwise the connection was lost.
      if (error instanceof Rejected || signal?.aborted === true) throw error
    }
    await second()
  }
}
