/**
 * The types of a sandbox's controls.
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
import type * as DeliveryFault from "./DeliveryFault.ts"
import type * as Fault from "./Fault.ts"
import type * as LoggedRequest from "./LoggedRequest.ts"
import type * as SandboxCredentials from "./SandboxCredentials.ts"
import type * as SandboxError from "./SandboxError.ts"
import type * as SandboxState from "./SandboxState.ts"
import * as Scenario from "./Scenario.ts"

/**
 * The options of {@link Service.openRoom}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OpenRoomOptions = Schema.Struct({
  ...Scenario.RoomSettings.fields,
  /** Must be unique among the rooms in progress. Default: none; Twilio then shows the room's SID as its name. */
  uniqueName: Schema.optional(Schema.String)
})

/**
 * The options of {@link Service.openRoom}.
 *
 * @category models
 * @since 0.1.0
 */
export type OpenRoomOptions = typeof OpenRoomOptions.Type

/**
 * The options of {@link Service.join}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const JoinOptions = Schema.Struct({
  /** Whether the participant subscribes to all tracks when it joins, as in client libraries. Default: true. */
  automaticSubscription: Schema.optional(Schema.Boolean)
})

/**
 * The options of {@link Service.join}.
 *
 * @category models
 * @since 0.1.0
 */
export type JoinOptions = typeof JoinOptions.Type

/**
 * The options of {@link Service.joinWithToken}.
 *
 * @category models
 * @since 0.1.0
 */
export interface TokenJoinOptions extends JoinOptions {
  /**
   * The room to join, by unique name or SID. Default: the token's room, or a new unnamed room if the token allows any
   * room.
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
  /** Must be unique among the participant's published tracks. Default: the track's SID. */
  name: Schema.optional(Schema.String),
  /** False publishes the track muted. Default: true. */
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
 * The controls of a sandbox. They stand in for Twilio's client libraries, through which participants join, leave, lose
 * their connection and publish tracks, and they manage the sandbox itself. `room`, `participant` and `track` are SIDs
 * or names, as in Twilio's REST API. A control that can't apply fails with `SandboxError` and changes nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** Opens a room. Unlike with `Rooms.create`, the settings may exceed Twilio's ranges. */
  readonly openRoom: (options?: OpenRoomOptions) => Effect.Effect<Room.Room, SandboxError.SandboxError>
  /** Joins a participant. Another participant with the same identity is disconnected. */
  readonly join: (
    room: string,
    identity: string,
    options?: JoinOptions
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /**
   * Joins many participants, each identity once, as {@link Service.join} does. If one of them can't join, for example
   * because the room would be full, nobody does.
   */
  readonly joinMany: (
    room: string,
    identities: Iterable<string>,
    options?: JoinOptions
  ) => Effect.Effect<ReadonlyArray<Participant.Participant>, SandboxError.SandboxError>
  /**
   * Joins a participant with an access token, like a client library. The token has the identity and the room. A room
   * that doesn't exist is created, unless the assumption `adHocRooms` is `refuse`.
   *
   * A token is refused with Twilio's code for its first problem, in this order: 20101 isn't an access token, 20102
   * wrong header, 20103 another API key or account, 20107 wrong signature, 20104 expired or valid for more than 24
   * hours, 20105 not valid yet, 20106 no video grant or one for another room, 53200 to 53202 invalid identity.
   */
  readonly joinWithToken: (
    token: string | Redacted.Redacted,
    options?: TokenJoinOptions
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Makes a participant leave the room. */
  readonly leave: ParticipantControl
  /** Breaks a participant's connection: the status becomes `reconnecting`. */
  readonly loseConnection: ParticipantControl
  /** Restores a reconnecting participant's connection: the status becomes `connected`. */
  readonly regainConnection: ParticipantControl
  /** Publishes a track of a participant. */
  readonly publishTrack: (
    room: string,
    participant: string,
    publication: Publication
  ) => Effect.Effect<PublishedTrack.PublishedTrack, SandboxError.SandboxError>
  /** Unpublishes a track. Returns its last record. */
  readonly unpublishTrack: TrackControl
  /** Unmutes a track. */
  readonly enableTrack: TrackControl
  /** Mutes a track. It stays published. */
  readonly disableTrack: TrackControl
  /** Ends a room and disconnects its participants. Its unique name can be used again. */
  readonly completeRoom: (room: string) => Effect.Effect<Room.Room, SandboxError.SandboxError>
  /**
   * Seeds the sandbox's own scenario again, relative to the current time and with the same SIDs as at the start. Also
   * clears both logs, cuts delayed requests, drops pending status callbacks, and resets the quota and the counts and
   * random draws of the fault rules.
   */
  readonly reset: Effect.Effect<void>
  /**
   * Like {@link Service.reset}, but with another scenario. A later reset returns to the sandbox's own. An invalid
   * scenario is refused and changes nothing. To read a scenario from JSON, use `Scenario.ScenarioJson`.
   */
  readonly seed: (scenario: Scenario.Scenario) => Effect.Effect<void, SandboxError.SandboxError>
  /**
   * Adds the rooms of a scenario and keeps everything else: other rooms, logs, faults, the quota and pending status
   * callbacks. Sends no status callbacks for the scenario's past. A scenario is refused and changes nothing if it's
   * invalid, or if one of its unique names is that of a room in progress.
   */
  readonly addRooms: (scenario: Scenario.Scenario) => Effect.Effect<void, SandboxError.SandboxError>
  /** Exports all rooms, participants and tracks, past ones included, as plain data for JSON. */
  readonly exportState: Effect.Effect<SandboxState.SandboxState>
  /**
   * Replaces everything with an exported state. Logs, quota and faults are reset as by {@link Service.reset}. By
   * default, all times move by the time since the export, so that everything is as old as it was then; see `times`.
   * Sends no status callbacks for timeouts since the export. An invalid state is refused and changes nothing.
   */
  readonly importState: (
    state: unknown,
    options?: SandboxState.ImportOptions
  ) => Effect.Effect<void, SandboxError.SandboxError>
  /** Replaces all fault rules, and resets their counts and random draws. An empty list removes all faults. */
  readonly setFaults: (rules: ReadonlyArray<Fault.FaultRule>) => Effect.Effect<void, SandboxError.SandboxError>
  /** The fault rules, and how many requests each has hit. */
  readonly faults: Effect.Effect<ReadonlyArray<Fault.FaultCount>>
  /** The log of the latest requests to Twilio's API, oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest.LoggedRequest>>
  /** Clears the request log. */
  readonly clearRequests: Effect.Effect<void>
  /** The log of the latest status callbacks, sent or not, oldest first. */
  readonly callbacks: Effect.Effect<ReadonlyArray<CallbackDelivery.CallbackDelivery>>
  /**
   * The number of status callbacks by delivery status, since the start or the last `reset`, `seed`, `importState` or
   * `clearCallbacks`. Includes callbacks that the log no longer has.
   */
  readonly callbackCounts: Effect.Effect<Readonly<Record<CallbackDelivery.DeliveryStatus, number>>>
  /**
   * Waits until no status callback is pending. A retry waits on Effect's `Clock`: under a test's clock, until the test
   * moves it. After the option `callbacks.awaitTimeout`, 30 seconds by default, it fails with the problem
   * `callbacks-pending`; the message counts the pending events.
   */
  readonly awaitCallbacks: Effect.Effect<void, SandboxError.SandboxError>
  /**
   * Sends a status callback once more, with the same parameters, signature and idempotency token, without retries. It's
   * pending until the response. If the participant was anonymized since, the identity is the SID, with a new signature.
   * Fails with the problem `no-such-callback` or `callback-pending`.
   */
  readonly replayCallback: (id: string) => Effect.Effect<CallbackDelivery.CallbackDelivery, SandboxError.SandboxError>
  /** Replaces all delivery faults, and resets their counts and random draws. An empty list removes all. */
  readonly setDeliveryFaults: (
    rules: ReadonlyArray<DeliveryFault.DeliveryFaultRule>
  ) => Effect.Effect<void, SandboxError.SandboxError>
  /** The delivery faults, and how many callbacks each has hit. */
  readonly deliveryFaults: Effect.Effect<ReadonlyArray<DeliveryFault.DeliveryFaultCount>>
  /** Clears the status callback log and its counts. Pending callbacks continue. */
  readonly clearCallbacks: Effect.Effect<void>
  /**
   * Drops pending status callbacks, sends none from now on, and returns how many it dropped. The layers do this when
   * they close. Call it yourself only for a sandbox from `Sandbox.make`.
   */
  readonly stopCallbacks: Effect.Effect<number>
  /** The credentials that requests must have. */
  readonly credentials: SandboxCredentials.SandboxCredentials
}
