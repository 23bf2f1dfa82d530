/**
 * Fetching one participant, on every transport, one call at a time and 50 at a time.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as Effect from "effect/Effect"
import { Pool } from "undici"
import * as Bare from "./Bare.ts"
import type * as CannedServer from "./CannedServer.ts"
import * as Job from "./Job.ts"
import * as Official from "./Official.ts"
import * as Ours from "./Ours.ts"
import * as Records from "./Records.ts"

const room = Records.roomSid(0)
const path = `/v1/Rooms/${room}/Participants/Alice`

/** Fetches Alice `count` times, `concurrency` at a time. */
type Client = (count: number, concurrency: number) => Promise<unknown>

const each =
  (call: () => Promise<unknown>): Client =>
  (count, concurrency) =>
    Bare.repeat(count, concurrency, call)

const fetchAlice = Participants.fetch(room, "Alice")

const ours =
  (run: Ours.Run<Participants.Participants>): Client =>
  (count, concurrency) =>
    run(Effect.forEach(Array.from({ length: count }), () => fetchAlice, { concurrency, discard: true }))

const clients = (baseUrl: string): Readonly<Record<string, Client>> => {
  const pool = new Pool(baseUrl)
  const participants = Official.make(baseUrl).video.v1.rooms(room).participants
  return {
    "bare fetch": each(() => Bare.getJson(`${baseUrl}${path}`)),
    "undici.Pool": each(async () => {
      const { body } = await pool.request({ method: "GET", path, headers: { authorization: Bare.authorization } })
      return body.json()
    }),
    twilio: each(() => participants("Alice").fetch()),
    layerFetch: ours(Ours.layerFetch(baseUrl)),
    "layerFetch, with a tracer": ours(Ours.traced(baseUrl)),
    layerUndici: ours(Ours.layerUndici(baseUrl)),
    "HttpClient on fetch": ours(Ours.onHttpClient(baseUrl, FetchTransport.layer)),
    "HttpClient on undici": ours(Ours.onHttpClient(baseUrl, UndiciTransport.layer))
  }
}

const inMemory = (): Readonly<Record<string, Client>> => {
  const body = Records.single(room, "Alice")
  const canned = async () => new Response(body)
  return {
    "Response and JSON.parse": each(async () => (await canned()).json()),
    layerFetch: ours(Ours.layerFetch("http://127.0.0.1", canned))
  }
}

export const jobs = ({ baseUrl, requests }: CannedServer.CannedServer): ReadonlyArray<Job.Job> => {
  const overLoopback = clients(baseUrl)
  const job = (name: string, clients: Readonly<Record<string, Client>>, count: number, concurrency: number) => ({
    name,
    unit: "call",
    clients: Object.fromEntries(
      Object.entries(clients).map(([client, run]) => [
        client,
        Job.inProcess(count, () => run(count, concurrency), requests)
      ])
    )
  })
  return [
    job("fetch, 1 at a time", overLoopback, 500, 1),
    job("fetch, 50 at a time", overLoopback, 2000, 50),
    job("fetch, without a network", inMemory(), 5000, 1)
  ]
}
