/**
 * The PublishedTracks contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Wire from "../../VideoWire.ts"
import * as Call from "../operation/Call.ts"
import * as Listing from "../operation/Listing.ts"
import * as Operations from "../wire/Operations.ts"
import * as Outcome from "../wire/Outcome.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const fetch = Call.make({
  span: "PublishedTracks.fetch",
  operation: Operations.FetchRoomParticipantPublishedTrack,
  record: PublishedTrack.PublishedTrackJson,
  outcome: Outcome.notFound
})

const listing = Listing.make({
  service: "PublishedTracks",
  operation: Operations.ListRoomParticipantPublishedTrack,
  key: Wire.listKeys.publishedTracks,
  item: PublishedTrack.PublishedTrackJson,
  isSid: Sid.isTrackSid,
  parameters: Listing.pageTable,
  outcome: Outcome.notFound
})

export const make = (client: TwilioClient.TwilioClient): PublishedTracks.Service => {
  const { list, stream } = listing(client)
  return {
    fetch: (room, participant, track) => fetch(client, { room, participant, track }, undefined),
    list: (room, participant, options = {}) => list({ room, participant }, options),
    stream: (room, participant, options = {}) => stream({ room, participant }, options)
  }
}
