/**
 * How many requests of an account are answered in a second: reads and writes apart, counted by the second of the clock.
 * Holds no answer.
 */
import type * as Quota from "@effect-twilio-video/http/Quota"

/** Counts a request, and says whether it is within the quota. */
export type Admit = (method: string, nowMillis: number) => boolean

export const make = (quota: Quota.Quota | undefined): Admit => {
  if (quota === undefined) return () => true
  let second = Number.NaN
  let reads = 0
  let writes = 0
  return (method, nowMillis) => {
    const now = Math.floor(nowMillis / 1000)
    if (now !== second) {
      second = now
      reads = 0
      writes = 0
    }
    return method === "GET" || method === "HEAD" ? ++reads <= quota.reads : ++writes <= quota.writes
  }
}
