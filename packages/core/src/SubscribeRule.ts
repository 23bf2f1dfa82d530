/**
 * Subscribe rules, which add tracks to those that a participant receives, or remove them. `SubscribeRules` reads,
 * replaces and evaluates lists of rules.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Fields from "./internal/Fields.ts"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as NameRules from "./NameRules.ts"
import * as PublishedTrack from "./PublishedTrack.ts"
import * as Sid from "./Sid.ts"

/**
 * Whether a rule adds or removes the tracks that it matches; another string if Twilio adds one.
 *
 * @category models
 * @since 0.1.0
 */
export type RuleType = "include" | "exclude" | (string & {})

/**
 * A rule that matches all tracks of the room.
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
  /** Undocumented by Twilio. Kept unchanged. */
  readonly priority?: string
}

/**
 * A rule that matches the tracks that fulfill all its filters.
 *
 * @category models
 * @since 0.1.0
 */
export interface MatchingRule {
  readonly type: RuleType
  readonly all?: never
  /** The publisher's identity or SID. Case-sensitive. */
  readonly publisher?: string
  /** The track's name or SID. Case-sensitive. */
  readonly track?: string
  readonly kind?: PublishedTrack.Kind
  /** Undocumented by Twilio. Kept unchanged. */
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
 * The tracks that a rule matches: all of them, or those that fulfill every filter. At least one filter is required.
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
 * A rule that adds the matching tracks to the result of the previous rules.
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
 * A rule that removes the matching tracks from the result of the previous rules.
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
 * The maximum number of rules of a participant.
 *
 * @category constants
 * @since 0.1.0
 */
export const maximumCount = 20

const filters = ["publisher", "track", "kind"] as const

const problemOf = (rule: SubscribeRule): string | undefined => {
  if (rule.type !== "include" && rule.type !== "exclude") return 'must have the type "include" or "exclude"'
  const given = filters.filter((name) => rule[name] !== undefined)
  if (rule.all !== undefined) {
    if (rule.all !== true) return 'must set "all" to true or leave it out'
    return given.length === 0 ? undefined : 'must not combine "all" with other filters'
  }
  if (given.length === 0) return "must have a filter: all, publisher, track or kind"
  for (const name of given) {
    const value = rule[name]
    if (typeof value !== "string" || value === "") return `must not have an empty filter "${name}"`
    if (!NameRules.isWellFormed(value)) return `must have well-formed Unicode in the filter "${name}"`
  }
  return rule.kind === undefined || PublishedTrack.isKnownKind(rule.kind)
    ? undefined
    : 'must have the kind "audio", "video" or "data"'
}

/**
 * Checks a list of rules against Twilio's grammar: 1 to 20 rules, each with a known type, and with `all` or at least
 * one other filter. Fails with a description of the problem, without values.
 *
 * @example
 * ```ts
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 * import * as Result from "effect/Result"
 *
 * SubscribeRule.check([]) // => Result.fail("must have at least one rule")
 * SubscribeRule.check([{ type: "include" }])
 * // => Result.fail("is invalid: rule 1 must have a filter: all, publisher, track or kind")
 * ```
 * @category guards
 * @since 0.1.0
 */
export const check = (rules: ReadonlyArray<SubscribeRule>): Result.Result<ReadonlyArray<SubscribeRule>, string> => {
  if (rules.length === 0) return Result.fail("must have at least one rule")
  if (rules.length > maximumCount) return Result.fail(`must have at most ${maximumCount} rules, not ${rules.length}`)
  for (const [index, rule] of rules.entries()) {
    const problem = problemOf(rule)
    if (problem !== undefined) return Result.fail(`is invalid: rule ${index + 1} ${problem}`)
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
 * The codec between Twilio's JSON and {@link SubscribeRule}. Drops filters that are null.
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
        }) as SubscribeRule, // Undocumented combinations, which the union doesn't allow, are kept.
      encode: (rule) => rule
    })
  )
)

const wireNames = {
  participantSid: "participant_sid",
  roomSid: "room_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated"
} as const

/**
 * A participant's subscribe rules. They're replaced as a whole and have no SID.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export class SubscribeRuleSet extends Schema.Class<SubscribeRuleSet>("@effect-twilio-video/core/SubscribeRuleSet")({
  /** The participant's SID. */
  participantSid: Sid.ParticipantSid,
  /** The room's SID. */
  roomSid: Sid.RoomSid,
  /** The rules, in the order of their evaluation. */
  rules: Schema.Array(SubscribeRuleJson),
  /** When the rules were first set. */
  dateCreated: Fields.date,
  /** When the rules were last replaced. */
  dateUpdated: Fields.date
}) {}

/**
 * The codec between Twilio's JSON and {@link SubscribeRuleSet}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribeRuleSetJson = SubscribeRuleSet.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link SubscribeRuleSetJson} does, several times as fast. Errors name the invalid member,
 * not its value.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeSetJson: (json: unknown) => Result.Result<SubscribeRuleSet, Schema.SchemaError> = RecordDecoder.make(
  SubscribeRuleSet,
  SubscribeRuleSetJson,
  wireNames
)
