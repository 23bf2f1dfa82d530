/**
 * The fourteen operations by Twilio's package, unchanged: names go into paths as the package puts them there (see
 * `addressing` and `names`).
 */
import * as Effect from "effect/Effect"
import twilio from "twilio"
import type * as Client from "./Client.ts"
import * as FieldView from "./FieldView.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

/** Any error other than the package's error class is a defect. */
const apiError = (cause: unknown): Effect.Effect<never, Client.ApiError> => {
  if (!(cause instanceof twilio.RestException)) return Effect.die(cause)
  const { code, moreInfo, status } = cause
  return Effect.fail({ status, code, moreInfo })
}

const call = <A, View>(run: () => PromiseLike<A>, view: (value: A) => View): Client.Response<View> =>
  TwilioSdk.call(run).pipe(
    Effect.map(view),
    Effect.catch((error) => apiError(error.cause))
  )

const pageOf =
  <A, View>(view: (value: A) => View) =>
  ({ instances, nextPageUrl, previousPageUrl }: TwilioSdk.Page<A>): Client.Page<View> => ({
    items: instances.map(view),
    nextPageUrl: nextPageUrl ?? null,
    previousPageUrl: previousPageUrl ?? null
  })

const listOf =
  <A, View>(view: (value: A) => View) =>
  (items: ReadonlyArray<A>) =>
    items.map(view)

export const make = (rooms: TwilioSdk.Rooms): Client.Client => {
  const participantsOf = (room: string) => rooms(room).participants
  const of = (room: string, participant: string) => participantsOf(room)(participant)
  const {
    ofOfficial,
    ofOfficialAnonymized,
    ofOfficialRoom,
    ofOfficialRules,
    ofOfficialSubscribedTrack,
    ofOfficialTrack
  } = FieldView
  return {
    read: {
      rooms: {
        page: (options) => call(() => rooms.page({ ...options }), pageOf(ofOfficialRoom)),
        list: (options) => call(() => rooms.list({ ...options }), listOf(ofOfficialRoom))
      },
      fetchRoom: (room) => call(() => rooms(room).fetch(), ofOfficialRoom),
      participants: {
        page: (room, options) => call(() => participantsOf(room).page({ ...options }), pageOf(ofOfficial)),
        list: (room, options) => call(() => participantsOf(room).list({ ...options }), listOf(ofOfficial))
      },
      fetchParticipant: (room, who) => call(() => of(room, who).fetch(), ofOfficial),
      publishedTracks: {
        page: (room, who, options) =>
          call(() => of(room, who).publishedTracks.page({ ...options }), pageOf(ofOfficialTrack)),
        list: (room, who, options) =>
          call(() => of(room, who).publishedTracks.list({ ...options }), listOf(ofOfficialTrack))
      },
      fetchPublishedTrack: (room, who, track) =>
        call(() => of(room, who).publishedTracks(track).fetch(), ofOfficialTrack),
      subscribedTracks: {
        page: (room, who, options) =>
          call(() => of(room, who).subscribedTracks.page({ ...options }), pageOf(ofOfficialSubscribedTrack)),
        list: (room, who, options) =>
          call(() => of(room, who).subscribedTracks.list({ ...options }), listOf(ofOfficialSubscribedTrack))
      },
      fetchSubscribedTrack: (room, who, track) =>
        call(() => of(room, who).subscribedTracks(track).fetch(), ofOfficialSubscribedTrack),
      fetchRules: (room, who) => call(() => of(room, who).subscribeRules.fetch(), ofOfficialRules)
    },
    write: {
      createRoom: (options) => call(() => rooms.create({ ...options }), ofOfficialRoom),
      completeRoom: (room) => call(() => rooms(room).update({ status: "completed" }), ofOfficialRoom),
      updateParticipant: (room, who, status) => call(() => of(room, who).update({ status }), ofOfficial),
      anonymize: (room, who) => call(() => of(room, who).anonymize().update(), ofOfficialAnonymized),
      updateRules: (room, who, rules) => call(() => of(room, who).subscribeRules.update({ rules }), ofOfficialRules)
    }
  }
}
