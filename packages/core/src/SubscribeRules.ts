/**
 * The contract of the operations on a participant's subscribe rules, and what a list of rules comes to. Holds no
 * transport.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as NotFound from "./NotFound.ts"
import type * as PublishedTrack from "./PublishedTrack.ts"
import * as Sid from "./Sid.ts"
import type * as SubscribeRule from "./SubscribeRule.ts"
import * as TwilioError from "./TwilioError.ts"

/**
 * Twilio refused the subscribe rules. The rules that the participant had stay in force, unchanged. Carries no rule,
 * since rules name people.
 *
 * Follows https://www.twilio.com/docs/api/errors/53215 and
 * https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSubscribeRules extends Schema.TaggedError<InvalidSubscribeRules>()("InvalidSubscribeRules", {
  message: Schema.String,
  ...TwilioError.requestFields
}) {}

/**
 * Makes the error with its message.
 *
 * @example
 * ```ts
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 *
 * const error = SubscribeRules.invalidSubscribeRules({
 *   method: "POST",
 *   path: "/v1/Rooms/{name}/Participants/{identity}/SubscribeRules",
 *   status: 400,
 *   code: 53215
 * })
 * error.message.includes("stay in force") // => true
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const invalidSubscribeRules = (request: TwilioError.RequestInfo): InvalidSubscribeRules =>
  new InvalidSubscribeRules({
    message:
      "Twilio refuses these subscribe rules. The rules that the participant had stay in force, unchanged. " +
      `(${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The operations on a participant's subscribe rules, which decide whose tracks this participant receives.
 *
 * `room` is a room's SID or unique name, and `participant` a participant's SID or identity, by the rules of
 * `Participants`. Only group rooms have subscribe rules.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link fetch}. */
  readonly fetch: (
    room: string,
    participant: string
  ) => Effect.Effect<SubscribeRule.SubscribeRuleSet, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link update}. */
  readonly update: (
    room: string,
    participant: string,
    rules: Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>
  ) => Effect.Effect<
    SubscribeRule.SubscribeRuleSet,
    InvalidSubscribeRules | NotFound.NotFound | TwilioError.TwilioError
  >
}

/**
 * The service of the operations on subscribe rules.
 *
 * @category services
 * @since 0.1.0
 */
export class SubscribeRules extends Context.Service<SubscribeRules, Service>()(
  "@effect-twilio-video/core/SubscribeRules"
) {}

/**
 * Reads a participant's rules. One who never got any has the rule of joining: include all.
 *
 * Fails with `NotFound` where there is no such participant, and with `TwilioError` for everything else.
 *
 * @example
 * ```ts
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const { rules } = await SubscribeRules.fetch("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * rules // => [{ type: "include", all: true }]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const fetch = (
  room: string,
  participant: string
): Effect.Effect<SubscribeRule.SubscribeRuleSet, NotFound.NotFound | TwilioError.TwilioError, SubscribeRules> =>
  SubscribeRules.use((service) => service.fetch(room, participant))

/**
 * Replaces all of a participant's rules, 1 to 20 of them. They hold at once, and for tracks that come later too.
 *
 * Rules that Twilio's grammar has no place for fail with reason `InvalidArgument` of `TwilioError` before anything is
 * sent. Fails with `InvalidSubscribeRules` where Twilio refuses them, and then the old rules stay in force; with
 * `NotFound` where there is no such participant; and with `TwilioError` for everything else.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * // Alice hears everybody and sees only Bob's screen.
 * const program = Effect.gen(function*() {
 *   const rules = yield* SubscribeRules.SubscribeRules
 *   const subscribed = yield* SubscribedTracks.SubscribedTracks
 *   yield* rules.update("DailyStandup", "Alice", [
 *     SubscribeRule.include({ kind: "audio" }),
 *     SubscribeRule.include({ publisher: "Bob", track: "screen" })
 *   ])
 *   const { items } = yield* subscribed.list("DailyStandup", "Alice")
 *   return items.map((track) => track.name).sort()
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => ["bob-audio", "carl-audio", "screen"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const update = (
  room: string,
  participant: string,
  rules: Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>
): Effect.Effect<
  SubscribeRule.SubscribeRuleSet,
  InvalidSubscribeRules | NotFound.NotFound | TwilioError.TwilioError,
  SubscribeRules
> => SubscribeRules.use((service) => service.update(room, participant, rules))

/**
 * A track that is published in a room.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomTrack {
  readonly sid: string
  readonly name: string
  readonly kind: PublishedTrack.Kind
  readonly publisherSid: string
  readonly publisherIdentity: string
}

/**
 * Makes one of a participant and a track that this participant publishes.
 *
 * @example
 * ```ts
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 *
 * const publisher = { sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293", identity: "Bob" }
 * const track = { sid: "MT8a1b0c4be07f8a6b2c3d4e5f60718293", name: "screen", kind: "video" }
 *
 * SubscribeRules.roomTrack(publisher, track).publisherIdentity // => "Bob"
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const roomTrack = (
  publisher: { readonly sid: string; readonly identity: string },
  track: Pick<PublishedTrack.PublishedTrack, "name" | "kind"> & { readonly sid: string }
): RoomTrack => ({
  sid: track.sid,
  name: track.name,
  kind: track.kind,
  publisherSid: publisher.sid,
  publisherIdentity: publisher.identity
})

const matcher = (rule: SubscribeRule.SubscribeRule): ((track: RoomTrack) => boolean) => {
  if (rule.all === true) return () => true
  const { kind, publisher, track } = rule
  // What Twilio makes of a rule without filters is not known; one that matches nothing changes nothing.
  if (kind === undefined && publisher === undefined && track === undefined) return () => false
  const byPublisherSid = Sid.isParticipantSid(publisher)
  const byTrackSid = Sid.isTrackSid(track)
  return (candidate) =>
    (kind === undefined || candidate.kind === kind) &&
    (publisher === undefined ||
      (byPublisherSid ? candidate.publisherSid : candidate.publisherIdentity) === publisher) &&
    (track === undefined || (byTrackSid ? candidate.sid : candidate.name) === track)
}

/**
 * The tracks that rules subscribe a participant to, out of those that are published in the room, in the same order.
 *
 * Starts from nothing. Each rule in turn adds the tracks that it matches (`include`) or takes them away (`exclude`), so
 * the order of rules matters, and a list that only excludes comes to nothing. A rule matches what all its filters
 * match; the participant's own tracks match no rule. A rule of a type that is not known here changes nothing.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions. Pure: give it what `SubscribeRules.fetch`
 * answered, or rules that you think of setting.
 *
 * @example
 * ```ts
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 *
 * const alice = { sid: `PA${"a".repeat(32)}`, identity: "Alice" }
 * const bob = { sid: `PA${"b".repeat(32)}`, identity: "Bob" }
 * const tracks = [
 *   SubscribeRules.roomTrack(alice, { sid: `MT${"1".repeat(32)}`, name: "alice-cam", kind: "video" }),
 *   SubscribeRules.roomTrack(bob, { sid: `MT${"2".repeat(32)}`, name: "bob-cam", kind: "video" }),
 *   SubscribeRules.roomTrack(bob, { sid: `MT${"3".repeat(32)}`, name: "screen", kind: "video" })
 * ]
 * const rules = [
 *   SubscribeRule.include({ all: true }),
 *   SubscribeRule.exclude({ kind: "video" }),
 *   SubscribeRule.include({ publisher: "Bob", track: "screen" })
 * ]
 *
 * SubscribeRules.evaluate({ participantSid: alice.sid, rules }, tracks).map((track) => track.name)
 * // => ["screen"]
 * ```
 * @category evaluation
 * @since 0.1.0
 */
export const evaluate = <Track extends RoomTrack>(
  rules: { readonly participantSid: string; readonly rules: ReadonlyArray<SubscribeRule.SubscribeRule> },
  tracks: ReadonlyArray<Track>
): ReadonlyArray<Track> => {
  const steps = rules.rules
    .filter((rule) => rule.type === "include" || rule.type === "exclude")
    .map((rule) => ({ include: rule.type === "include", matches: matcher(rule) }))
  return tracks.filter((track) => {
    if (track.publisherSid === rules.participantSid) return false
    // The last rule that matches a track decides on it, which is the same as adding and taking away in order.
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]
      if (step?.matches(track) === true) return step.include
    }
    return false
  })
}
