/**
 * Sends requests to the example backend: with a session, without one, or as Twilio with a signature.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as RoomEvents from "../../../examples/backend/roomEvents.ts"
import * as Sessions from "../../../examples/backend/Sessions.ts"

export const secret = "a secret of the tests, long enough"

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

/** A session, signed as the app does. */
export const session = (
  user: Sessions.User,
  { expires = inAnHour(), key = secret }: { readonly expires?: number; readonly key?: string } = {}
) => Effect.map(Sessions.sign(Redacted.make(key), { ...user, expires }), Redacted.value)

export interface Answer {
  readonly status: number
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- the tests check its form
  readonly headers: Headers
}

/** Sends a request. */
export const send = (origin: string, request: string, init: RequestInit = {}): Effect.Effect<Answer> =>
  Effect.promise(async (signal) => {
    const [method = "", path = ""] = request.split(" ")
    const response = await fetch(`${origin}${path}`, { ...init, method, signal })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  })

/** Sends a request with a session. */
export const ask = (origin: string, bearer: string, request: string, body?: unknown): Effect.Effect<Answer> =>
  send(origin, request, {
    headers: { authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })

export interface Event {
  readonly id: string | undefined
  readonly name: string
  readonly data: any // oxlint-disable-line typescript/no-explicit-any -- the tests check its form
}

/** Opens a stream of events, and takes one at a time, or all until its end. It's closed with the scope. */
export const events = (origin: string, bearer: string, room: string, lastEventId?: string) =>
  Effect.gen(function* () {
    const closing = yield* Effect.acquireRelease(
      Effect.sync(() => new AbortController()),
      (controller) => Effect.sync(() => controller.abort())
    )
    const response = yield* Effect.promise(() =>
      fetch(`${origin}/rooms/${room}/events`, {
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId })
        },
        signal: closing.signal
      })
    )
    const stream = response.body === null ? undefined : RoomEvents.eventsOf(response.body)
    const next = Effect.promise(async (): Promise<Event | undefined> => {
      for (;;) {
        const { value } = (await stream?.next()) ?? {}
        if (value === undefined || value === null) return undefined
        // A list may add to what a callback said, at any time.
        if (value.event !== "updated") return { id: value.id, name: String(value.event), data: JSON.parse(value.data) }
      }
    })
    const take = Effect.filterOrElse(
      next,
      (event) => event !== undefined,
      () => Effect.die(new Error("The stream has ended."))
    )
    const all = Effect.gen(function* () {
      const events: Array<Event> = []
      for (let event = yield* next; event !== undefined; event = yield* next) events.push(event)
      return events
    })
    return { status: response.status, headers: response.headers, take, all }
  })

/** A body that is sent in chunks. */
export const stream = () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  // These fail once the host stops reading.
  return {
    body: readable,
    write: (bytes: Uint8Array) => void writer.write(bytes).catch(() => {}),
    end: () => void writer.close().catch(() => {})
  }
}

/** Sends a request with a session and a chunked body. */
export const upload = (
  origin: string,
  bearer: string,
  request: string,
  body: ReadableStream<Uint8Array>
): Effect.Effect<Answer> =>
  send(origin, request, { headers: { authorization: `Bearer ${bearer}` }, body, duplex: "half" } as RequestInit)

/** Sends a status callback, signed for the URL that Twilio was given. */
export const callback = (
  origin: string,
  parameters: Readonly<Record<string, string>>,
  { publicOrigin = origin, authToken = SandboxCredentials.defaults.authToken } = {}
): Effect.Effect<Answer> =>
  StatusCallback.sign({ url: `${publicOrigin}/twilio/callbacks`, parameters }).pipe(
    Effect.flatMap((signature) =>
      send(origin, "POST /twilio/callbacks", {
        headers: { "x-twilio-signature": signature },
        body: new URLSearchParams(parameters)
      })
    ),
    Effect.provideServiceEffect(AuthToken.AuthToken, AuthToken.make({ authToken: Redacted.make(authToken) })),
    Effect.orDie
  )
