/**
 * Twilio's PublishedTracks and SubscribedTracks endpoints: what each answers, from the room engine. Holds no rules.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type { Answer, Endpoints, Request } from "./Endpoint.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord, TrackRecord } from "../engine/Records.ts"
import * as Representation from "./Representation.ts"

const { operations } = Wire

export const make = (endpoints: Endpoints) => {
  const { assumptions, engine } = endpoints

  const participant = (request: Request): Answer<ParticipantRecord> =>
    Result.flatMap(endpoints.participant(request), (found) =>
      found.status === "disconnected" && assumptions.tracksOfDisconnected === "not-found"
        ? endpoints.missing(request, "participant")
        : Result.succeed(found)
    )

  const track = (request: Request, found: TrackRecord | undefined): Answer<TrackRecord> =>
    found === undefined ? endpoints.missing(request) : Result.succeed(found)

  return [
    endpoints.list<TrackRecord>(operations.ListRoomParticipantPublishedTrack, (request) =>
      Result.map(participant(request), (publisher) => ({
        key: Wire.listKeys.publishedTracks,
        records: publisher.tracks,
        find: (sid: string) => {
          const found = engine.store.tracks.get(sid)
          return found?.publisher === publisher ? found : undefined
        },
        matches: () => true,
        show: (track: TrackRecord) => Representation.publishedTrack(request.frame, track),
        echo: ""
      }))
    ),
    endpoints.get(operations.FetchRoomParticipantPublishedTrack, (request) =>
      Result.gen(function* () {
        const publisher = yield* participant(request)
        const found = yield* track(request, engine.store.findPublished(publisher, request.params.track ?? ""))
        return Representation.publishedTrack(request.frame, found)
      })
    ),
    endpoints.list<TrackRecord>(operations.ListRoomParticipantSubscribedTrack, (request) =>
      Result.map(participant(request), (subscriber) => ({
        key: Wire.listKeys.subscribedTracks,
        records: Participants.subscribedTracks(subscriber),
        find: (sid: string) => {
          const found = engine.store.tracks.get(sid)
          return found?.publisher.room === subscriber.room ? found : undefined
        },
        matches: () => true,
        show: (track: TrackRecord) => Representation.subscribedTrack(request.frame, subscriber, track),
        echo: ""
      }))
    ),
    endpoints.get(operations.FetchRoomParticipantSubscribedTrack, (request) =>
      Result.gen(function* () {
        const subscriber = yield* participant(request)
        // By SID alone: a name may be that of several publishers' tracks.
        const sid = request.params.track
        const subscribed = Participants.subscribedTracks(subscriber).find((track) => track.sid === sid)
        return Representation.subscribedTrack(request.frame, subscriber, yield* track(request, subscribed))
      })
    )
  ] as const
}
