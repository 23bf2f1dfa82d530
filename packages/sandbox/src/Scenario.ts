/**
 * The state that a sandbox starts from and resets to, as plain data. Holds no engine: a scenario is told as what
 * happened when, and the sandbox plays it.
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

/**
 * A track that a participant published and still publishes.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScenarioTrack {
  readonly kind: PublishedTrack.KnownKind
  /** Default: the track's SID. */
  readonly name?: string | undefined
  /** Default: true. */
  readonly enabled?: boolean | undefined
  /** How long before the sandbox started the track was published. Default: when the participant joined. */
  readonly publishedAgo?: Duration.Input | undefined
}

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
  /** Did the participant join subscribed to everything, as client libraries do unless told otherwise? Default: true. */
  readonly automaticSubscription?: boolean | undefined
  /** The subscribe rules that were set when the participant joined. Default: those of joining. */
  readonly rules?: ReadonlyArray<SubscribeRule.SubscribeRule> | undefined
  readonly tracks?: ReadonlyArray<ScenarioTrack> | undefined
}

/**
 * How a room is set up. Wider than Twilio's ranges: a test may want a room of 10,000, or a timeout of a second.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomSettings {
  /** How many participants may be connected at a time. Default: 50, as Twilio has it. */
  readonly maxParticipants?: number | undefined
  /** How long one participant may stay connected. Default: 4 hours. */
  readonly maxParticipantDuration?: Duration.Input | undefined
  /** How long the room stays after the last one left; 0 ends it then, as ad-hoc rooms end. Default: 5 minutes. */
  readonly emptyRoomTimeout?: Duration.Input | undefined
  /** How long the room stays if nobody joins; 0 is for ever. Default: 5 minutes. */
  readonly unusedRoomTimeout?: Duration.Input | undefined
  /** Where the room's status callbacks go. Default: where the sandbox's option `callbacks` says. */
  readonly statusCallback?: string | undefined
  /** How they are sent there. Default: POST. */
  readonly statusCallbackMethod?: "GET" | "POST" | undefined
}

/**
 * A room and its participants.
 *
 * @category models
 * @since 0.1.0
 */
export interface ScenarioRoom extends RoomSettings {
  /** Default: none, and then Twilio shows the room's SID as its name. */
  readonly uniqueName?: string | undefined
  /** How long before the sandbox started the room was opened. Default: when the first participant joined. */
  readonly openedAgo?: Duration.Input | undefined
  /** How long before the sandbox started the room was completed. Default: it is in progress. */
  readonly completedAgo?: Duration.Input | undefined
  readonly participants?: ReadonlyArray<ScenarioParticipant> | undefined
}

/**
 * What a sandbox starts from. What becomes due meanwhile happens: somebody who joined five hours ago has reached the
 * limit of four, unless the room has another. Nothing is longer ago than 3,650 days, or than what it follows: nobody
 * joins before the room was opened.
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

const Ago = Schema.Union([Schema.String, Schema.Finite]).check(
  Schema.makeFilter((input: string | number) => Option.isSome(Duration.fromInput(input as Duration.Input)), {
    expected: 'a duration such as "5 minutes", or milliseconds'
  })
) as unknown as Schema.Codec<Duration.Input, string | number> // The check is what makes a text a duration.

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.UndefinedOr(schema))

const roomSettings = {
  maxParticipants: optional(Schema.Int),
  maxParticipantDuration: optional(Ago),
  emptyRoomTimeout: optional(Ago),
  unusedRoomTimeout: optional(Ago),
  statusCallback: optional(Schema.String),
  statusCallbackMethod: optional(Schema.Literals(["GET", "POST"]))
}

const ScenarioParticipant = Schema.Struct({
  identity: Schema.String,
  joinedAgo: optional(Ago),
  leftAgo: optional(Ago),
  reconnecting: optional(Schema.Boolean),
  automaticSubscription: optional(Schema.Boolean),
  rules: optional(Schema.Array(SubscribeRule.SubscribeRuleJson)),
  tracks: optional(
    Schema.Array(
      Schema.Struct({
        kind: PublishedTrack.KnownKind,
        name: optional(Schema.String),
        enabled: optional(Schema.Boolean),
        publishedAgo: optional(Ago)
      })
    )
  )
})

const Json = Schema.Struct({
  rooms: Schema.Array(
    Schema.Struct({
      ...roomSettings,
      uniqueName: optional(Schema.String),
      openedAgo: optional(Ago),
      completedAgo: optional(Ago),
      participants: optional(Schema.Array(ScenarioParticipant))
    })
  )
})

/**
 * A scenario as JSON: the same members, durations as text (`"5 minutes"`) or in milliseconds. For files and for
 * `POST /sandbox/seed`. A member that a scenario doesn't have is refused: it may be another one misspelt.
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
  Schema.decodeTo(Schema.toType(Json), {
    decode: SchemaGetter.transformEffect((input, options) =>
      SchemaParser.decodeUnknownEffect(Json)(input, { ...options, onExcessProperty: "error" })
    ),
    encode: SchemaGetter.transformEffect((scenario, options) => SchemaParser.encodeEffect(Json)(scenario, options))
  })
)

/**
 * The settings of a room as JSON, for the control that opens one.
 *
 * @internal
 */
export const OpenRoomJson = Schema.Struct({ ...roomSettings, uniqueName: optional(Schema.String) })

/**
 * The scenario of a sandbox that is given none: a daily standup with four people in it, three of whom publish tracks,
 * and two who have left; a webinar; and a retrospective that is over.
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
