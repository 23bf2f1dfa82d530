/**
 * The rooms that a sandbox starts with and resets to, as plain data. A scenario lists what happened how long ago; the
 * sandbox replays these events and the timeouts between them.
 *
 * @since 0.1.0
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaParser from "effect/SchemaParser"

const Ago = Schema.Union([Schema.String, Schema.Finite]).check(
  Schema.makeFilter((input: string | number) => Option.isSome(Duration.fromInput(input as Duration.Input)), {
    expected: 'a duration such as "5 minutes", or milliseconds'
  })
) as unknown as Schema.Codec<Duration.Input, string | number> // The check ensures that a text is a duration.

/**
 * A track that a participant published and still publishes.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScenarioTrack = Schema.Struct({
  kind: PublishedTrack.KnownKind,
  /** The track's name. Default: its SID. */
  name: Schema.optional(Schema.String),
  /** False if the track is muted. Default: true. */
  enabled: Schema.optional(Schema.Boolean),
  /** How long before the sandbox started the track was published. Default: when the participant joined. */
  publishedAgo: Schema.optional(Ago)
})

/**
 * A track that a participant published and still publishes.
 *
 * @category models
 * @since 0.1.0
 */
export type ScenarioTrack = typeof ScenarioTrack.Type

/**
 * A participant who joined a room and may have left it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScenarioParticipant = Schema.Struct({
  identity: Schema.String,
  /** How long before the sandbox started the participant joined. Default: 0. */
  joinedAgo: Schema.optional(Ago),
  /** How long before the sandbox started the participant left. Default: the participant hasn't left. */
  leftAgo: Schema.optional(Ago),
  /** Whether the participant's status is `reconnecting`. Default: false. */
  reconnecting: Schema.optional(Schema.Boolean),
  /** Whether the participant subscribes to all tracks when it joins, as in client libraries. Default: true. */
  automaticSubscription: Schema.optional(Schema.Boolean),
  /** Subscribe rules that were set when the participant joined. Default: those of `automaticSubscription`. */
  rules: Schema.optional(Schema.Array(SubscribeRule.SubscribeRuleJson)),
  tracks: Schema.optional(Schema.Array(ScenarioTrack))
})

/**
 * A participant who joined a room and may have left it.
 *
 * @category models
 * @since 0.1.0
 */
export type ScenarioParticipant = typeof ScenarioParticipant.Type

/**
 * The settings of a room. They may exceed Twilio's ranges, for a room of 10,000 participants or a timeout of a second.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomSettings = Schema.Struct({
  /** How many participants can be in the room at a time. Default: 50, as in Twilio. */
  maxParticipants: Schema.optional(Schema.Int),
  /** How long one participant can stay connected. Default: 4 hours. */
  maxParticipantDuration: Schema.optional(Ago),
  /** How long the room stays open after its last participant leaves; 0 ends it at once. Default: 5 minutes. */
  emptyRoomTimeout: Schema.optional(Ago),
  /** How long the room stays open until its first participant joins; 0 is no limit. Default: 5 minutes. */
  unusedRoomTimeout: Schema.optional(Ago),
  /** The URL of the room's status callbacks. Default: the `url` of the sandbox's option `callbacks`. */
  statusCallback: Schema.optional(Schema.String),
  /** The method of the room's status callbacks. Default: POST. */
  statusCallbackMethod: Schema.optional(Schema.Literals(["GET", "POST"]))
})

/**
 * The settings of a room.
 *
 * @category models
 * @since 0.1.0
 */
export type RoomSettings = typeof RoomSettings.Type

/**
 * A room and its participants.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScenarioRoom = Schema.Struct({
  ...RoomSettings.fields,
  /** The room's unique name. Default: none; Twilio then shows the room's SID as its name. */
  uniqueName: Schema.optional(Schema.String),
  /** How long before the sandbox started the room was opened. Default: when the first participant joined. */
  openedAgo: Schema.optional(Ago),
  /** How long before the sandbox started the room was completed. Default: the room is in progress. */
  completedAgo: Schema.optional(Ago),
  participants: Schema.optional(Schema.Array(ScenarioParticipant))
})

/**
 * A room and its participants.
 *
 * @category models
 * @since 0.1.0
 */
export type ScenarioRoom = typeof ScenarioRoom.Type

/**
 * The rooms that a sandbox starts with. Timeouts apply: a participant who joined five hours ago has been disconnected
 * after four, unless the room has another limit. Events of the same time happen in the order in which they are listed;
 * fractions of a millisecond order them otherwise. A scenario is invalid if its times are out of order, such as a
 * participant who joined before the room was opened, or if one is longer ago than 3,650 days.
 *
 * `GET /sandbox/scenario` of a served sandbox saves its rooms as a scenario. It has no tracks that are no longer
 * published, no settings that only Twilio's API has, and no times of mutes and rules; an anonymized participant has its
 * old SID as identity.
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
 * const page = await Participants.list("Consultation").pipe(Effect.provide(Sandbox.layer(clinic)), Effect.runPromise)
 * page.items.map((participant) => participant.identity) // => ["doctor"]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const Scenario = Schema.Struct({ rooms: Schema.Array(ScenarioRoom) })

/**
 * The rooms that a sandbox starts with.
 *
 * @category models
 * @since 0.1.0
 */
export type Scenario = typeof Scenario.Type

/**
 * The codec of a scenario in JSON, for files and for `POST /sandbox/seed`. Durations are text (`"5 minutes"`) or
 * milliseconds. Fails on unknown members, since they may be misspelled.
 *
 * @example
 * ```ts
 * import * as Scenario from "@effect-twilio-video/sandbox/Scenario"
 * import * as Schema from "effect/Schema"
 *
 * const json = '{ "rooms": [{ "uniqueName": "Huddle", "participants": [{ "identity": "Zoe", "joinedAgo": "1 minute" }] }] }'
 * const scenario = Schema.decodeSync(Schema.fromJsonString(Scenario.ScenarioJson))(json)
 * scenario.rooms[0]?.uniqueName // => "Huddle"
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const ScenarioJson: Schema.Codec<Scenario, unknown> = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.toType(Scenario), {
    decode: SchemaGetter.transformEffect((input, options) =>
      SchemaParser.decodeUnknownEffect(Scenario)(input, { ...options, onExcessProperty: "error" })
    ),
    encode: SchemaGetter.transformEffect((scenario, options) => SchemaParser.encodeEffect(Scenario)(scenario, options))
  })
)

/**
 * The default scenario: `DailyStandup`, with four participants, three of whom publish tracks; `Webinar`, with two
 * participants; and `Retro`, which is completed. In each room, somebody has left.
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
        {
          identity: "Alice",
          joinedAgo: "14 minutes",
          tracks: [
            { name: "alice-audio", kind: "audio" },
            { name: "alice-cam", kind: "video" },
            { name: "screen", kind: "video", publishedAgo: "5 minutes" }
          ]
        },
        {
          identity: "Bob",
          joinedAgo: "13 minutes",
          tracks: [
            { name: "bob-audio", kind: "audio", enabled: false },
            { name: "bob-cam", kind: "video" },
            { name: "screen", kind: "video", publishedAgo: "6 minutes" }
          ]
        },
        {
          identity: "Carl",
          joinedAgo: "12 minutes",
          reconnecting: true,
          tracks: [
            { name: "carl-audio", kind: "audio" },
            { name: "carl-cam", kind: "video" },
            { name: "carl-data", kind: "data" }
          ]
        },
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
