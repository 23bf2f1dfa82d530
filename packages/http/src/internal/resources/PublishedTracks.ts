/**
 * The `PublishedTracks` service over HTTP.
 */
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as VideoWire from "../../VideoWire.ts"
import * as Operation from "../operation/Operation.ts"
import * as ListOperation from "../operation/ListOperation.ts"
import * as Endpoints from "../wire/Endpoints.ts"
import * as ErrorMapper from "../wire/ErrorMapper.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const fetch = Operation.make({
  name: "PublishedTracks.fetch",
  endpoint: Endpoints.FetchRoomParticipantPublishedTrack,
  decode: PublishedTrack.decodeJson,
  mapError: ErrorMapper.notFound
})

const listOperation = ListOperation.make({
  service: "PublishedTracks",
  endpoint: Endpoints.ListRoomParticipantPublishedTrack,
  key: VideoWire.listKeys.publishedTracks,
  decode: PublishedTrack.decodeJson,
  isSid: Sid.isTrackSid,
  parameters: ListOperation.pageParameters,
  mapError: ErrorMapper.notFound
})

export const make = (client: TwilioClient.TwilioClient): PublishedTracks.Service => {
  const { list, stream } = listOperation(client)
  return {
    fetch: (room, participant, track) => fetch(client, { room, participant, track }, undefined),
    list: (room, participant, options = {}) => list({ room, participant }, options),
    stream: (room, participant, options = {}) => stream({ room, participant }, options)
  }
}
