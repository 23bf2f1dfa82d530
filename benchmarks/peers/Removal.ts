/**
 * Removing all participants of a room: listing them, and then 10 at a time.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Bare from "./Bare.ts"
import type * as CannedServer from "./CannedServer.ts"
import * as Job from "./Job.ts"
import * as Official from "./Official.ts"
import * as Ours from "./Ours.ts"
import * as Records from "./Records.ts"

const concurrency = 10

/** Removes all participants of a room, and returns how many. */
type Client = (room: string) => Promise<number>

const withBareFetch =
  (baseUrl: string, remove: (url: string) => Promise<unknown>): Client =>
  async (room) => {
    const url = `${baseUrl}/v1/Rooms/${room}/Participants`
    const sids: Array<string> = []
    await Bare.forEachPage(url, (page) => sids.push(...page.map(({ sid }) => sid)))
    await Bare.repeat(sids.length, concurrency, (index) => remove(`${url}/${sids[index]}`))
    return sids.length
  }

const withOfficial = (baseUrl: string, isRead: boolean): Client => {
  const { rooms } = Official.make(baseUrl).video.v1
  return async (room) => {
    const { participants } = rooms(room)
    const listed = await participants.list({ pageSize: 1000 })
    await Bare.repeat(listed.length, concurrency, async (index) => {
      const participant = participants(listed[index]?.sid ?? "")
      if (isRead) await participant.fetch()
      await participant.update({ status: "disconnected" })
    })
    return listed.length
  }
}

const withOurs = (baseUrl: string): Client => {
  const run = Ours.withRooms(baseUrl)
  return async (room) => {
    let removed = 0
    await run(
      Stream.runForEach(Bulk.disconnectAll(room), ({ _tag }) =>
        Effect.sync(() => {
          if (_tag === "Disconnected") removed += 1
        })
      )
    )
    return removed
  }
}

export const jobs = ({ baseUrl, requests }: CannedServer.CannedServer): ReadonlyArray<Job.Job> => {
  const clients: Readonly<Record<string, Client>> = {
    "bare fetch": withBareFetch(baseUrl, Bare.remove),
    "bare fetch, read and write": withBareFetch(baseUrl, async (url) => {
      await Bare.getJson(url)
      await Bare.remove(url)
    }),
    twilio: withOfficial(baseUrl, false),
    "twilio, read and write": withOfficial(baseUrl, true),
    "this library": withOurs(baseUrl)
  }
  const job = (name: string, count: number, rounds?: number): Job.Job => {
    const room = Records.roomSid(count)
    const check = async (remove: Client) => {
      const removed = await remove(room)
      if (removed !== count) throw new Error(`A client removed ${removed} of ${count} participants.`)
    }
    return {
      name,
      unit: "participant",
      ...(rounds === undefined ? {} : { rounds }),
      clients: Object.fromEntries(
        Object.entries(clients).map(([client, remove]) => [client, Job.inProcess(count, () => check(remove), requests)])
      )
    }
  }
  return [job("remove 1,000", 1000), job("remove 10,000", 10_000, 1)]
}
