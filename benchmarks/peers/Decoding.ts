/**
 * Decoding participants from JSON.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Result from "effect/Result"
import * as Job from "./Job.ts"
import * as Records from "./Records.ts"

const decode = (json: unknown): Participant.Participant => Result.getOrThrow(Participant.decodeJson(json))

const room = Records.roomSid(1000)

const job = (name: string, records: number, count: number): Job.Job => {
  const text = `[${Array.from({ length: records }, (_, index) => Records.listed(room, index)).join(",")}]`
  const parse = (): ReadonlyArray<unknown> => JSON.parse(text)
  const repeat = (run: () => unknown) =>
    Job.inProcess(count, async () => {
      for (let index = 0; index < count; index++) run()
    })
  return {
    name,
    unit: "call",
    clients: { "JSON.parse": repeat(parse), "this library": repeat(() => parse().map((json) => decode(json))) }
  }
}

export const jobs = (): ReadonlyArray<Job.Job> => [
  job("decode a page of 1,000", 1000, 20),
  job("decode one participant", 1, 10_000)
]
