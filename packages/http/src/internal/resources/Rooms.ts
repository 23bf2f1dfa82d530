/**
 * The `Rooms` service over HTTP.
 */
import * as Room from "@effect-twilio-video/core/Room"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Effect from "effect/Effect"
import * as VideoWire from "../../VideoWire.ts"
import * as Operation from "../operation/Operation.ts"
import * as ListOperation from "../operation/ListOperation.ts"
import * as Endpoints from "../wire/Endpoints.ts"
import * as ErrorMapper from "../wire/ErrorMapper.ts"
import * as Parameters from "../operation/Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const createParameters: Parameters.Encoders<Rooms.CreateOptions> = {
  type: Parameters.keyword,
  uniqueName: Parameters.text,
  statusCallback: Parameters.text,
  statusCallbackMethod: Parameters.keyword,
  maxParticipants: Parameters.count,
  recordParticipantsOnConnect: Parameters.flag,
  transcribeParticipantsOnConnect: Parameters.flag,
  videoCodecs: Parameters.keywords,
  mediaRegion: Parameters.keyword,
  recordingRules: Parameters.rules,
  transcriptionsConfiguration: Parameters.json,
  audioOnly: Parameters.flag,
  maxParticipantDuration: Parameters.seconds,
  emptyRoomTimeout: Parameters.minutes,
  unusedRoomTimeout: Parameters.minutes,
  largeRoom: Parameters.flag
}

// In the order in which Twilio writes them into page URLs.
const listParameters: Parameters.Encoders<Rooms.ListOptions> = {
  status: Parameters.keyword,
  uniqueName: Parameters.text,
  dateCreatedAfter: Parameters.date,
  dateCreatedBefore: Parameters.date,
  ...ListOperation.pageParameters
}

const create = Operation.make({
  name: "Rooms.create",
  endpoint: Endpoints.CreateRoom,
  decode: Room.decodeJson,
  form: createParameters,
  mapError: ErrorMapper.roomExists
})

const fetch = Operation.make({
  name: "Rooms.fetch",
  endpoint: Endpoints.FetchRoom,
  decode: Room.decodeJson,
  mapError: ErrorMapper.notFound
})

const complete = Operation.make({
  name: "Rooms.complete",
  endpoint: Endpoints.UpdateRoom,
  decode: Room.decodeJson,
  form: { status: Parameters.keyword },
  mapError: ErrorMapper.orElse(ErrorMapper.notFound, ErrorMapper.roomNotInProgress)
})

const listOperation = ListOperation.make({
  service: "Rooms",
  endpoint: Endpoints.ListRoom,
  key: VideoWire.listKeys.rooms,
  decode: Room.decodeJson,
  isSid: Sid.isRoomSid,
  parameters: listParameters,
  mapError: ErrorMapper.none
})

export const make = (client: TwilioClient.TwilioClient): Rooms.Service => {
  const { list, stream } = listOperation(client)

  const completed = { status: "completed" }

  // An attempt without a response may have completed the room, and the next one is rejected. An attempt whose response
  // is unreadable has completed it.
  const completeNow = (room: string) =>
    complete(client, { room }, completed, (error) =>
      error._tag === "RoomNotInProgress" || (error._tag === "TwilioError" && error.applied === true)
        ? Effect.filterOrFail(
            fetch(client, { room }, undefined),
            (found) => found.status === "completed",
            () => error
          )
        : Effect.fail(error)
    )

  return {
    create: (options = {}) => create(client, {}, options),
    fetch: (room) => fetch(client, { room }, undefined),
    list: (options = {}) => list({}, options),
    stream: (options = {}) => stream({}, options),
    // By name, a retry could complete another room that was created since.
    complete: (room) =>
      Sid.isRoomSid(room)
        ? completeNow(room)
        : Effect.flatMap(client.retries, (retries) =>
            retries
              ? client.withSharedDeadline(
                  Effect.flatMap(fetch(client, { room }, undefined), ({ sid }) => completeNow(sid))
                )
              : completeNow(room)
          )
  }
}
