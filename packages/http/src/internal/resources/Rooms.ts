/**
 * The Rooms contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as Room from "@effect-twilio-video/core/Room"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Effect from "effect/Effect"
import * as Wire from "../../VideoWire.ts"
import * as Call from "../operation/Call.ts"
import * as Listing from "../operation/Listing.ts"
import * as Operations from "../wire/Operations.ts"
import * as Outcome from "../wire/Outcome.ts"
import * as Parameters from "../operation/Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

const createTable: Parameters.Table<Rooms.CreateOptions> = {
  type: Parameters.word,
  uniqueName: Parameters.text,
  statusCallback: Parameters.text,
  statusCallbackMethod: Parameters.word,
  maxParticipants: Parameters.count,
  recordParticipantsOnConnect: Parameters.flag,
  transcribeParticipantsOnConnect: Parameters.flag,
  videoCodecs: Parameters.words,
  mediaRegion: Parameters.word,
  recordingRules: Parameters.rules,
  transcriptionsConfiguration: Parameters.json,
  audioOnly: Parameters.flag,
  maxParticipantDuration: Parameters.seconds,
  emptyRoomTimeout: Parameters.minutes,
  unusedRoomTimeout: Parameters.minutes,
  largeRoom: Parameters.flag
}

// In the order in which Twilio writes them into page URLs.
const listTable: Parameters.Table<Rooms.ListOptions> = {
  status: Parameters.word,
  uniqueName: Parameters.text,
  dateCreatedAfter: Parameters.date,
  dateCreatedBefore: Parameters.date,
  ...Listing.pageTable
}

const create = Call.make({
  span: "Rooms.create",
  operation: Operations.CreateRoom,
  record: Room.RoomJson,
  form: createTable,
  outcome: Outcome.roomExists
})

const fetch = Call.make({
  span: "Rooms.fetch",
  operation: Operations.FetchRoom,
  record: Room.RoomJson,
  outcome: Outcome.notFound
})

const complete = Call.make({
  span: "Rooms.complete",
  operation: Operations.UpdateRoom,
  record: Room.RoomJson,
  form: { status: Parameters.word },
  outcome: Outcome.either(Outcome.notFound, Outcome.roomNotInProgress)
})

const listing = Listing.make({
  service: "Rooms",
  operation: Operations.ListRoom,
  key: Wire.listKeys.rooms,
  item: Room.RoomJson,
  isSid: Sid.isRoomSid,
  parameters: listTable,
  outcome: Outcome.none
})

export const make = (client: TwilioClient.TwilioClient): Rooms.Service => {
  const { list, stream } = listing(client)

  const completed = { status: "completed" }

  // An attempt without an answer may have completed the room, and then the next is refused. One whose answer can't be
  // read has.
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
    // By name, another room could have come in the place of the one that an attempt without an answer completed.
    complete: (room) =>
      Sid.isRoomSid(room)
        ? completeNow(room)
        : Effect.flatMap(client.retries, (retries) =>
            retries
              ? client.whole(Effect.flatMap(fetch(client, { room }, undefined), ({ sid }) => completeNow(sid)))
              : completeNow(room)
          )
  }
}
