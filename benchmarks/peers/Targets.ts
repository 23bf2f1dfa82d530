/**
 * The targets: how much this library may take for a job, relative to another client.
 */
import type * as Job from "./Job.ts"

export interface Target {
  readonly job: string
  readonly client: string
  /** The client to compare with. */
  readonly to: string
  readonly figure: Extract<keyof Job.Sample, "cpu" | "wall">
  /** The largest ratio. */
  readonly limit: number
}

const target = (job: string, client: string, to: string, limit: number, figure: Target["figure"] = "cpu"): Target => ({
  job,
  client,
  to,
  figure,
  limit
})

const ours = "this library"

const callbacks = (["valid", "wrong"] as const).flatMap((signature) => [
  target(`plain URL, ${signature} signature`, ours, "one HMAC", 2.2),
  target(`worst URL, ${signature} signature`, ours, "one HMAC", 5),
  target(`plain URL, ${signature} signature, two tokens`, ours, "one HMAC", 4.4),
  target(`worst URL, ${signature} signature, two tokens`, ours, "one HMAC", 10)
])

export const all: ReadonlyArray<Target> = [
  target("fetch, 50 at a time", "layerFetch", "bare fetch", 1.4),
  target("fetch, 50 at a time", "layerFetch, with a tracer", "bare fetch", 1.65),
  target("fetch, 50 at a time", "layerUndici", "bare fetch", 0.8),
  target("list 20,000", ours, "bare fetch", 1.5),
  target("list 20,000", ours, "twilio, 1,000 a page", 1),
  // A client that waits for the consumer before it asks for the next page takes at least as long as bare fetch.
  target("list 20,000, 20 ms a page, slow consumer", ours, "bare fetch", 0.8, "wall"),
  // The same requests.
  target("remove 1,000", ours, "twilio, read and write", 1),
  target("mint an access token", ours, "WebCrypto, import and sign", 1.2),
  ...callbacks,
  target("decode a page of 1,000", ours, "JSON.parse", 3.5),
  target("decode one participant", ours, "JSON.parse", 3.5),
  target("import", "layerFetch and Participants", "Effect, Schema, Stream, Layer", 1.15, "wall")
]
