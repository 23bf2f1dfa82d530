/**
 * The SubscribedTracks contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import type * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Wire from "../VideoWire.ts"
import * as Address from "./Address.ts"
import * as Call from "./Call.ts"
import * as Listing from "./Listing.ts"
import * as Outcome from "./Outcome.ts"
import type * as TwilioClient from "./TwilioClient.ts"

const operation = Wire.operations.FetchRoomParticipantSubscribedTrack

const fetch = Call.make({
  span: "SubscribedTracks.fetch",
  operation,
  record: SubscribedTrack.SubscribedTrackJson,
  outcome: Outcome.notFound
})

// Twilio looks these up by SID alone. What cannot be part of a path at all is refused for that first.
const notASid = (values: Address.Values) =>
  Effect.fromResult(
    Result.flatMap(Address.make(operation, values), (address) =>
      Result.fail(
        Address.refuse(address)(Address.invalid("track", "is not the SID of a track (MT and 32 hexadecimal digits)"))
      )
    )
  )

const listing = Listing.make({
  service: "SubscribedTracks",
  operation: Wire.operations.ListRoomParticipantSubscribedTrack,
  key: Wire.listKeys.subscribedTracks,
  item: SubscribedTrack.SubscribedTrackJson,
  parameters: Listing.pageTable,
  outcome: Outcome.notFound
})

export const make = (client: TwilioClient.TwilioClient): SubscribedTracks.Service => {
  const { list, stream } = listing(client)
  return {
    fetch: (room, participant, track) =>
      Sid.isTrackSid(track)
        ? fetch(client, { room, participant, track }, undefined)
        : notASid({ room, participant, track }),
    list: (room, participant, options = {}) => list({ room, participant }, options),
    stream: (room, participant, options = {}) => stream({ room, participant }, options)
  }
}
