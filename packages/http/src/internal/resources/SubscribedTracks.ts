/**
 * The SubscribedTracks contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import type * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Wire from "../../VideoWire.ts"
import * as Call from "../operation/Call.ts"
import * as Listing from "../operation/Listing.ts"
import * as Operations from "../wire/Operations.ts"
import * as Outcome from "../wire/Outcome.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const fetch = Call.make({
  span: "SubscribedTracks.fetch",
  operation: Operations.FetchRoomParticipantSubscribedTrack,
  record: SubscribedTrack.SubscribedTrackJson,
  outcome: Outcome.notFound
})

const listing = Listing.make({
  service: "SubscribedTracks",
  operation: Operations.ListRoomParticipantSubscribedTrack,
  key: Wire.listKeys.subscribedTracks,
  item: SubscribedTrack.SubscribedTrackJson,
  isSid: Sid.isTrackSid,
  parameters: Listing.pageTable,
  outcome: Outcome.notFound
})

export const make = (client: TwilioClient.TwilioClient): SubscribedTracks.Service => {
  const { list, stream } = listing(client)
  return {
    fetch: (room, participant, track) => fetch(client, { room, participant, track }, undefined),
    list: (room, participant, options = {}) => list({ room, participant }, options),
    stream: (room, participant, options = {}) => stream({ room, participant }, options)
  }
}
