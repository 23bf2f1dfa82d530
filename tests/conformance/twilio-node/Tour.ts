/**
 * The tour: a journey through all fourteen operations in the states that matter, written once, for whichever client
 * makes it. Holds no comparison of journeys.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Client from "./Client.ts"
import * as OfficialClient from "./OfficialClient.ts"
import * as OurClient from "./OurClient.ts"
import * as ParticipantsTour from "./ParticipantsTour.ts"
import * as RoomsTour from "./RoomsTour.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import type * as SentRequest from "./SentRequest.ts"
import * as TimeoutsTour from "./TimeoutsTour.ts"
import type * as TourStep from "./TourStep.ts"
import * as TracksTour from "./TracksTour.ts"

export const steps: ReadonlyArray<TourStep.Step> = [
  ...RoomsTour.steps,
  ...ParticipantsTour.steps,
  ...TracksTour.steps,
  ...TimeoutsTour.steps
]

/** Who makes the journey, out of the two clients of one sandbox. */
export type Traveller = (official: Client.Client, ours: Client.Client) => Client.Client

export interface Journey {
  /** Of each step; a failure is that of its own step, and of those that needed its answer. */
  readonly entries: ReadonlyArray<Exit.Exit<TourStep.Entry, unknown>>
  /** What the sandbox holds at the end. */
  readonly state: SandboxState.SandboxState
  /** What the official package sent, and our client. */
  readonly sent: Readonly<Record<"official" | "ours", ReadonlyArray<SentRequest.SentRequest>>>
}

/** Makes the journey in a sandbox of its own, which is like the sandbox of every other journey. */
export const make = (traveller: Traveller): Effect.Effect<Journey> =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const { rooms } = yield* SandboxOnLoopback.Official
    const client = traveller(OfficialClient.make(rooms), OurClient.make(yield* OurClient.services))
    const trip: TourStep.Trip = { client, sandbox, sids: new Map() }
    const entries = yield* Effect.forEach(steps, (step) => Effect.exit(Effect.suspend(() => step.take(trip))))
    return { entries, state: yield* sandbox.exportState, sent: yield* SandboxOnLoopback.Sent }
  }).pipe(
    // Their ports would tell the answers of two sandboxes apart, so all give themselves out as Twilio.
    Effect.provide(SandboxOnLoopback.layer({ seed: "tour", publicOrigin: "https://video.twilio.com" }))
  )
