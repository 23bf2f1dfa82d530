/**
 * Rooms in which a person took part, beside others, and what is left of the person afterwards.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

export const zed = "Zed Zzyx"

export const identities = [Redacted.make(zed)]

/** Completed rooms, one a day. Each has a person to erase and one to keep. */
export const past = (count: number): ReadonlyArray<Scenario.ScenarioRoom> =>
  Array.from({ length: count }, (_, index) => {
    const openedAgo = `${24 * (index + 1)} hours` as const
    return {
      uniqueName: `Past ${index}`,
      openedAgo,
      completedAgo: `${24 * (index + 1) - 1} hours` as const,
      participants: [zed, "Ann"].map((identity) => ({ identity, joinedAgo: openedAgo }))
    }
  })

/** Seven participations of Zed, one of them connected in "Now", one reconnecting in "Tunnel". */
export const rooms: ReadonlyArray<Scenario.ScenarioRoom> = [
  {
    uniqueName: "Now",
    openedAgo: "1 hour",
    participants: [
      { identity: "Ann", joinedAgo: "1 hour" },
      { identity: zed, joinedAgo: "50 minutes", leftAgo: "40 minutes" },
      { identity: zed, joinedAgo: "30 minutes", leftAgo: "20 minutes" },
      { identity: zed, joinedAgo: "10 minutes" },
      { identity: zed.toLowerCase(), joinedAgo: "10 minutes" },
      { identity: `${zed} II`, joinedAgo: "10 minutes", leftAgo: "5 minutes" }
    ]
  },
  { uniqueName: "Tunnel", openedAgo: "1 minute", participants: [{ identity: zed, reconnecting: true }] },
  ...past(3)
]

/** Counts the records with an identity, in all rooms. */
export const count = (identity: string) =>
  Effect.map(
    Sandbox.Sandbox.use((sandbox) => sandbox.exportState),
    (state) => state.rooms.flatMap(({ participants }) => participants).filter((one) => one.identity === identity).length
  )

/** Cryptography and timers of the engine aren't on the test clock, so they get a moment of real time. */
const moment = Effect.promise(async () => {
  await new Promise<void>((resolve) => setTimeout(resolve, 1))
  // On a busy machine, cryptography waits for a thread. This waits behind it.
  for (let index = 0; index < 2; index++) await crypto.subtle.digest("SHA-256", new Uint8Array(1))
})

/** Moves the test clock step by step until a request has this status. Skips the time in which access tokens expire. */
export const reach = (tag: Erasure.Status["_tag"], requestId = "req-17") =>
  Effect.gen(function* () {
    for (;;) {
      yield* moment
      const status = yield* Erasure.status(requestId)
      if (status._tag === tag) return status
      if (["Complete", "Partial", "Canceled", "Stalled"].includes(status._tag)) {
        return yield* Effect.die(new Error(`The request is ${JSON.stringify(status)}`))
      }
      const left = status._tag === "Settling" ? DateTime.distance(yield* DateTime.now, status.until) : Duration.zero
      yield* TestClock.adjust(Duration.max(left, Duration.seconds(1)))
    }
  })

/** Moves the test clock, and gives what becomes due a moment. */
export const advance = (minutes: number) =>
  Effect.forEach(
    Array.from({ length: minutes }),
    () => Effect.andThen(TestClock.adjust("1 minute"), Effect.andThen(moment, moment)),
    { discard: true }
  )
