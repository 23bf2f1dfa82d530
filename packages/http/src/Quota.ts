/**
 * How many requests of an account go out in a second. Holds the figures; what waits for them is the connection.
 *
 * @since 0.1.0
 */

/**
 * How many requests in a second, reads (GET) and writes (POST) apart. Whole numbers, from 1.
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
 * What Twilio gives an account: 80 reads and 20 writes a second. A subaccount has its own.
 *
 * @category constants
 * @since 0.1.0
 */
export const twilio: Quota = { reads: 80, writes: 20 }
