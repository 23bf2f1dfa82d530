/**
 * This library with its defaults, except for a quota at which no call waits.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioNode from "@effect-twilio-video/http/TwilioNode"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as Records from "./Records.ts"

/** Runs programs on one layer. */
export type Run<Services> = <A, E>(program: Effect.Effect<A, E, Services>) => Promise<A>

const runWith = <Services, E>(layer: Layer.Layer<Services, E>): Run<Services> => {
  const runtime = ManagedRuntime.make(layer)
  return (program) => runtime.runPromise(program)
}

const options = (baseUrl: string) => ({
  accountSid: Records.accountSid,
  authToken: Redacted.make("token"),
  baseUrl,
  quota: { reads: 1_000_000, writes: 1_000_000 }
})

const participants = (baseUrl: string, fetch?: typeof globalThis.fetch) =>
  TwilioConnection.layerFetch(TwilioVideo.participants, { ...options(baseUrl), fetch })

export const layerFetch = (baseUrl: string, fetch?: typeof globalThis.fetch): Run<Participants.Participants> =>
  runWith(participants(baseUrl, fetch))

/** Keeps the last thousand spans, as a tracer does that exports in batches. */
const recorder = () => {
  const spans: Array<Tracer.Span> = []
  return Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      if (spans.push(span) === 1000) spans.length = 0
      return span
    }
  })
}

export const traced = (baseUrl: string): Run<Participants.Participants> =>
  runWith(Layer.merge(participants(baseUrl), Layer.succeed(Tracer.Tracer, recorder())))

export const layerUndici = (baseUrl: string): Run<Participants.Participants> =>
  runWith(TwilioNode.layerUndici(TwilioVideo.participants, options(baseUrl)))

export const onHttpClient = (
  baseUrl: string,
  transport: Layer.Layer<HttpClient.HttpClient>
): Run<Participants.Participants> =>
  runWith(TwilioHttpClient.layer(TwilioVideo.participants, options(baseUrl)).pipe(Layer.provide(transport)))

export const withRooms = (baseUrl: string): Run<Participants.Participants | Rooms.Rooms> =>
  runWith(TwilioConnection.layerFetch([TwilioVideo.participants, TwilioVideo.rooms], options(baseUrl)))
