/**
 * Everything that a sandbox holds, as plain data that JSON can carry: for `exportState`, `importState` and
 * `/sandbox/state`. Holds no options: credentials and assumptions are the sandbox's own.
 *
 * @since 0.1.0
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Schema from "effect/Schema"

// Only what a Date writes: 31 February is read, and written as 3 March.
const isTime = (text: string): boolean => {
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text
}

const Time = Schema.String.check(
  Schema.makeFilter(isTime, { expected: "a point in time in UTC with milliseconds, such as 2026-03-01T12:00:00.000Z" })
)

const RoomSid = Schema.String.check(Schema.makeFilter(Sid.isRoomSid, { expected: "a room's SID" }))

const ParticipantSid = Schema.String.check(Schema.makeFilter(Sid.isParticipantSid, { expected: "a participant's SID" }))

const TrackSid = Schema.String.check(Schema.makeFilter(Sid.isTrackSid, { expected: "a track's SID" }))

const TimeOrNull = Schema.NullOr(Time)

const NotNegative = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * A track, published now or before.
 *
 * @category models
 * @since 0.1.0
 */
export const TrackState = Schema.Struct({
  sid: TrackSid,
  participantSid: ParticipantSid,
  name: Schema.String,
  kind: PublishedTrack.KnownKind,
  enabled: Schema.Boolean,
  created: Time,
  updated: TimeOrNull,
  unpublished: TimeOrNull
})

/**
 * A participant, there now or before.
 *
 * @category models
 * @since 0.1.0
 */
export const ParticipantState = Schema.Struct({
  sid: ParticipantSid,
  identity: Schema.String,
  /** The identity before anonymization; kept only where the assumption `identityFilterFindsAnonymized` needs it. */
  erasedIdentity: Schema.NullOr(Schema.String),
  status: Participant.KnownStatus,
  created: Time,
  updated: Time,
  ended: TimeOrNull,
  rules: Schema.Array(SubscribeRule.SubscribeRuleJson),
  rulesCreated: TimeOrNull,
  rulesUpdated: TimeOrNull
})

/**
 * A room, in progress or completed, with everybody and everything that is or was in it. Durations are milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export const RoomState = Schema.Struct({
  sid: RoomSid,
  uniqueName: Schema.NullOr(Schema.String),
  created: Time,
  updated: Time,
  ended: TimeOrNull,
  /** When the last participant left, while nobody is there. */
  emptySince: TimeOrNull,
  settings: Schema.Struct({
    type: Schema.String,
    statusCallback: Schema.NullOr(Schema.String),
    statusCallbackMethod: Schema.Literals(["GET", "POST"]),
    maxParticipants: Schema.Int.check(Schema.isGreaterThan(0)),
    maxParticipantDuration: Schema.Int.check(Schema.isGreaterThan(0)),
    emptyRoomTimeout: NotNegative,
    unusedRoomTimeout: NotNegative,
    recordParticipantsOnConnect: Schema.Boolean,
    videoCodecs: Schema.Array(Schema.String),
    mediaRegion: Schema.String,
    audioOnly: Schema.Boolean,
    largeRoom: Schema.Boolean
  }),
  /**
   * How many events there were for status callbacks: the next one's `SequenceNumber`. None counts as 0, as in states
   * from before there were callbacks. Callbacks that are under way are no state.
   */
  events: Schema.optionalKey(NotNegative),
  /** In order of joining. */
  participants: Schema.Array(ParticipantState),
  /** In order of publishing. */
  tracks: Schema.Array(TrackState)
})

/**
 * The state of a sandbox: its rooms, in order of opening. Plain data; times are ISO 8601 with milliseconds.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const { rooms } = yield* sandbox.exportState
 *   return rooms.map((room) => `${room.uniqueName}: ${room.participants.length}`)
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => ["Retro: 2", "Webinar: 3", "DailyStandup: 6"]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const SandboxState = Schema.Struct({
  /** The form of this document. */
  version: Schema.Literal(1),
  /** When the state was exported; no time in it is later. Default, in states written by hand: the latest time in it. */
  exportedAt: Schema.optionalKey(Time),
  /** How many SIDs were given out: those to come follow from it and the seed. */
  sids: NotNegative,
  rooms: Schema.Array(RoomState)
})

/**
 * The state of a sandbox.
 *
 * @category models
 * @since 0.1.0
 */
export type SandboxState = typeof SandboxState.Type

/**
 * How a state is imported.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ImportOptions = Schema.Struct({
  /**
   * What happens to the times in the state. `move` moves all of them by the time since the export, so that rooms and
   * participants are as old as they were then. `keep` leaves them, and applies what became due since the export: for a
   * server that continues after a restart, and whose clients remember dates. It refuses a state that was exported after
   * now. Default: move.
   */
  times: Schema.optional(Schema.Literals(["move", "keep"]))
})

/**
 * How a state is imported.
 *
 * @category models
 * @since 0.1.0
 */
export type ImportOptions = typeof ImportOptions.Type
