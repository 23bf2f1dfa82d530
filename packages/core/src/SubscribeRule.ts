/**
 * A subscribe rule: which tracks it is about, and whether it adds them to what a participant receives or takes them
 * away. Holds the rule, its checked constructors and its codec; what a list of rules comes to is
 * `SubscribeRules.evaluate`.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Fields from "./internal/Fields.ts"
import * as PublishedTrack from "./PublishedTrack.ts"
import * as Sid from "./Sid.ts"
import * as NameRules from "./NameRules.ts"

/**
 * What a rule does with the tracks that it matches; another string if Twilio adds one.
 *
 * @category models
 * @since 0.1.0
 */
export type RuleType = "include" | "exclude" | (string & {})

/**
 * A rule about all tracks of the room.
 *
 * @category models
 * @since 0.1.0
 */
export interface AllRule {
  readonly type: RuleType
  readonly all: true
  readonly publisher?: never
  readonly track?: never
  readonly kind?: never
  /** Twilio's specification has it and says nothing about it. Kept as it came. */
  readonly priority?: string
}

/**
 * A rule about the tracks that all its filters match.
 *
 * @category models
 * @since 0.1.0
 */
export interface MatchingRule {
  readonly type: RuleType
  readonly all?: never
  /** The identity or the SID of who publishes the track. Case matters. */
  readonly publisher?: string
  /** The name or the SID of the track. Case matters. */
  readonly track?: string
  readonly kind?: PublishedTrack.Kind
  /** Twilio's specification has it and says nothing about it. Kept as it came. */
  readonly priority?: string
}

/**
 * A subscribe rule. Make one with {@link include} or {@link exclude}.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export type SubscribeRule = AllRule | MatchingRule

/**
 * The tracks that a rule is about: all of them, or those that match every filter given, of which there is at least one.
 *
 * @category models
 * @since 0.1.0
 */
export type Filter =
  | { readonly all: true; readonly publisher?: never; readonly track?: never; readonly kind?: never }
  | ({ readonly all?: never } & (
      | { readonly publisher: string; readonly track?: string; readonly kind?: PublishedTrack.KnownKind }
      | { readonly publisher?: string; readonly track: string; readonly kind?: PublishedTrack.KnownKind }
      | { readonly publisher?: string; readonly track?: string; readonly kind: PublishedTrack.KnownKind }
    ))

/**
 * A rule that adds the matching tracks to those that the rules before it left.
 *
 * @example
 * ```ts
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 *
 * SubscribeRule.include({ all: true }) // => { type: "include", all: true }
 * SubscribeRule.include({ publisher: "Bob", track: "screen" })
 * // => { type: "include", publisher: "Bob", track: "screen" }
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const include = (filter: Filter): SubscribeRule => ({ type: "include", ...filter })

/**
 * A rule that takes the matching tracks away from those that the rules before it left.
 *
 * @example
 * ```ts
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 *
 * SubscribeRule.exclude({ kind: "video" }) // => { type: "exclude", kind: "video" }
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const exclude = (filter: Filter): SubscribeRule => ({ type: "exclude", ...filter })

/**
 * The most rules that a participant can have.
 *
 * @category constants
 * @since 0.1.0
 */
export const maximumCount = 20

const filters = ["publisher", "track", "kind"] as const

const problemOf = (rule: SubscribeRule): string | undefined => {
  if (rule.type !== "include" && rule.type !== "exclude") return 'has a type other than "include" and "exclude"'
  const given = filters.filter((name) => rule[name] !== undefined)
  if (rule.all !== undefined) {
    if (rule.all !== true) return 'has "all" with another value than true'
    return given.length === 0 ? undefined : 'has "all" together with another filter'
  }
  if (given.length === 0) return "has no filter: all, publisher, track or kind"
  for (const name of given) {
    const value = rule[name]
    if (typeof value !== "string" || value === "") return `has an empty filter "${name}"`
    if (!NameRules.isWellFormed(value)) return `has a filter "${name}" that is not well-formed Unicode`
  }
  return rule.kind === undefined || PublishedTrack.isKnownKind(rule.kind)
    ? undefined
    : 'has a kind other than "audio", "video" and "data"'
}

/**
 * Checks a list of rules by Twilio's grammar: 1 to 20 rules, a known type, `all` alone or at least one other filter.
 * Fails with what is wrong, without repeating a value.
 *
 * @example
 * ```ts
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 * import * as Result from "effect/Result"
 *
 * SubscribeRule.check([]) // => Result.fail("is empty; there is at least one rule")
 * SubscribeRule.check([{ type: "include" }])
 * // => Result.fail("cannot be sent: rule 1 has no filter: all, publisher, track or kind")
 * ```
 * @category guards
 * @since 0.1.0
 */
export const check = (rules: ReadonlyArray<SubscribeRule>): Result.Result<ReadonlyArray<SubscribeRule>, string> => {
  if (rules.length === 0) return Result.fail("is empty; there is at least one rule")
  if (rules.length > maximumCount) return Result.fail(`has ${rules.length} rules; ${maximumCount} are the most`)
  for (const [index, rule] of rules.entries()) {
    const problem = problemOf(rule)
    if (problem !== undefined) return Result.fail(`cannot be sent: rule ${index + 1} ${problem}`)
  }
  return Result.succeed(rules)
}

const optionalText = Schema.optionalKey(Schema.NullOr(Schema.String))

const Wire = Schema.Struct({
  type: Schema.String,
  all: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
  publisher: optionalText,
  track: optionalText,
  kind: optionalText,
  priority: optionalText
})

const isTyped = Schema.is(Schema.Struct({ type: Schema.String }))

const isSubscribeRule = (value: unknown): value is SubscribeRule => isTyped(value)

/**
 * The codec between Twilio's JSON of a rule and {@link SubscribeRule}. A filter that is null is no filter.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribeRuleJson: Schema.Codec<SubscribeRule, typeof Wire.Encoded> = Wire.pipe(
  Schema.decodeTo(
    Schema.declare(isSubscribeRule),
    SchemaTransformation.transform({
      decode: (wire): SubscribeRule =>
        ({
          type: wire.type,
          ...(wire.all === true ? { all: true } : {}),
          ...(wire.publisher == null ? {} : { publisher: wire.publisher }),
          ...(wire.track == null ? {} : { track: wire.track }),
          ...(wire.kind == null ? {} : { kind: wire.kind }),
          ...(wire.priority == null ? {} : { priority: wire.priority })
        }) as SubscribeRule, // A union member for each combination that Twilio sends; others are its bug, and shown.
      encode: (rule) => rule
    })
  )
)

/**
 * A participant's subscribe rules. They are kept and replaced as a whole, and have no SID of their own.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export class SubscribeRuleSet extends Schema.Class<SubscribeRuleSet>("@effect-twilio-video/core/SubscribeRuleSet")({
  /** Whose rules they are. */
  participantSid: Sid.ParticipantSid,
  /** The room. */
  roomSid: Sid.RoomSid,
  /** The rules, in the order in which they apply. */
  rules: Schema.Array(SubscribeRuleJson),
  /** When the participant got rules for the first time; Twilio may leave it out. */
  dateCreated: Fields.date,
  /** When the rules were last replaced; Twilio may leave it out. */
  dateUpdated: Fields.date
}) {}

/**
 * The codec between Twilio's JSON and {@link SubscribeRuleSet}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribeRuleSetJson = SubscribeRuleSet.pipe(
  Schema.encodeKeys({
    participantSid: "participant_sid",
    roomSid: "room_sid",
    dateCreated: "date_created",
    dateUpdated: "date_updated"
  })
)
