/**
 * An in-process receiver of status callbacks: keeps their requests and parameters, with replaceable responses.
 */
import type * as Effect from "effect/Effect"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Latch from "effect/Latch"
import { createHmac } from "node:crypto"

export interface Receiver {
  readonly handler: (request: Request) => Promise<Response>
  /** The parameters of each request, from its form or its query. */
  readonly received: Array<Record<string, string>>
  readonly requests: Array<Request>
  /** Makes the response. Default: 204. */
  answer: (request: Request) => Response | Promise<Response>
  /** Waits until `count` requests have arrived. */
  readonly came: (count: number) => Effect.Effect<void>
}

/** A counter that can be awaited. */
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

/** Holds the responses to the first `count` requests. Returns the function that responds to the last one of them. */
export const hold = (receiver: Receiver, count = Infinity): ((status: number) => void) => {
  let answer: (response: Response) => void = () => {}
  receiver.answer = () =>
    receiver.requests.length <= count
      ? new Promise((resolve) => (answer = resolve))
      : new Response(null, { status: 200 })
  return (status) => answer(new Response(null, { status }))
}

/**
 * Responds to every request with 500. Returns the function that waits until the sandbox has handled a number of these
 * responses: it cancels the body of each, and has scheduled the next attempt by then.
 */
export const refuse = (receiver: Receiver): ((count: number) => Effect.Effect<void>) => {
  const { count, reached } = counter()
  receiver.answer = () => {
    // Longer than what the sandbox keeps of a body.
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(new Uint8Array(2000)),
      cancel: () => void setImmediate(count)
    })
    return new Response(body, { status: 500 })
  }
  return reached
}

/** Twilio's signature of a POST, by Node's crypto. */
export const signatureOf = (url: string, parameters: Readonly<Record<string, string>>): string => {
  const names = Object.keys(parameters).toSorted()
  const signed = [url, ...names.map((name) => `${name}${parameters[name]}`)].join("")
  return createHmac("sha1", SandboxCredentials.defaults.authToken).update(signed).digest("base64")
}

/** The signature of each request. */
export const signatures = ({ requests }: Receiver): ReadonlyArray<string | null> =>
  requests.map(({ headers }) => headers.get("x-twilio-signature"))
