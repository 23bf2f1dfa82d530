/**
 * Reads the events of a served sandbox, as its console does.
 */
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import type * as Protocol from "../../src/internal/served/ConsoleProtocol.ts"

export interface Received {
  readonly id: string
  readonly position: number
  readonly event: Protocol.Event
}

export interface Reader {
  /** The events up to the first that `isLast` accepts. */
  readonly until: (isLast: (received: Received) => boolean) => Effect.Effect<ReadonlyArray<Received>>
  /** Closes the connection. */
  readonly close: Effect.Effect<void>
}

const positionOf = (id: string): number => Number(/-(\d+)$/u.exec(id)?.[1])

class Connection implements Reader {
  private readonly received: Array<Received> = []
  private readonly parser = Sse.makeParser((event) => {
    if (event._tag === "Retry") return
    const id = event.id ?? ""
    this.received.push({ id, position: positionOf(id), event: JSON.parse(event.data) })
  })
  private readonly decoder = new TextDecoder()
  private readonly body: ReadableStreamDefaultReader<Uint8Array>

  constructor(body: ReadableStream<Uint8Array>) {
    this.body = body.getReader()
  }

  until(isLast: (received: Received) => boolean) {
    return Effect.promise(async () => {
      for (;;) {
        const last = this.received.findIndex(isLast)
        if (last >= 0) return this.received.splice(0, last + 1)
        const { done, value } = await this.body.read()
        if (done) throw new Error("The server ended the events.")
        this.parser.feed(this.decoder.decode(value, { stream: true }))
      }
    })
  }

  get close() {
    return Effect.promise(() => this.body.cancel())
  }
}

/** Connects to the events until the scope closes. */
export const open = (headers: Record<string, string> = {}) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.acquireRelease(
      Effect.promise(async (): Promise<Reader> => {
        const response = await fetch(`${baseUrl}/sandbox/events`, { headers })
        if (response.body === null || response.status !== 200) throw new Error(`No events: ${response.status}.`)
        return new Connection(response.body)
      }),
      ({ close }) => close
    )
  )

/** The snapshot that a new reader gets, and its position. */
export const snapshot = Effect.scoped(
  Effect.gen(function* () {
    const reader = yield* open()
    const [first] = yield* reader.until(() => true)
    if (first?.event.type !== "snapshot") throw new Error("The first event isn't a snapshot.")
    return { ...first, event: first.event }
  })
)

/** All events that a reader gets until now. */
export const untilNow = (reader: Reader) =>
  Effect.flatMap(snapshot, ({ position }) => reader.until((received) => received.position >= position))
