/**
 * The `SubscribedTracks` service over HTTP.
 */
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import type * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as VideoWire from "../../VideoWire.ts"
import * as Operation from "../operation/Operation.ts"
import * as ListOperation from "../operation/ListOperation.ts"
import * as Endpoints from "../wire/Endpoints.ts"
import * as ErrorMapper from "../wire/ErrorMapper.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const fetch = Operation.make({
  name: "SubscribedTracks.fetch",
  endpoint: Endpoints.FetchRoomParticipantSubscribedTrack,
  decode: SubscribedTrack.decodeJson,
  mapError: ErrorMapper.notFound
})

const listOperation = ListOperation.make({
  service: "SubscribedTracks",
  endpoint: Endpoints.ListRoomParticipantSubscribedTrack,
  key: VideoWire.listKeys.subscribedTracks,
  decode: SubscribedTrack.decodeJson,
  isSid: Sid.isTrackSid,
  parameters: ListOperation.pageParameters,
  mapError: ErrorMapper.notFound
})

export const make = (client: TwilioClient.TwilioClient): SubscribedTracks.Service => {
  const { list, stream } = listOperation(client)
  return {
    fetch: (room, participant, track) => fetch(client, { room, participant, track }, undefined),
    list: (room, participant, options = {}) => list({ room, participant }, options),
    stream: (room, participant, options = {}) => stream({ room, participant }, options)
  }
}
