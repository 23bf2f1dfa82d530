/**
 * Listing all participants of a large room.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { setTimeout } from "node:timers/promises"
import type { ParticipantListInstance, ParticipantPage } from "twilio/lib/rest/video/v1/room/participant.js"
import * as Bare from "./Bare.ts"
import type * as CannedServer from "./CannedServer.ts"
import * as Job from "./Job.ts"
import * as Official from "./Official.ts"
import * as Ours from "./Ours.ts"
import * as Records from "./Records.ts"

/** Counts the participants of a room. */
type Client = (room: string) => Promise<number>

const withBareFetch =
  (baseUrl: string): Client =>
  async (room) => {
    let count = 0
    await Bare.forEachPage(`${baseUrl}/v1/Rooms/${room}/Participants`, (page) => (count += page.length))
    return count
  }

const official = (baseUrl: string): ((room: string) => ParticipantListInstance) => {
  const { rooms } = Official.make(baseUrl).video.v1
  return (room) => rooms(room).participants
}

const withOfficial = (baseUrl: string, options: { readonly pageSize?: number }): Client => {
  const participants = official(baseUrl)
  return (room) => {
    let count = 0
    const { promise, reject, resolve } = Promise.withResolvers<number>()
    participants(room).each({
      ...options,
      callback: () => void (count += 1),
      done: (error?: Error) => (error === undefined ? resolve(count) : reject(error))
    })
    return promise
  }
}

const withOurs = (run: Ours.Run<Participants.Participants>): Client => {
  return (room) => run(Stream.runCount(Participants.stream(room)))
}

/** The milliseconds that a slow consumer takes for 1,000 participants. */
const work = 20

const slowly = {
  bare:
    (baseUrl: string): Client =>
    async (room) => {
      let count = 0
      await Bare.forEachPage(`${baseUrl}/v1/Rooms/${room}/Participants`, (page) => {
        count += page.length
        return setTimeout(work)
      })
      return count
    },
  official: (baseUrl: string): Client => {
    const participants = official(baseUrl)
    return async (room) => {
      let count = 0
      let page: ParticipantPage | undefined = await participants(room).page({ pageSize: 1000 })
      while (page !== undefined) {
        count += page.instances.length
        await setTimeout(work)
        page = (await page.nextPage()) as ParticipantPage | undefined // Its type is that of all resources.
      }
      return count
    }
  },
  ours:
    (run: Ours.Run<Participants.Participants>): Client =>
    async (room) => {
      let count = 0
      await run(
        Stream.runForEachArray(Participants.stream(room), (participants) => {
          count += participants.length
          return Effect.sleep((work * participants.length) / 1000)
        })
      )
      return count
    }
}

const makers = ({ baseUrl, requests }: CannedServer.CannedServer) => {
  const run = Ours.layerFetch(baseUrl)
  const byThousands = {
    "bare fetch": withBareFetch(baseUrl),
    "twilio, 1,000 a page": withOfficial(baseUrl, { pageSize: 1000 }),
    "this library": withOurs(run)
  }
  const byFifties = { "twilio, 50 a page": withOfficial(baseUrl, {}) }
  const slow = {
    "bare fetch": slowly.bare(baseUrl),
    "twilio, 1,000 a page": slowly.official(baseUrl),
    "this library": slowly.ours(run)
  }
  const job = (
    name: string,
    clients: Readonly<Record<string, Client>>,
    count: number,
    options: { readonly latency?: number; readonly rounds?: number } = {}
  ): Job.Job => {
    const { latency = 0, rounds } = options
    const room = Records.roomSid(count, latency)
    const check = async (list: Client) => {
      const listed = await list(room)
      if (listed !== count) throw new Error(`A client listed ${listed} of ${count} participants.`)
    }
    return {
      name,
      unit: "list",
      ...(rounds === undefined ? {} : { rounds }),
      clients: Object.fromEntries(
        Object.entries(clients).map(([client, list]) => [client, Job.inProcess(1, () => check(list), requests)])
      )
    }
  }
  return { byThousands, byFifties, slow, job }
}

type Jobs = (server: CannedServer.CannedServer) => ReadonlyArray<Job.Job>

/** Pages that come at once. */
export const jobs: Jobs = (server) => {
  const { byFifties, byThousands, job } = makers(server)
  return [job("list 20,000", { ...byThousands, ...byFifties }, 20_000)]
}

/** Pages that take time. */
export const waiting: Jobs = (server) => {
  const { byFifties, byThousands, job, slow } = makers(server)
  const { "bare fetch": bare } = byThousands
  return [
    job("list 20,000, 20 ms a page", byThousands, 20_000, { latency: 20 }),
    job("list 20,000, 20 ms a page, slow consumer", slow, 20_000, { latency: 20 }),
    job("list 20,000, 20 ms a page, 50 a page", { "bare fetch": bare, ...byFifties }, 20_000, {
      latency: 20,
      rounds: 1
    })
  ]
}

/** A list so long that it needs no warm-up. */
export const long: Jobs = (server) => {
  const { byFifties, byThousands, job } = makers(server)
  return [
    job("list 200,000", { ...byThousands, ...byFifties }, 200_000, { rounds: 3 }),
    job("list 200,000, 20 ms a page", byThousands, 200_000, { latency: 20, rounds: 2 })
  ]
}
