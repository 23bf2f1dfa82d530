/**
 * How many requests an account may send per second.
 *
 * @since 0.1.0
 */

/**
 * How many requests are sent per second: reads (GET) and writes (POST). Positive integers.
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
 * Twilio's quota for an account: 80 reads and 20 writes per second. Each subaccount has its own.
 *
 * @category constants
 * @since 0.1.0
 */
export const twilio: Quota = { reads: 80, writes: 20 }
