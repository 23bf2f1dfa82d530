/**
 * One scenario through all fourteen operations and the relevant states. Any client can run it.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Client from "./Client.ts"
import * as OfficialClient from "./OfficialClient.ts"
import * as OurClient from "./OurClient.ts"
import * as ParticipantSteps from "./ParticipantSteps.ts"
import * as RoomSteps from "./RoomSteps.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import type * as SentRequest from "./SentRequest.ts"
import * as TimeoutSteps from "./TimeoutSteps.ts"
import type * as Step from "./Step.ts"
import * as TrackSteps from "./TrackSteps.ts"

export const steps: ReadonlyArray<Step.Step> = [
  ...RoomSteps.steps,
  ...ParticipantSteps.steps,
  ...TrackSteps.steps,
  ...TimeoutSteps.steps
]

/** Chooses the client that runs the scenario, from the two clients of one sandbox. */
export type Choice = (official: Client.Client, ours: Client.Client) => Client.Client

export interface Run {
  /** One per step. A step that fails also fails the steps that need its response. */
  readonly results: ReadonlyArray<Exit.Exit<Step.Result, unknown>>
  /** The final state of the sandbox. */
  readonly state: SandboxState.SandboxState
  /** The requests of Twilio's package and of the library. */
  readonly sent: Readonly<Record<"official" | "ours", ReadonlyArray<SentRequest.SentRequest>>>
}

/** Runs the scenario on a new sandbox. Every run starts from the same state. */
export const run = (choose: Choice): Effect.Effect<Run> =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const { rooms } = yield* SandboxOnLoopback.Official
    const client = choose(OfficialClient.make(rooms), OurClient.make(yield* OurClient.services))
    const context: Step.Context = { client, sandbox, sids: new Map() }
    const results = yield* Effect.forEach(steps, (step) => Effect.exit(Effect.suspend(() => step.run(context))))
    return { results, state: yield* sandbox.exportState, sent: yield* SandboxOnLoopback.Sent }
  }).pipe(
    // With the same public origin, the URLs in the responses of two sandboxes are equal.
    Effect.provide(SandboxOnLoopback.layer({ seed: "scenario", publicOrigin: "https://video.twilio.com" }))
  )
