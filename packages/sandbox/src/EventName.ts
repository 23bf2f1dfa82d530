/**
 * The names of the events for which the sandbox sends status callbacks.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The events for which the sandbox sends callbacks: all of Twilio's except those of recordings, which it doesn't
 * emulate.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EventName = Schema.Literals([
  "room-created",
  "room-ended",
  "participant-connected",
  "participant-disconnected",
  "track-added",
  "track-removed",
  "track-enabled",
  "track-disabled"
])

/**
 * The events for which the sandbox sends callbacks.
 *
 * @category models
 * @since 0.1.0
 */
export type EventName = typeof EventName.Type
