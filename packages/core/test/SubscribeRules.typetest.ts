/**
 * Type tests of subscribe rules: exact results, errors and requirements of the operations, the constructors, and the
 * evaluation. Compiled by `pnpm check`, never run.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Sid from "@effect-twilio-video/core/Sid"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Arr from "effect/Array"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Result from "effect/Result"
import { expectTypeOf } from "vitest"

type Service = SubscribeRules.Service
type RuleSet = SubscribeRule.SubscribeRuleSet
type Rule = SubscribeRule.SubscribeRule

expectTypeOf<Service["fetch"]>().toEqualTypeOf<
  (room: string, participant: string) => Effect.Effect<RuleSet, NotFound.NotFound | TwilioError.TwilioError>
>()
expectTypeOf<Service["update"]>().toEqualTypeOf<
  (
    room: string,
    participant: string,
    rules: Arr.NonEmptyReadonlyArray<Rule>
  ) => Effect.Effect<RuleSet, SubscribeRules.InvalidSubscribeRules | NotFound.NotFound | TwilioError.TwilioError>
>()
expectTypeOf<keyof Service>().toEqualTypeOf<"fetch" | "update">()

// An accessor requires the service and nothing else.
const updated = SubscribeRules.update("Room", "Alice", [
  SubscribeRule.include({ all: true }),
  SubscribeRule.exclude({ kind: "video" })
])
expectTypeOf(updated).toEqualTypeOf<
  Effect.Effect<
    RuleSet,
    SubscribeRules.InvalidSubscribeRules | NotFound.NotFound | TwilioError.TwilioError,
    SubscribeRules.SubscribeRules
  >
>()

// Handling an error removes it from the type.
const refusal = updated.pipe(Effect.catchTag("InvalidSubscribeRules", (error) => Effect.succeed(error.message)))
expectTypeOf<Effect.Error<typeof refusal>>().toEqualTypeOf<NotFound.NotFound | TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof refusal>>().toEqualTypeOf<RuleSet | string>()

// The record's members.
expectTypeOf<RuleSet["participantSid"]>().toEqualTypeOf<Sid.ParticipantSid>()
expectTypeOf<RuleSet["roomSid"]>().toEqualTypeOf<Sid.RoomSid>()
expectTypeOf<RuleSet["rules"]>().toEqualTypeOf<ReadonlyArray<Rule>>()
expectTypeOf<RuleSet["dateUpdated"]>().toEqualTypeOf<Option.Option<DateTime.Utc>>()

// A fetched rule may have an unknown type or kind.
expectTypeOf<{ readonly type: "maybe"; readonly kind: "smell" }>().toExtend<Rule>()
expectTypeOf<{ readonly type: "include"; readonly all: true; readonly kind: "audio" }>().not.toExtend<Rule>()
expectTypeOf<{ readonly type: "include"; readonly all: false }>().not.toExtend<Rule>()
expectTypeOf<{ readonly kind: "audio" }>().not.toExtend<Rule>()
expectTypeOf(SubscribeRule.include).toEqualTypeOf<(filter: SubscribeRule.Filter) => Rule>()
expectTypeOf(SubscribeRule.exclude).toEqualTypeOf<(filter: SubscribeRule.Filter) => Rule>()
expectTypeOf(SubscribeRule.check).toEqualTypeOf<
  (rules: ReadonlyArray<Rule>) => Result.Result<ReadonlyArray<Rule>, string>
>()

// Evaluation accepts fetched rules, and keeps the type of the tracks.
declare const ruleSet: RuleSet
declare const labelled: ReadonlyArray<SubscribeRules.RoomTrack & { readonly label: string }>
declare const published: PublishedTrack.PublishedTrack
expectTypeOf(SubscribeRules.evaluate(ruleSet, labelled)).toEqualTypeOf<typeof labelled>()
expectTypeOf(
  SubscribeRules.roomTrack({ sid: "PA…", identity: "Alice" }, published)
).toEqualTypeOf<SubscribeRules.RoomTrack>()

export const made: ReadonlyArray<Rule> = [
  SubscribeRule.include({ all: true }),
  SubscribeRule.include({ publisher: "Bob", track: "screen", kind: "video" }),
  SubscribeRule.exclude({ track: "screen" }),
  // @ts-expect-error: a filter is required.
  SubscribeRule.include({}),
  // @ts-expect-error: all excludes other filters.
  SubscribeRule.include({ all: true, kind: "audio" }),
  // @ts-expect-error: all excludes other filters.
  SubscribeRule.exclude({ all: true, publisher: "Bob" }),
  // @ts-expect-error: all is true.
  SubscribeRule.include({ all: false }),
  // @ts-expect-error: the kind must be a documented one.
  SubscribeRule.include({ kind: "smell" }),
  // @ts-expect-error: there is no such filter.
  SubscribeRule.exclude({ publisher: "Bob", identity: "Bob" }),
  // @ts-expect-error: a filter must not be undefined.
  SubscribeRule.exclude({ publisher: undefined })
]

// Invalid arguments do not compile.
export const refused = [
  // @ts-expect-error: the list must not be empty.
  SubscribeRules.update("Room", "Alice", []),
  // @ts-expect-error: the list may be empty.
  SubscribeRules.update("Room", "Alice", made),
  // @ts-expect-error: rules are a list.
  SubscribeRules.update("Room", "Alice", SubscribeRule.include({ all: true })),
  // @ts-expect-error: a rule has a type.
  SubscribeRules.update("Room", "Alice", [{ all: true }]),
  // @ts-expect-error: the rules are required.
  SubscribeRules.update("Room", "Alice")
]
