/**
 * A failure, and the programs that fail: an operation with credentials over a transport.
 */
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioNode from "@effect-twilio-video/http/TwilioNode"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Secrets from "./Secrets.ts"

export interface Failure {
  readonly name: string
  /** A part of the library's message. Missing if the message isn't the library's. */
  readonly says?: string | undefined
  readonly run: (secret: Secrets.Secret) => Effect.Effect<unknown, unknown>
}

export type Program = Effect.Effect<unknown, unknown, TwilioVideo.Services>

export type Transport = Layer.Layer<HttpClient.HttpClient>

/** An `HttpClient`, or fetch or undici without one. */
export type Way = Transport | "fetch alone" | "undici alone"

export const sockets: ReadonlyArray<readonly [name: string, way: Way]> = [
  ["fetch", FetchTransport.layer],
  ["fetch alone", "fetch alone"],
  ["undici", UndiciTransport.layer],
  ["undici alone", "undici alone"]
]

export interface Options extends TwilioHttpClient.HttpClientOptions {
  readonly policy?: Partial<RequestPolicy.RequestPolicy>
}

const connect = (way: Way, options: TwilioHttpClient.Options) => {
  switch (way) {
    case "fetch alone":
      return TwilioVideo.layerFetch(options)
    case "undici alone":
      return TwilioNode.layerUndici(TwilioVideo.services, options)
    default:
      return Layer.provide(TwilioHttpClient.layer(TwilioVideo.services, options), way)
  }
}

/** Runs a program over a transport. By default without retries and without a quota. */
export const over = (
  secret: Secrets.Secret,
  way: Way,
  program: Program,
  { policy = RequestPolicy.noRetries, ...options }: Options = {}
): Effect.Effect<unknown, unknown> =>
  Effect.provide(
    program,
    Layer.provide(connect(way, { ...secret.credentials, quota: "off", ...options }), RequestPolicy.layer(policy))
  )

/** The credentials of a request. */
export interface Received {
  readonly request: Request
  /** The Authorization header. */
  readonly header: string
  /** The decoded header: the user and the secret. */
  readonly pair: string
  readonly secret: string
}

const received = (request: Request): Received => {
  const header = request.headers.get("authorization") ?? ""
  const pair = Buffer.from(header.replace(/^Basic /u, ""), "base64").toString()
  return { request, header, pair, secret: pair.slice(pair.indexOf(":") + 1) }
}

/** A transport that responds by a function. */
export const respondingWith = (respond: (received: Received) => Response | Promise<Response>): Transport =>
  WebHandlerTransport.layer(async (request) => respond(received(request)))

/** The operation to use if any one will do. */
export const fetchAlice: Program = Participants.fetch("Ward", "Alice")

export const removeAlice: Program = Participants.disconnect("Ward", "Alice")
