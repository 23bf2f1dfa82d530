/**
 * A record of how far an operation on all of a room's participants has come, which outlives its interruption. Holds
 * SIDs and no identity.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Sid from "./Sid.ts"

/**
 * How far it has come. Each participant whose turn came is in one of the lists.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** Removed, or anonymized. */
  readonly done: ReadonlyArray<Sid.ParticipantSid>
  /** There was nothing to do: gone, or anonymized before. */
  readonly already: ReadonlyArray<Sid.ParticipantSid>
  readonly failed: ReadonlyArray<Sid.ParticipantSid>
  /** How many records had no readable SID. They failed too, and no list can name them. */
  readonly failedWithoutSid: number
  /**
   * Begun, and without an outcome: on its way while the operation runs. Once it was interrupted, these are the ones for
   * whom it may or may not have been done.
   */
  readonly begun: ReadonlyArray<Sid.ParticipantSid>
  /** Has everybody's turn come? It is true with failures too: look at `failed` and `failedWithoutSid`. */
  readonly isComplete: boolean
}

type Ended =
  | {
      readonly _tag: "Disconnected" | "Anonymized" | "AlreadyGone" | "AlreadyAnonymized"
      readonly sid: Sid.ParticipantSid
    }
  | { readonly _tag: "Failed"; readonly sid: Option.Option<Sid.ParticipantSid> }

/**
 * Give one to `Bulk.disconnectAll` or `Bulk.anonymizeAll`, and read it at any time: while they run, afterwards, and
 * after they were interrupted or failed. One report is for one run.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as BulkReport from "@effect-twilio-video/core/BulkReport"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const report = new BulkReport.BulkReport()
 *   // The consumer has enough after the first outcome.
 *   yield* Bulk.disconnectAll("DailyStandup", { report, concurrency: 1 }).pipe(Stream.take(1), Stream.runDrain)
 *   const { done, isComplete } = yield* report.snapshot
 *   return [done.length, isComplete]
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise) // => [1, false]
 * ```
 * @category models
 * @since 0.1.0
 */
export class BulkReport {
  private readonly outcomes = new Map<Sid.ParticipantSid, "done" | "already" | "failed" | "begun">()
  private failedWithoutSid = 0
  private complete = false

  /** How far it has come. */
  readonly snapshot: Effect.Effect<Snapshot> = Effect.sync(() => {
    const lists = { done: [], already: [], failed: [], begun: [] } as Record<
      "done" | "already" | "failed" | "begun",
      Array<Sid.ParticipantSid>
    >
    for (const [sid, outcome] of this.outcomes) lists[outcome].push(sid)
    return { ...lists, failedWithoutSid: this.failedWithoutSid, isComplete: this.complete }
  })

  /** For implementations: somebody's turn has come. */
  begin(sid: Sid.ParticipantSid): void {
    this.outcomes.set(sid, "begun")
  }

  /** For implementations: somebody's turn is over. */
  end(outcome: Ended): void {
    if (outcome._tag !== "Failed") {
      const isDone = outcome._tag === "Disconnected" || outcome._tag === "Anonymized"
      this.outcomes.set(outcome.sid, isDone ? "done" : "already")
    } else if (Option.isSome(outcome.sid)) this.outcomes.set(outcome.sid.value, "failed")
    else this.failedWithoutSid += 1
  }

  /** For implementations: everybody's turn has come, and is over. */
  finish(): void {
    this.complete = true
  }
}
