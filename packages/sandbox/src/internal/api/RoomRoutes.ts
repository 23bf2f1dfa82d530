/**
 * Twilio's Rooms endpoints.
 */
import * as Room from "@effect-twilio-video/core/Room"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type { RoomRecord } from "../engine/Records.ts"
import * as Rooms from "../engine/Rooms.ts"
import * as Selection from "../engine/Selection.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Lookup from "./Lookup.ts"
import * as QueryParameter from "./QueryParameter.ts"
import * as Representation from "./Representation.ts"
import * as RoomForm from "./RoomForm.ts"

const roomExists = ErrorBody.make(400, 53113, "Room exists")

const roomNameInvalid = ErrorBody.make(400, 53100, "Room name is invalid")

const statusInvalid = ErrorBody.make(400, 53112, "Status is invalid")

const isRoomStatus = (text: string): text is Room.KnownStatus => Room.isKnownStatus(text)

const { operations, parameters } = Wire

const create = (context: Endpoint.Context) =>
  Endpoint.post(context, operations.CreateRoom, {
    find: () => Result.void,
    readsMalformed: true,
    change: (_, form, { representation }) =>
      Result.flatMap(RoomForm.parse(context.engine.assumptions, form), ({ settings, uniqueName }) =>
        Result.mapBoth(Rooms.open(context.engine, uniqueName, settings), {
          onSuccess: (room) => Representation.room(representation, room),
          onFailure: ({ problem }) => (problem === "room-exists" ? roomExists : roomNameInvalid)
        })
      )
  })

const list = (context: Endpoint.Context) => {
  const { engine } = context
  const { assumptions } = engine
  return Endpoint.list<RoomRecord>(context, operations.ListRoom, ({ representation, url: { search } }) =>
    Result.gen(function* () {
      const text = search.get(parameters.status)
      const expected = "not in-progress, completed or failed"
      const status = yield* QueryParameter.word(assumptions, parameters.status, text, isRoomStatus, expected)
      const name = search.get(parameters.uniqueName)
      const uniqueName = yield* QueryParameter.filter(assumptions, parameters.uniqueName, name)
      // Documented for rooms: "on or after", and "before".
      const created = yield* QueryParameter.createdWithin(assumptions, search, { after: true, before: false })
      return {
        key: Wire.listKeys.rooms,
        // Rooms that were created before and after the clock was set back aren't in order of their times.
        records: Selection.filter(engine.store.roomIndex.select(status ?? "in-progress", uniqueName), (room) => {
          const second = QueryParameter.secondOf(room)
          return created.from <= second && second < created.to
        }),
        find: (sid: string) => engine.store.rooms.get(sid),
        show: (room: RoomRecord) => Representation.room(representation, room),
        echo: QueryParameter.echo(search, [
          parameters.status,
          parameters.uniqueName,
          parameters.dateCreatedAfter,
          parameters.dateCreatedBefore
        ])
      }
    })
  )
}

const fetch = (context: Endpoint.Context) =>
  Endpoint.get(context, operations.FetchRoom, (request) =>
    Result.map(Lookup.room(context.engine, request), (room) => Representation.room(request.representation, room))
  )

const update = (context: Endpoint.Context) =>
  Endpoint.post(context, operations.UpdateRoom, {
    find: (request) => Lookup.room(context.engine, request),
    change: (room, { fields }, { representation }) =>
      fields.get(parameters.status) === "completed"
        ? Result.mapBoth(Rooms.complete(context.engine, room), {
            onSuccess: (room) => Representation.room(representation, room),
            onFailure: () => statusInvalid
          })
        : Result.fail(statusInvalid)
  })

export const make = (context: Endpoint.Context) =>
  [create(context), list(context), fetch(context), update(context)] as const
