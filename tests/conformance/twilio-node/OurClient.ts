/**
 * The fourteen operations by the library.
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

/** The errors of the services. */
export type Failure =
  | SubscribeRules.InvalidSubscribeRules
  | NotFound.NotFound
  | Rooms.RoomExists
  | Rooms.RoomNotInProgress
  | TwilioError.TwilioError

/** An error without a response of Twilio is a defect. */
const apiError = (failure: Failure): Effect.Effect<never, Client.ApiError> => {
  const { code, moreInfo, status } = failure
  return status === undefined ? Effect.die(failure) : Effect.fail({ status, code, moreInfo })
}

const call = <A, View>(effect: Effect.Effect<A, Failure>, view: (value: A) => View): Client.Response<View> =>
  effect.pipe(Effect.map(view), Effect.catch(apiError))

const pageOf =
  <A, View>(view: (value: A) => View) =>
  ({ items, meta }: OurPage.Page<A>): Client.Page<View> => ({
    items: items.map(view),
    nextPageUrl: Option.getOrNull(meta.nextPageUrl),
    previousPageUrl: Option.getOrNull(meta.previousPageUrl)
  })

const listOf = <A, View>(stream: Stream.Stream<A, Failure>, view: (value: A) => View) =>
  call(Stream.runCollect(stream), (items) => items.map(view))

// The types reject invalid rules. The tests send some.
const asRules = (rules: ReadonlyArray<Client.Rule>) =>
  rules as unknown as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>

const createOptions = (options: Client.RoomOptions): Rooms.CreateOptions => {
  // The library doesn't send `EnableTurn`: Twilio always takes it to be true.
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
        page: (options) => call(rooms.list(options), pageOf(ofOursRoom)),
        list: (options) => listOf(rooms.stream(options), ofOursRoom)
      },
      fetchRoom: (room) => call(rooms.fetch(room), ofOursRoom),
      participants: {
        page: (room, options) => call(participants.list(room, options), pageOf(ofOurs)),
        list: (room, options) => listOf(participants.stream(room, options), ofOurs)
      },
      fetchParticipant: (room, who) => call(participants.fetch(room, who), ofOurs),
      publishedTracks: {
        page: (room, who, options) => call(published.list(room, who, options), pageOf(ofOursTrack)),
        list: (room, who, options) => listOf(published.stream(room, who, options), ofOursTrack)
      },
      fetchPublishedTrack: (room, who, track) => call(published.fetch(room, who, track), ofOursTrack),
      subscribedTracks: {
        page: (room, who, options) => call(subscribed.list(room, who, options), pageOf(ofOursSubscribedTrack)),
        list: (room, who, options) => listOf(subscribed.stream(room, who, options), ofOursSubscribedTrack)
      },
      fetchSubscribedTrack: (room, who, track) => call(subscribed.fetch(room, who, track), ofOursSubscribedTrack),
      fetchRules: (room, who) => call(rules.fetch(room, who), ofOursRules)
    },
    write: {
      createRoom: (options) => call(rooms.create(createOptions(options)), ofOursRoom),
      completeRoom: (room) => call(rooms.complete(room), ofOursRoom),
      updateParticipant: (room, who, status) => call(participants.update(room, who, { status }), ofOurs),
      anonymize: (room, who) => call(participants.anonymize(room, who), ofOursAnonymized),
      updateRules: (room, who, wanted) => call(rules.update(room, who, asRules(wanted)), ofOursRules)
    }
  }
}
