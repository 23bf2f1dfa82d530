/**
 * Twilio's Rooms endpoints: what each answers, from the room engine. Holds no participants.
 */
import * as Room from "@effect-twilio-video/core/Room"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type * as SandboxError from "../../SandboxError.ts"
import type { Endpoints } from "./Endpoint.ts"
import * as QueryParameter from "./QueryParameter.ts"
import * as Rooms from "../engine/Rooms.ts"
import type { RoomRecord } from "../engine/Records.ts"
import * as RoomForm from "./RoomForm.ts"
import * as Representation from "./Representation.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

const roomExists = ErrorBody.make(400, 53113, "Room exists")

const roomNameInvalid = ErrorBody.make(400, 53100, "Room name is invalid")

const statusInvalid = ErrorBody.make(400, 53112, "Status is invalid")

const refusal = (error: SandboxError.SandboxError): ErrorBody.ErrorBody =>
  error.problem === "room-exists" ? roomExists : roomNameInvalid

const isRoomStatus = (text: string): text is Room.KnownStatus => Room.isKnownStatus(text)

const { operations, parameters } = Wire

export const make = (endpoints: Endpoints) => {
  const { assumptions, engine } = endpoints
  return [
    endpoints.post(operations.CreateRoom, {
      find: () => Result.void,
      readsMalformed: true,
      change: (_, form, { frame }) =>
        Result.flatMap(RoomForm.parse(assumptions, form), ({ settings, uniqueName }) =>
          Result.mapBoth(Rooms.open(engine, uniqueName, settings), {
            onSuccess: (room) => Representation.room(frame, room),
            onFailure: refusal
          })
        )
    }),
    endpoints.list<RoomRecord>(operations.ListRoom, ({ frame, url: { search } }) =>
      Result.gen(function* () {
        const text = search.get(parameters.status)
        const problem = "not in-progress, completed or failed"
        const status =
          (yield* QueryParameter.word(assumptions, parameters.status, text, isRoomStatus, problem)) ?? "in-progress"
        const name = search.get(parameters.uniqueName)
        const uniqueName = yield* QueryParameter.filter(assumptions, parameters.uniqueName, name)
        // Documented for rooms: "on or after", and "before".
        const created = yield* QueryParameter.createdWithin(assumptions, search, { after: true, before: false })
        return {
          key: Wire.listKeys.rooms,
          records: engine.store.roomsInOrder,
          find: (sid: string) => engine.store.rooms.get(sid),
          matches: (room: RoomRecord) =>
            (room.ended === undefined ? "in-progress" : "completed") === status &&
            (uniqueName === null || (room.uniqueName ?? room.sid) === uniqueName) &&
            created(room),
          show: (room: RoomRecord) => Representation.room(frame, room),
          echo: QueryParameter.echo(search, [
            parameters.status,
            parameters.uniqueName,
            parameters.dateCreatedAfter,
            parameters.dateCreatedBefore
          ])
        }
      })
    ),
    endpoints.get(operations.FetchRoom, (request) =>
      Result.map(endpoints.room(request), (room) => Representation.room(request.frame, room))
    ),
    endpoints.post(operations.UpdateRoom, {
      find: (request) => endpoints.room(request),
      change: (room, { fields }, { frame }) =>
        fields.get(parameters.status) === "completed"
          ? Result.mapBoth(Rooms.complete(engine, room), {
              onSuccess: (room) => Representation.room(frame, room),
              onFailure: () => statusInvalid
            })
          : Result.fail(statusInvalid)
    })
  ] as const
}
