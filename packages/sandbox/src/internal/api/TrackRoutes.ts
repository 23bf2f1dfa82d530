/**
 * Twilio's PublishedTracks and SubscribedTracks endpoints.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import * as Participants from "../engine/Participants.ts"
import type { TrackRecord } from "../engine/Records.ts"
import * as Selection from "../engine/Selection.ts"
import type * as ErrorBody from "../wire/ErrorBody.ts"
import type * as ApiRequest from "./ApiRequest.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Lookup from "./Lookup.ts"
import * as Representation from "./Representation.ts"

const { operations } = Wire

export const make = (context: Endpoint.Context) => {
  const { engine } = context

  const participant = (request: ApiRequest.ApiRequest) =>
    Lookup.participantWith(engine, request, engine.assumptions.tracksOfDisconnected)

  const track = (
    request: ApiRequest.ApiRequest,
    found: TrackRecord | undefined
  ): Result.Result<TrackRecord, ErrorBody.ErrorBody> =>
    found === undefined ? Lookup.missing(engine, request) : Result.succeed(found)

  return [
    Endpoint.list<TrackRecord>(context, operations.ListRoomParticipantPublishedTrack, (request) =>
      Result.map(participant(request), (publisher) => ({
        key: Wire.listKeys.publishedTracks,
        records: Selection.ofSorted(publisher.tracks),
        find: (sid: string) => {
          const found = engine.store.tracks.get(sid)
          return found?.publisher === publisher ? found : undefined
        },
        show: (track: TrackRecord) => Representation.publishedTrack(request.representation, track),
        echo: ""
      }))
    ),
    Endpoint.get(context, operations.FetchRoomParticipantPublishedTrack, (request) =>
      Result.gen(function* () {
        const publisher = yield* participant(request)
        const found = yield* track(request, engine.store.findPublished(publisher, request.params.track ?? ""))
        return Representation.publishedTrack(request.representation, found)
      })
    ),
    Endpoint.list<TrackRecord>(context, operations.ListRoomParticipantSubscribedTrack, (request) =>
      Result.map(participant(request), (subscriber) => ({
        key: Wire.listKeys.subscribedTracks,
        records: Selection.ofSorted(Participants.subscribedTracks(subscriber)),
        find: (sid: string) => {
          const found = engine.store.tracks.get(sid)
          return found?.publisher.room === subscriber.room ? found : undefined
        },
        show: (track: TrackRecord) => Representation.subscribedTrack(request.representation, subscriber, track),
        echo: ""
      }))
    ),
    Endpoint.get(context, operations.FetchRoomParticipantSubscribedTrack, (request) =>
      Result.gen(function* () {
        const subscriber = yield* participant(request)
        // By SID only: several publishers can have a track with this name.
        const sid = request.params.track
        const subscribed = Participants.subscribedTracks(subscriber).find((track) => track.sid === sid)
        return Representation.subscribedTrack(request.representation, subscriber, yield* track(request, subscribed))
      })
    )
  ] as const
}
