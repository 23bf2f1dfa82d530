/**
 * What a sandbox can be told to do: its controls, in process. Holds no behaviour.
 *
 * @since 0.1.0
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Room from "@effect-twilio-video/core/Room"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as CallbackDelivery from "./CallbackDelivery.ts"
import type * as Fault from "./Fault.ts"
import type * as LoggedRequest from "./LoggedRequest.ts"
import type * as SandboxCredentials from "./SandboxCredentials.ts"
import type * as SandboxError from "./SandboxError.ts"
import type * as SandboxState from "./SandboxState.ts"
import * as Scenario from "./Scenario.ts"

/**
 * A room to open.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OpenRoomOptions = Schema.Struct({
  ...Scenario.RoomSettings.fields,
  /** Must be free among the rooms in progress. Default: none; the room's SID takes its place. */
  uniqueName: Schema.optional(Schema.String)
})

/**
 * A room to open.
 *
 * @category models
 * @since 0.1.0
 */
export type OpenRoomOptions = typeof OpenRoomOptions.Type

/**
 * How a participant joins.
 *
 * @category schemas
 * @since 0.1.0
 */
export const JoinOptions = Schema.Struct({
  /** Whether the participant is subscribed to all tracks from the start, as in client libraries. Default: true. */
  automaticSubscription: Schema.optional(Schema.Boolean)
})

/**
 * How a participant joins.
 *
 * @category models
 * @since 0.1.0
 */
export type JoinOptions = typeof JoinOptions.Type

/**
 * How a participant joins with an access token.
 *
 * @category models
 * @since 0.1.0
 */
export interface TokenJoinOptions extends JoinOptions {
  /**
   * The room to join, by unique name or SID. Default: the token's room; if the token allows any room, a new one without
   * a name.
   */
  readonly room?: string | undefined
}

/**
 * A track to publish.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Publication = Schema.Struct({
  kind: PublishedTrack.KnownKind,
  /** Must be free among the tracks that the participant publishes. Default: the track's SID. */
  name: Schema.optional(Schema.String),
  /** Default: true. */
  enabled: Schema.optional(Schema.Boolean)
})

/**
 * A track to publish.
 *
 * @category models
 * @since 0.1.0
 */
export type Publication = typeof Publication.Type

/**
 * A control that changes a participant.
 *
 * @category models
 * @since 0.1.0
 */
export type ParticipantControl = (
  room: string,
  participant: string
) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>

/**
 * A control that changes a track.
 *
 * @category models
 * @since 0.1.0
 */
export type TrackControl = (
  room: string,
  participant: string,
  track: string
) => Effect.Effect<PublishedTrack.PublishedTrack, SandboxError.SandboxError>

/**
 * The controls of a sandbox: what happens to rooms without Twilio's REST API, since people join, leave, lose their
 * connection and publish tracks through Twilio's client libraries. Rooms, participants and tracks are addressed as in
 * Twilio's API. A refusal has Twilio's code for it where there is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** Opens a room, with settings beyond Twilio's ranges too. Within them there is `Rooms.create`. */
  readonly openRoom: (options?: OpenRoomOptions) => Effect.Effect<Room.Room, SandboxError.SandboxError>
  /** Lets somebody join. Who is in the room with the same identity is disconnected: the newcomer wins. */
  readonly join: (
    room: string,
    identity: string,
    options?: JoinOptions
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /**
   * Lets somebody join as a device does: with an access token, which says who it is and what it may join. A room that
   * is not there is made, unless the assumption `adHocRooms` says otherwise.
   *
   * A token is refused with Twilio's code for the first thing that is wrong, in this order: 20101 is no token, 20102
   * its header, 20103 not of this sandbox's key and account, 20107 its signature, 20104 expired or for more than 24
   * hours, 20105 not yet valid, 20106 opens no video room or another one, and 53200 to 53202 for the identity.
   */
  readonly joinWithToken: (
    token: string | Redacted.Redacted,
    options?: TokenJoinOptions
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Lets a participant leave. */
  readonly leave: ParticipantControl
  /** Breaks a participant's connection: it is reconnecting from now on. */
  readonly loseConnection: ParticipantControl
  /** Gives a reconnecting participant the connection back. */
  readonly regainConnection: ParticipantControl
  /** Lets a participant publish a track. */
  readonly publishTrack: (
    room: string,
    participant: string,
    publication: Publication
  ) => Effect.Effect<PublishedTrack.PublishedTrack, SandboxError.SandboxError>
  /** Takes a track back. Answers with the record that it had. */
  readonly unpublishTrack: TrackControl
  /** Lets media flow again. */
  readonly enableTrack: TrackControl
  /** Mutes a track: it stays published. */
  readonly disableTrack: TrackControl
  /** Ends a room: everybody is disconnected, and its unique name is free again. */
  readonly completeRoom: (room: string) => Effect.Effect<Room.Room, SandboxError.SandboxError>
  /**
   * Goes back to the start: the scenario that the sandbox was made with, with the SIDs that its rooms had, joined as
   * long before now as then; no request logged or delayed; no status callback logged or under way; the quota unused; and
   * the rules of faults as if they had just been set.
   */
  readonly reset: Effect.Effect<void>
  /**
   * Begins from another scenario; everything else is as after {@link Service.reset}, which goes back to the sandbox's
   * own. `Scenario.ScenarioJson` reads one from JSON. A scenario that can't be played is refused, and nothing changes.
   */
  readonly seed: (scenario: Scenario.Scenario) => Effect.Effect<void, SandboxError.SandboxError>
  /** Everything there is and was, as plain data for JSON. */
  readonly exportState: Effect.Effect<SandboxState.SandboxState>
  /**
   * Replaces everything by a state that was exported; logs, quota and faults are as after {@link Service.reset}. Its
   * times move along, so that everything is as old as when it was exported, unless `times` says otherwise. No status
   * callback is sent for what became due since then. A state that can't be is refused, and nothing changes.
   */
  readonly importState: (
    state: unknown,
    options?: SandboxState.ImportOptions
  ) => Effect.Effect<void, SandboxError.SandboxError>
  /** Replaces the rules of what goes wrong; the counts and the draws begin again. None is the end of it. */
  readonly setFaults: (rules: ReadonlyArray<Fault.FaultRule>) => Effect.Effect<void, SandboxError.SandboxError>
  /** The rules of what goes wrong, and how many requests each has struck. */
  readonly faults: Effect.Effect<ReadonlyArray<Fault.FaultCount>>
  /** The requests that came to Twilio's API last, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest.LoggedRequest>>
  /** Forgets the requests so far. */
  readonly clearRequests: Effect.Effect<void>
  /** The status callbacks that were sent last, or should have been, oldest first. */
  readonly callbacks: Effect.Effect<ReadonlyArray<CallbackDelivery.CallbackDelivery>>
  /**
   * How many status callbacks came to each outcome since the start, a reset, a seed, an import or `clearCallbacks`, and
   * how many are under way. The log may have forgotten some of them.
   */
  readonly callbackCounts: Effect.Effect<Readonly<Record<CallbackDelivery.DeliveryStatus, number>>>
  /**
   * Waits until no status callback is under way. One that is tried again waits by Effect's `Clock` in between, so under
   * a test's clock until the test moves it. Fails with the problem `callbacks-pending` after the option
   * `callbacks.awaitTimeout`, 30 seconds by default, and says how many of which events are under way.
   */
  readonly awaitCallbacks: Effect.Effect<void, SandboxError.SandboxError>
  /** Forgets the status callbacks so far, and their counts. Those under way go on. */
  readonly clearCallbacks: Effect.Effect<void>
  /**
   * Ends status callbacks: those under way, whose number it answers, and those to come. The layers do so when they
   * close, and log a warning if there were any. A program that calls `Sandbox.make` itself has to.
   */
  readonly stopCallbacks: Effect.Effect<number>
  /** The credentials that requests must carry. */
  readonly credentials: SandboxCredentials.SandboxCredentials
}
