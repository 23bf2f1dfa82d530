/**
 * The fourteen operations by Twilio's own package. Mends nothing of it: names go into paths as the package puts them
 * there (see addressing and names).
 */
import * as Effect from "effect/Effect"
import twilio from "twilio"
import type * as Client from "./Client.ts"
import * as FieldView from "./FieldView.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

/** What is not the package's own error class is a defect of the test. */
const refusal = (cause: unknown): Effect.Effect<never, Client.Refusal> => {
  if (!(cause instanceof twilio.RestException)) return Effect.die(cause)
  const { code, moreInfo, status } = cause
  return Effect.fail({ status, code, moreInfo })
}

const answer = <A, View>(run: () => PromiseLike<A>, view: (value: A) => View): Client.Answer<View> =>
  TwilioSdk.call(run).pipe(
    Effect.map(view),
    Effect.catch((error) => refusal(error.cause))
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
        page: (options) => answer(() => rooms.page({ ...options }), pageOf(ofOfficialRoom)),
        list: (options) => answer(() => rooms.list({ ...options }), listOf(ofOfficialRoom))
      },
      fetchRoom: (room) => answer(() => rooms(room).fetch(), ofOfficialRoom),
      participants: {
        page: (room, options) => answer(() => participantsOf(room).page({ ...options }), pageOf(ofOfficial)),
        list: (room, options) => answer(() => participantsOf(room).list({ ...options }), listOf(ofOfficial))
      },
      fetchParticipant: (room, who) => answer(() => of(room, who).fetch(), ofOfficial),
      publishedTracks: {
        page: (room, who, options) =>
          answer(() => of(room, who).publishedTracks.page({ ...options }), pageOf(ofOfficialTrack)),
        list: (room, who, options) =>
          answer(() => of(room, who).publishedTracks.list({ ...options }), listOf(ofOfficialTrack))
      },
      fetchPublishedTrack: (room, who, track) =>
        answer(() => of(room, who).publishedTracks(track).fetch(), ofOfficialTrack),
      subscribedTracks: {
        page: (room, who, options) =>
          answer(() => of(room, who).subscribedTracks.page({ ...options }), pageOf(ofOfficialSubscribedTrack)),
        list: (room, who, options) =>
          answer(() => of(room, who).subscribedTracks.list({ ...options }), listOf(ofOfficialSubscribedTrack))
      },
      fetchSubscribedTrack: (room, who, track) =>
        answer(() => of(room, who).subscribedTracks(track).fetch(), ofOfficialSubscribedTrack),
      fetchRules: (room, who) => answer(() => of(room, who).subscribeRules.fetch(), ofOfficialRules)
    },
    write: {
      createRoom: (options) => answer(() => rooms.create({ ...options }), ofOfficialRoom),
      completeRoom: (room) => answer(() => rooms(room).update({ status: "completed" }), ofOfficialRoom),
      updateParticipant: (room, who, status) => answer(() => of(room, who).update({ status }), ofOfficial),
      anonymize: (room, who) => answer(() => of(room, who).anonymize().update(), ofOfficialAnonymized),
      updateRules: (room, who, rules) => answer(() => of(room, who).subscribeRules.update({ rules }), ofOfficialRules)
    }
  }
}
