/**
 * The operations on a participant's subscribe rules, as a service, and the evaluation of rules.
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
 * Twilio rejected the subscribe rules; the previous rules stay in force. No member contains the rules, because they may
 * contain identities.
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
      "Twilio rejected the subscribe rules. The participant's previous rules stay in force. " +
      `(${TwilioError.formatRequest(request)})`,
    ...request
  })

/**
 * The operations on a participant's subscribe rules, which decide which tracks this participant receives. Only group
 * rooms have subscribe rules. `room` and `participant` are as in `Participants.Service`.
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
 * The service of the operations on subscribe rules. Call them through the accessors below; use the service itself to
 * implement or wrap it.
 *
 * @category services
 * @since 0.1.0
 */
export class SubscribeRules extends Context.Service<SubscribeRules, Service>()(
  "@effect-twilio-video/core/SubscribeRules"
) {}

/**
 * Fetches a participant's rules. The initial rule includes all tracks. Fails with `NotFound` if there is no such
 * participant. Other failures are `TwilioError`.
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
 * Replaces all of a participant's rules with 1 to 20 new ones. They apply immediately, also to tracks published later.
 *
 * Rules that violate Twilio's grammar fail with `TwilioError` and reason `InvalidArgument`, and nothing is sent. Fails
 * with `InvalidSubscribeRules` if Twilio rejects the rules, in which case the previous ones stay in force, and with
 * `NotFound` if there is no such participant. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
 * import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * // Alice hears everyone and sees only Bob's screen.
 * const program = Effect.gen(function*() {
 *   yield* SubscribeRules.update("DailyStandup", "Alice", [
 *     SubscribeRule.include({ kind: "audio" }),
 *     SubscribeRule.include({ publisher: "Bob", track: "screen" })
 *   ])
 *   const { items } = yield* SubscribedTracks.list("DailyStandup", "Alice")
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
 * A published track of a room, as rules see it.
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
 * Makes a {@link RoomTrack} from a track and its publisher.
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
  // Twilio doesn't document rules without filters. Here, they match nothing.
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
 * Computes which of the room's published tracks a participant receives, in the given order. Pass fetched rules, or
 * rules that you consider setting.
 *
 * Starts with no tracks. Each rule in turn adds the tracks that it matches (`include`) or removes them (`exclude`), so
 * the order of rules matters, and rules that only exclude yield no tracks. A rule matches tracks that fulfill all its
 * filters, but never the participant's own tracks. Rules of unknown types are ignored.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
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
    // The last matching rule decides, which is equivalent to adding and removing in order.
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]
      if (step?.matches(track) === true) return step.include
    }
    return false
  })
}
