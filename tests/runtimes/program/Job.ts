/**
 * The demo's main job, and the short account of it. Holds none of its steps: they are the examples' own.
 */
import * as Moderation from "@effect-twilio-video/examples/src/moderation.ts"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

// Whole minutes: a second may begin between two runs' same steps.
const minutesOf = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.match(duration, { onNone: () => null, onSome: (some) => Math.floor(Duration.toMinutes(some)) })

export const job = Effect.map(Moderation.removeAndErase("DailyStandup", "Alice"), (report) => ({
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
