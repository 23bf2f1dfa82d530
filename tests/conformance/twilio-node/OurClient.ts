/**
 * The fourteen operations by this library's client. Compares nothing.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as OurPage from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Client from "./Client.ts"
import * as FieldView from "./FieldView.ts"

/** The services of the context. */
export const services = Effect.all({
  rooms: Rooms.Rooms,
  participants: Participants.Participants,
  published: PublishedTracks.PublishedTracks,
  subscribed: SubscribedTracks.SubscribedTracks,
  rules: SubscribeRules.SubscribeRules
})

export type Services = Effect.Success<typeof services>

/** Every error of the services. */
export type Failure =
  | SubscribeRules.InvalidSubscribeRules
  | NotFound.NotFound
  | Rooms.RoomExists
  | Rooms.RoomNotInProgress
  | TwilioError.TwilioError

/** What Twilio did not answer is a defect of the test. */
const refusal = (failure: Failure): Effect.Effect<never, Client.Refusal> => {
  const { code, moreInfo, status } = failure
  return status === undefined ? Effect.die(failure) : Effect.fail({ status, code, moreInfo })
}

const answer = <A, View>(effect: Effect.Effect<A, Failure>, view: (value: A) => View): Client.Answer<View> =>
  effect.pipe(Effect.map(view), Effect.catch(refusal))

const pageOf =
  <A, View>(view: (value: A) => View) =>
  ({ items, meta }: OurPage.Page<A>): Client.Page<View> => ({
    items: items.map(view),
    nextPageUrl: Option.getOrNull(meta.nextPageUrl),
    previousPageUrl: Option.getOrNull(meta.previousPageUrl)
  })

const listOf = <A, View>(stream: Stream.Stream<A, Failure>, view: (value: A) => View) =>
  answer(Stream.runCollect(stream), (items) => items.map(view))

// The types hold a wrong rule back, and tests send some.
const asRules = (rules: ReadonlyArray<Client.Rule>) =>
  rules as unknown as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>

const createOptions = (options: Client.RoomOptions): Rooms.CreateOptions => {
  // What Twilio takes to be true always, this library does not send.
  const { enableTurn: _, ...sent } = options
  const { emptyRoomTimeout, maxParticipantDuration, recordingRules, unusedRoomTimeout } = sent
  return {
    ...sent,
    recordingRules: recordingRules && asRules(recordingRules),
    maxParticipantDuration: maxParticipantDuration === undefined ? undefined : Duration.seconds(maxParticipantDuration),
    emptyRoomTimeout: emptyRoomTimeout === undefined ? undefined : Duration.minutes(emptyRoomTimeout),
    unusedRoomTimeout: unusedRoomTimeout === undefined ? undefined : Duration.minutes(unusedRoomTimeout)
  }
}

export const make = ({ participants, published, rooms, rules, subscribed }: Services): Client.Client => {
  const { ofOurs, ofOursAnonymized, ofOursRoom, ofOursRules, ofOursSubscribedTrack, ofOursTrack } = FieldView
  return {
    read: {
      rooms: {
        page: (options) => answer(rooms.list(options), pageOf(ofOursRoom)),
        list: (options) => listOf(rooms.stream(options), ofOursRoom)
      },
      fetchRoom: (room) => answer(rooms.fetch(room), ofOursRoom),
      participants: {
        page: (room, options) => answer(participants.list(room, options), pageOf(ofOurs)),
        list: (room, options) => listOf(participants.stream(room, options), ofOurs)
      },
      fetchParticipant: (room, who) => answer(participants.fetch(room, who), ofOurs),
      publishedTracks: {
        page: (room, who, options) => answer(published.list(room, who, options), pageOf(ofOursTrack)),
        list: (room, who, options) => listOf(published.stream(room, who, options), ofOursTrack)
      },
      fetchPublishedTrack: (room, who, track) => answer(published.fetch(room, who, track), ofOursTrack),
      subscribedTracks: {
        page: (room, who, options) => answer(subscribed.list(room, who, options), pageOf(ofOursSubscribedTrack)),
        list: (room, who, options) => listOf(subscribed.stream(room, who, options), ofOursSubscribedTrack)
      },
      fetchSubscribedTrack: (room, who, track) => answer(subscribed.fetch(room, who, track), ofOursSubscribedTrack),
      fetchRules: (room, who) => answer(rules.fetch(room, who), ofOursRules)
    },
    write: {
      createRoom: (options) => answer(rooms.create(createOptions(options)), ofOursRoom),
      completeRoom: (room) => answer(rooms.complete(room), ofOursRoom),
      updateParticipant: (room, who, status) => answer(participants.update(room, who, { status }), ofOurs),
      anonymize: (room, who) => answer(participants.anonymize(room, who), ofOursAnonymized),
      updateRules: (room, who, wanted) => answer(rules.update(room, who, asRules(wanted)), ofOursRules)
    }
  }
}
