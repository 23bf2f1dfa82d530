/**
 * The demo's main job on every runtime: what each is asked to run, and the short, JSON-able account of it that the
 * tests compare. Holds nothing of a runtime: `deno.ts` and `smoke.worker.ts` say how each one runs it.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Moderation from "@effect-twilio-video/examples/src/moderation.ts"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

/** What `removeAndErase` came to. */
export interface Summary {
  readonly sid: string
  readonly connected: ReadonlyArray<string>
  readonly found: string
  readonly removed: { readonly status: string; readonly seconds: number | null }
  readonly byIdentity:
    | {
        readonly tag: string
        readonly resource: string
        readonly lookup: string
        readonly status: number | null
        readonly code: number | null
        readonly path: string
      }
    | { readonly foundAgain: string }
  readonly bySid: { readonly status: string; readonly identity: string }
  readonly disconnected: ReadonlyArray<string>
  readonly anonymized: {
    readonly sameSid: boolean
    readonly identityIsSid: boolean
    readonly status: string
    readonly sameSeconds: boolean
  }
}

/** What a request came to that could not be answered: the error's facts, and every way it may end up in a log. */
export interface Refusal {
  readonly tag: string
  readonly reason: string
  readonly failure: string | null
  readonly method: string | null
  readonly path: string | null
  readonly written: { readonly text: string; readonly stack: string; readonly json: string }
}

const secondsOf = (duration: Option.Option<Duration.Duration>): number | null =>
  Option.match(duration, { onNone: () => null, onSome: Duration.toSeconds })

/** Runs the job and sums it up. */
export const run: Effect.Effect<Summary, NotFound.NotFound | TwilioError.TwilioError, Participants.Participants> =
  Effect.map(Moderation.removeAndErase("DailyStandup", "Alice"), (report) => ({
    sid: report.found.sid,
    connected: report.connected.map((participant) => participant.identity),
    found: report.found.status,
    removed: { status: report.removed.status, seconds: secondsOf(report.removed.duration) },
    byIdentity: Result.match(report.byIdentity, {
      onFailure: (error) => ({
        tag: error._tag,
        resource: error.resource,
        lookup: error.lookup,
        status: error.status ?? null,
        code: error.code ?? null,
        path: error.path
      }),
      onSuccess: (again) => ({ foundAgain: again.sid })
    }),
    bySid: { status: report.bySid.status, identity: report.bySid.identity },
    disconnected: report.disconnected.map((participant) => participant.identity),
    anonymized: {
      sameSid: report.anonymized.sid === report.found.sid,
      identityIsSid: report.anonymized.identity === report.found.sid,
      status: report.anonymized.status,
      sameSeconds: secondsOf(report.anonymized.duration) === secondsOf(report.removed.duration)
    }
  }))

/** Asks where nothing answers. Fails with what should not have come. */
export const runRefused: Effect.Effect<Refusal, unknown, Participants.Participants> = Effect.gen(function* () {
  const participants = yield* Participants.Participants
  const error = yield* Effect.flip(participants.fetch("DailyStandup", "Alice"))
  if (error._tag !== "TwilioError") return yield* error
  return {
    tag: error._tag,
    reason: error.reason._tag,
    failure: error.reason._tag === "TransportFailed" ? (error.reason.failure ?? null) : null,
    method: error.method ?? null,
    path: error.path ?? null,
    written: { text: String(error), stack: error.stack ?? "", json: JSON.stringify(error) }
  }
})

/** A sandbox that listens at the base URL, with the runtime's own `fetch`. */
export const overLoopback = (baseUrl: string): Layer.Layer<Participants.Participants, TwilioError.TwilioError> =>
  TwilioVideo.layer({
    accountSid: SandboxCredentials.defaults.accountSid,
    authToken: Redacted.make(SandboxCredentials.defaults.authToken),
    baseUrl
  }).pipe(Layer.provide(FetchTransport.layer))

/** The same, with a quota of four reads a second. */
export const metered = (baseUrl: string): Layer.Layer<Participants.Participants, TwilioError.TwilioError> =>
  TwilioVideo.layer({
    accountSid: SandboxCredentials.defaults.accountSid,
    authToken: Redacted.make(SandboxCredentials.defaults.authToken),
    baseUrl,
    quota: { reads: 4, writes: 4 }
  }).pipe(Layer.provide(FetchTransport.layer))

export type Task = (baseUrl: string) => Effect.Effect<Summary | Refusal, unknown>

/** The tasks by name. `in-process` has no use for the base URL. */
export const tasks: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["in-process", () => Effect.provide(run, Sandbox.layer())],
  ["loopback", (baseUrl) => Effect.provide(run, overLoopback(baseUrl))],
  ["refused", (baseUrl) => Effect.provide(runRefused, overLoopback(baseUrl))]
])
