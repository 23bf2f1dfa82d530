/**
 * Runs the main part of the demo, and summarizes its report.
 */
import { removeAndErase } from "@effect-twilio-video/examples/src/moderation.ts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

// Whole minutes: the seconds may differ between runs.
const minutesOf = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.match(duration, { onNone: () => null, onSome: (some) => Math.floor(Duration.toMinutes(some)) })

export const moderation = Effect.map(removeAndErase("DailyStandup", "Alice"), (report) => ({
  sid: report.found.sid,
  connected: report.connected.map((participant) => participant.identity),
  found: report.found.status,
  removed: { status: report.removed.status, minutes: minutesOf(report.removed.duration) },
  byIdentity: Result.match(report.byIdentity, {
    onFailure: ({ _tag, lookup, resource }) => `${_tag}: ${resource} by ${lookup}`,
    onSuccess: ({ sid }) => sid
  }),
  bySid: { status: report.bySid.status, identity: report.bySid.identity },
  disconnected: report.disconnected.map((participant) => participant.identity),
  anonymized: {
    identityIsSid: report.anonymized.identity === report.found.sid,
    status: report.anonymized.status,
    minutes: minutesOf(report.anonymized.duration)
  }
}))
