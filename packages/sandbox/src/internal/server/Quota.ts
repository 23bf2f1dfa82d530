/**
 * How many requests of an account are answered in a second: reads and writes apart, counted by the second of the clock.
 * Holds no answer.
 */
import type * as Quota from "@effect-twilio-video/http/Quota"

/** Counts a request, and says whether it is within the quota. */
export type Admit = (method: string, nowMillis: number) => boolean

export interface Meter {
  readonly admit: Admit
  /** Forgets what was counted. */
  readonly restart: () => void
}

export const make = (quota: Quota.Quota | undefined): Meter => {
  let second = Number.NaN
  let reads = 0
  let writes = 0
  return {
    admit: (method, nowMillis) => {
      if (quota === undefined) return true
      const now = Math.floor(nowMillis / 1000)
      if (now !== second) {
        second = now
        reads = 0
        writes = 0
      }
      return method === "GET" || method === "HEAD" ? ++reads <= quota.reads : ++writes <= quota.writes
    },
    restart: () => {
      second = Number.NaN
    }
  }
}
