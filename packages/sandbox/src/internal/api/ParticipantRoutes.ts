/**
 * Twilio's Participants endpoints.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as Rooms from "../engine/Rooms.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Lookup from "./Lookup.ts"
import * as QueryParameter from "./QueryParameter.ts"
import * as Representation from "./Representation.ts"

const statusInvalid = ErrorBody.make(400, 53209, "Participant status is invalid")

const isParticipantStatus = (text: string): text is Participant.KnownStatus => Participant.isKnownStatus(text)

const { operations, parameters } = Wire

const statusFilter = (
  assumptions: Assumptions.Assumptions,
  isRoomCompleted: boolean,
  status: Participant.KnownStatus | undefined
): ((participant: ParticipantRecord) => boolean) => {
  const wanted = status ?? (isRoomCompleted ? "disconnected" : "connected")
  const includesReconnecting =
    wanted === "connected" &&
    (status === undefined ? assumptions.defaultListHasReconnecting : assumptions.connectedListHasReconnecting)
  return (participant) =>
    participant.status === wanted || (includesReconnecting && participant.status === "reconnecting")
}

const list = (context: Endpoint.Context) => {
  const { engine } = context
  const { assumptions } = engine
  return Endpoint.list<ParticipantRecord>(context, operations.ListRoomParticipant, (request) =>
    Result.gen(function* () {
      const room = yield* Lookup.room(engine, request)
      const { search } = request.url
      const text = search.get(parameters.status)
      const expected = "not connected, reconnecting or disconnected"
      const status = yield* QueryParameter.word(assumptions, parameters.status, text, isParticipantStatus, expected)
      const hasStatus = statusFilter(assumptions, room.ended !== undefined, status)
      const filter = search.get(parameters.identity)
      const identity = yield* QueryParameter.filter(assumptions, parameters.identity, filter)
      const created = yield* QueryParameter.createdWithin(assumptions, search, {
        after: assumptions.dateCreatedAfterInclusive,
        before: assumptions.dateCreatedBeforeInclusive
      })
      return {
        key: Wire.listKeys.participants,
        records: room.participants,
        find: (sid: string) => engine.store.findParticipant(room, sid),
        matches: (participant: ParticipantRecord) =>
          hasStatus(participant) &&
          (identity === null || participant.identity === identity || participant.erasedIdentity === identity) &&
          created(participant),
        show: (participant: ParticipantRecord) => Representation.participant(request.representation, participant),
        echo: QueryParameter.echo(search, [
          parameters.status,
          parameters.dateCreatedAfter,
          parameters.dateCreatedBefore,
          parameters.identity
        ])
      }
    })
  )
}

const fetch = (context: Endpoint.Context) =>
  Endpoint.get(context, operations.FetchRoomParticipant, (request) =>
    Result.map(Lookup.participant(context.engine, request), (found) =>
      Representation.participant(request.representation, found)
    )
  )

const updateStatus = (
  engine: RoomEngine,
  found: ParticipantRecord,
  status: string | null
): Result.Result<ParticipantRecord, ErrorBody.ErrorBody> => {
  const { updateOfDisconnected, updateToOtherStatus } = engine.assumptions
  const unchanged = (assumption: "accept" | "refuse") =>
    assumption === "accept" ? Result.succeed(found) : Result.fail(statusInvalid)
  if (status === null) return Result.succeed(found)
  if (status === "connected" || status === "reconnecting") return unchanged(updateToOtherStatus)
  if (status !== "disconnected") return Result.fail(statusInvalid)
  if (found.status === "disconnected") return unchanged(updateOfDisconnected)
  return Result.mapError(Rooms.leave(engine, found), () => statusInvalid)
}

const update = (context: Endpoint.Context) => {
  const { engine } = context
  return Endpoint.post(context, operations.UpdateRoomParticipant, {
    find: (request) => Lookup.participant(engine, request),
    change: (found, { fields }, request) =>
      Result.gen(function* () {
        yield* Lookup.allowChange(engine, request, found, engine.assumptions.updateInCompletedRoom)
        const updated = yield* updateStatus(engine, found, fields.get(parameters.status))
        return Representation.participant(request.representation, updated)
      })
  })
}

const anonymize = (context: Endpoint.Context) => {
  const { engine } = context
  const { anonymizeInCompletedRoom, anonymizeOfConnected } = engine.assumptions
  return Endpoint.post(context, operations.UpdateRoomParticipantAnonymize, {
    find: (request) => Lookup.participant(engine, request),
    takesNoForm: true,
    change: (found, _, request) =>
      Result.gen(function* () {
        yield* Lookup.allowChange(engine, request, found, anonymizeInCompletedRoom)
        if (found.status !== "disconnected" && anonymizeOfConnected === "refuse") {
          return yield* Result.fail(statusInvalid)
        }
        Participants.anonymize(engine, found)
        return Representation.anonymized(request.representation, found)
      })
  })
}

export const make = (context: Endpoint.Context) =>
  [list(context), fetch(context), update(context), anonymize(context)] as const
