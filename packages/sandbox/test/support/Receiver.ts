/**
 * A receiver of status callbacks in process: keeps the parameters of what comes, and answers as it is told. Holds no
 * tests.
 */
import * as Effect from "effect/Effect"

export interface Receiver {
  readonly handler: (request: Request) => Promise<Response>
  /** The parameters of each request, of its form or its query. */
  readonly received: Array<Record<string, string>>
  readonly requests: Array<Request>
  /** 204 unless it is replaced. */
  answer: (request: Request) => Response | Promise<Response>
  /** Waits until something came, and nothing more comes by itself: signing takes the runtime's own time. */
  readonly quiet: Effect.Effect<void>
}

export const make = (): Receiver => {
  const receiver: Receiver = {
    handler: async (request) => {
      receiver.requests.push(request)
      const form = request.method === "GET" ? new URL(request.url).searchParams : await request.clone().text()
      receiver.received.push(Object.fromEntries(new URLSearchParams(form)))
      return receiver.answer(request)
    },
    received: [],
    requests: [],
    answer: () => new Response(null, { status: 204 }),
    quiet: Effect.promise(async () => {
      let before = -1
      while (receiver.received.length === 0 || before !== receiver.received.length) {
        before = receiver.received.length
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })
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
