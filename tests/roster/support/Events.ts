/**
 * Reads server-sent events over HTTP, as a page does with its `EventSource`.
 */
import type * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface Event {
  readonly name: string
  readonly id: string
  readonly data: RosterEvents.Snapshot & RosterEvents.Change
}

export interface Connection {
  readonly response: Response
  /** The next lines up to an empty one. `undefined` at the end of the stream. */
  readonly block: Effect.Effect<string | undefined>
  /** The next event. `undefined` at the end of the stream. */
  readonly event: Effect.Effect<Event | undefined>
  readonly cancel: Effect.Effect<void>
}

const eventOf = (block: string): Event | undefined => {
  const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/su, 2) as [string, string]))
  const [name, id, data] = [fields.get("event"), fields.get("id"), fields.get("data")]
  return name === undefined || id === undefined || data === undefined ? undefined : { name, id, data: JSON.parse(data) }
}

/** Reads the events of a response. */
export const events = (response: Response): Connection => {
  let reader: ReadableStreamDefaultReader<string> | undefined
  let text = ""
  const block = Effect.promise(async () => {
    for (;;) {
      const end = text.indexOf("\n\n")
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      reader ??= response.body?.pipeThrough(new TextDecoderStream()).getReader()
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return undefined
      text += value
    }
  })
  const event: Effect.Effect<Event | undefined> = Effect.flatMap(block, (lines) => {
    const found = lines === undefined ? undefined : eventOf(lines)
    return lines === undefined || found !== undefined ? Effect.succeed(found) : event
  })
  return { response, block, event, cancel: Effect.promise(async () => reader?.cancel()) }
}

/** Opens a connection, which is lost when the scope closes. */
export const connect = (url: string, lastEventId?: string): Effect.Effect<Connection, never, Scope.Scope> =>
  Effect.gen(function* () {
    const signal = yield* Effect.abortSignal
    const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId }
    return events(yield* Effect.promise(() => fetch(url, { headers, signal })))
  })

/** The next events. */
export const take = (connection: Connection, count: number): Effect.Effect<ReadonlyArray<Event | undefined>> =>
  Effect.all(Array.from({ length: count }, () => connection.event))

/** All events up to the end of the stream. */
export const rest = (connection: Connection): Effect.Effect<ReadonlyArray<Event>> =>
  Effect.gen(function* () {
    const found: Array<Event> = []
    for (;;) {
      const event = yield* connection.event
      if (event === undefined) return found
      found.push(event)
    }
  })

/** Who is there, as a page shows it: by SID. */
export type Shown = ReadonlyMap<string, RosterEvents.Participant>

/** What a page shows after an event. */
export const show = (shown: Shown, { data, name }: Event): Shown => {
  if (name === "snapshot") return new Map(data.participants.map((participant) => [participant.sid, participant]))
  const next = new Map(shown)
  if (data.participant === undefined) next.clear()
  else if (name === "left") next.delete(data.participant.sid)
  else next.set(data.participant.sid, data.participant)
  return next
}
