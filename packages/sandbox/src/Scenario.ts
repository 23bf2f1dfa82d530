/**
 * The state that a sandbox starts from and resets to, as plain data. Holds no engine: a scenario is told as what
 * happened when, and the sandbox plays it.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"

/**
 * Somebody who joined a room, and perhaps left it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScenarioParticipant {
  readonly identity: string
  /** How long before the sandbox started the participant joined. Default: at that moment. */
  readonly joinedAgo?: Duration.Input | undefined
  /** How long before the sandbox started the participant left. Default: still there. */
  readonly leftAgo?: Duration.Input | undefined
  /** Has lost the connection and is trying to get it back. */
  readonly reconnecting?: boolean | undefined
}

/**
 * A room and its participants.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScenarioRoom {
  /** Default: none, and then Twilio shows the room's SID as its name. */
  readonly uniqueName?: string | undefined
  /** How long before the sandbox started the room was opened. Default: when the first participant joined. */
  readonly openedAgo?: Duration.Input | undefined
  /** How long before the sandbox started the room was completed. Default: it is in progress. */
  readonly completedAgo?: Duration.Input | undefined
  readonly participants?: ReadonlyArray<ScenarioParticipant> | undefined
}

/**
 * What a sandbox starts from.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const clinic: Scenario.Scenario = {
 *   rooms: [{
 *     uniqueName: "Consultation",
 *     participants: [
 *       { identity: "doctor", joinedAgo: "20 minutes" },
 *       { identity: "patient", joinedAgo: "15 minutes", leftAgo: "1 minute" }
 *     ]
 *   }]
 * }
 *
 * const page = await Participants.Participants.use((participants) => participants.list("Consultation")).pipe(
 *   Effect.provide(Sandbox.layer(clinic)),
 *   Effect.runPromise
 * )
 * page.items.map((participant) => participant.identity) // => ["doctor"]
 * ```
 * @category models
 * @since 0.1.0
 */
export interface Scenario {
  readonly rooms: ReadonlyArray<ScenarioRoom>
}

/**
 * The scenario of a sandbox that is given none: a daily standup with four people in it and two who have left, a
 * webinar, and a retrospective that is over.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultScenario: Scenario = {
  rooms: [
    {
      uniqueName: "DailyStandup",
      openedAgo: "15 minutes",
      participants: [
        { identity: "Alice", joinedAgo: "14 minutes" },
        { identity: "Bob", joinedAgo: "13 minutes" },
        { identity: "Carl", joinedAgo: "12 minutes", reconnecting: true },
        { identity: "Dana", joinedAgo: "12 minutes", leftAgo: "8 minutes" },
        { identity: "Erin", joinedAgo: "11 minutes", leftAgo: "10 minutes" },
        { identity: "Erin", joinedAgo: "9 minutes" }
      ]
    },
    {
      uniqueName: "Webinar",
      openedAgo: "1 hour",
      participants: [
        { identity: "host", joinedAgo: "1 hour" },
        { identity: "guest-1", joinedAgo: "40 minutes" },
        { identity: "guest-2", joinedAgo: "35 minutes", leftAgo: "5 minutes" }
      ]
    },
    {
      uniqueName: "Retro",
      openedAgo: "1 day",
      completedAgo: "23 hours",
      participants: [
        { identity: "Alice", joinedAgo: "1 day" },
        { identity: "Bob", joinedAgo: "1 day", leftAgo: "23.5 hours" }
      ]
    }
  ]
}
