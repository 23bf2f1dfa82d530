/**
 * What a failure of the library is to these tests, and the programs that fail: an operation with some credentials over
 * some transport. Holds no failure itself.
 */
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Secrets from "./Secrets.ts"

export interface Failure {
  readonly name: string
  /** What the library says of it, somewhere; nothing for what is not the library's to say. */
  readonly says?: string | undefined
  readonly run: (secret: Secrets.Secret) => Effect.Effect<unknown, unknown>
}

export type Program = Effect.Effect<unknown, unknown, TwilioVideo.Services>

export type Transport = Layer.Layer<HttpClient.HttpClient>

/** An `HttpClient`, or fetch without one. */
export type Way = Transport | "fetch alone"

export const sockets: ReadonlyArray<readonly [name: string, way: Way]> = [
  ["fetch", FetchTransport.layer],
  ["fetch alone", "fetch alone"],
  ["undici", UndiciTransport.layer]
]

export interface Setting extends TwilioConnection.ConnectionOptions {
  readonly policy?: Partial<RequestPolicy.RequestPolicy>
}

/** A program over a transport, once and without a quota unless told otherwise. */
export const over = (
  secret: Secrets.Secret,
  way: Way,
  program: Program,
  { policy = RequestPolicy.noRetries, ...options }: Setting = {}
): Effect.Effect<unknown, unknown> =>
  Effect.provide(
    program,
    (way === "fetch alone"
      ? TwilioVideo.layerFetch({ ...secret.credentials, quota: "off", ...options })
      : Layer.provide(TwilioVideo.layer({ ...secret.credentials, quota: "off", ...options }), way)
    ).pipe(Layer.provide(RequestPolicy.layer(policy)))
  )

/** What came with a request. */
export interface Received {
  readonly request: Request
  /** The Authorization header. */
  readonly header: string
  /** What the header says, decoded: the user and the secret. */
  readonly pair: string
  readonly secret: string
}

const received = (request: Request): Received => {
  const header = request.headers.get("authorization") ?? ""
  const pair = Buffer.from(header.replace(/^Basic /u, ""), "base64").toString()
  return { request, header, pair, secret: pair.slice(pair.indexOf(":") + 1) }
}

/** A transport that answers by a function. */
export const answering = (answer: (received: Received) => Response | Promise<Response>): Transport =>
  WebHandlerTransport.layer(async (request) => answer(received(request)))

/** The operation that stands for all where it does not matter which. */
export const fetchAlice: Program = Participants.fetch("Ward", "Alice")

export const removeAlice: Program = Participants.disconnect("Ward", "Alice")
