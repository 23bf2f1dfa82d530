/**
 * The state document of a sandbox, for `exportState`, `importState` and `/sandbox/state`: its rooms, participants and
 * tracks as plain data for JSON. Options, logs and faults aren't part of it.
 *
 * @since 0.1.0
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Schema from "effect/Schema"

// Compares with what Date writes, since it parses 31 February as 3 March.
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
 * The state of a track, published or not.
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
 * The state of a participant, in the room or not.
 *
 * @category models
 * @since 0.1.0
 */
export const ParticipantState = Schema.Struct({
  sid: ParticipantSid,
  identity: Schema.String,
  /** The identity before anonymization; kept only for the assumption `identityFilterFindsAnonymized`. */
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
 * The state of a room, in progress or completed, with its participants and tracks. Durations are milliseconds.
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
  /** When the last participant left. Null while somebody is in the room, and if nobody has ever joined. */
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
   * The `SequenceNumber` of the room's next status callback. Default, in states without it: 0.
   */
  events: Schema.optionalKey(NotNegative),
  /** In order of joining. */
  participants: Schema.Array(ParticipantState),
  /** In order of publication. */
  tracks: Schema.Array(TrackState)
})

/**
 * The state of a sandbox: its rooms in order of creation. Times are ISO 8601 in UTC with milliseconds.
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
  /** The version of the document's format. */
  version: Schema.Literal(1),
  /** When the state was exported; no time in it is later. Default, for states written by hand: its latest time. */
  exportedAt: Schema.optionalKey(Time),
  /** The number of SIDs issued so far. With the seed, it determines the next ones. */
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
 * The options of `importState`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ImportOptions = Schema.Struct({
  /**
   * What happens to the times in the state. `move` moves all of them by the time since the export, so that rooms and
   * participants are as old as they were then. `keep` keeps them and applies the timeouts since the export, for a
   * server that continues after a restart and whose clients remember dates; it refuses a state that was exported later
   * than now. Default: move.
   */
  times: Schema.optional(Schema.Literals(["move", "keep"]))
})

/**
 * The options of `importState`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImportOptions = typeof ImportOptions.Type
