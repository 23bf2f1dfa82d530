/**
 * A receiver of status callbacks in process: keeps the parameters of what comes, and answers as it is told. Holds no
 * tests.
 */
import type * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"

export interface Receiver {
  readonly handler: (request: Request) => Promise<Response>
  /** The parameters of each request, of its form or its query. */
  readonly received: Array<Record<string, string>>
  readonly requests: Array<Request>
  /** 204 unless it is replaced. */
  answer: (request: Request) => Response | Promise<Response>
  /** Waits until so many have come. */
  readonly came: (count: number) => Effect.Effect<void>
}

/** Counts, and lets others wait for a count. */
const counter = () => {
  const latches = new Map<number, Latch.Latch>()
  const latch = (count: number) => {
    const found = latches.get(count) ?? Latch.makeUnsafe(false)
    latches.set(count, found)
    return found
  }
  let counted = 0
  return {
    count: () => void latch(++counted).openUnsafe(),
    reached: (count: number) => latch(count).await
  }
}

export const make = (): Receiver => {
  const { count, reached } = counter()
  const receiver: Receiver = {
    handler: async (request) => {
      const form = request.method === "GET" ? new URL(request.url).searchParams : await request.clone().text()
      receiver.requests.push(request)
      receiver.received.push(Object.fromEntries(new URLSearchParams(form)))
      const answer = receiver.answer(request)
      count()
      return answer
    },
    received: [],
    requests: [],
    answer: () => new Response(null, { status: 204 }),
    came: reached
  }
  return receiver
}

/** Keeps back what it answers to the first so many requests, and gives what answers the last of these. */
export const hold = (receiver: Receiver, count = Infinity): ((status: number) => void) => {
  let answer: (response: Response) => void = () => {}
  receiver.answer = () =>
    receiver.requests.length <= count
      ? new Promise((resolve) => (answer = resolve))
      : new Response(null, { status: 200 })
  return (status) => answer(new Response(null, { status }))
}

/**
 * Answers everything with 500, and gives what waits until the sandbox has seen so many of these answers. It cancels a
 * body once it has: by then it has gone on, to wait for the next attempt too.
 */
export const refuse = (receiver: Receiver): ((count: number) => Effect.Effect<void>) => {
  const { count, reached } = counter()
  receiver.answer = () => new Response(new ReadableStream({ cancel: () => queueMicrotask(count) }), { status: 500 })
  return reached
}
