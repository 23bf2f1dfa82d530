/**
 * Counts an account's requests in each second of the clock, reads and writes separately.
 */
import type * as Quota from "@effect-twilio-video/http/Quota"

/** Counts a request and returns whether it is within the quota. */
export type Admit = (method: string, nowMillis: number) => boolean

export interface QuotaCounter {
  readonly admit: Admit
  readonly reset: () => void
}

export const make = (quota: Quota.Quota | undefined): QuotaCounter => {
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
    reset: () => {
      second = Number.NaN
    }
  }
}
