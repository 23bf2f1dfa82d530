/**
 * How many requests of an account are answered in a second. Holds no counting.
 *
 * @since 0.1.0
 */

/**
 * How many requests of the account are answered in a second, reads (GET) and writes apart. What is more is answered
 * with 429 and code 20429, and nothing happens.
 *
 * Follows https://www.twilio.com/docs/video/programmable-video-limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quota {
  readonly reads: number
  readonly writes: number
}

/**
 * The quota that Twilio gives an account: 80 reads and 20 writes a second.
 *
 * Follows https://www.twilio.com/docs/video/programmable-video-limits.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 *
 * Sandbox.twilioQuota // => { reads: 80, writes: 20 }
 * ```
 * @category constants
 * @since 0.1.0
 */
export const twilioQuota: Quota = { reads: 80, writes: 20 }
