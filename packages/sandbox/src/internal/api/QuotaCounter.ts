/**
 * Counts an account's requests in each second of the clock, reads and writes separately.
 */
import type * as Quota from "@effect-twilio-video/http/Quota"

export class QuotaCounter {
  quota: Quota.Quota | undefined
  private second = Number.NaN
  private reads = 0
  private writes = 0

  constructor(quota: Quota.Quota | undefined) {
    this.quota = quota
  }

  /** Counts a request and returns whether it is within the quota. */
  admit(method: string, nowMillis: number): boolean {
    const { quota } = this
    if (quota === undefined) return true
    const now = Math.floor(nowMillis / 1000)
    if (now !== this.second) {
      this.second = now
      this.reads = 0
      this.writes = 0
    }
    return method === "GET" || method === "HEAD" ? ++this.reads <= quota.reads : ++this.writes <= quota.writes
  }

  reset(): void {
    this.second = Number.NaN
  }
}
