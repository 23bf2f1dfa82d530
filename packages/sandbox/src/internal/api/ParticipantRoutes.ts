/**
 * Twilio's Participants endpoints.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as Rooms from "../engine/Rooms.ts"
import * as Selection from "../engine/Selection.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Lookup from "./Lookup.ts"
import * as QueryParameter from "./QueryParameter.ts"
import * as Representation from "./Representation.ts"

const statusInvalid = ErrorBody.make(400, 53209, "Participant status is invalid")

const isParticipantStatus = (text: string): text is Participant.KnownStatus => Participant.isKnownStatus(text)

const { operations, parameters } = Wire

interface Filters {
  readonly status: Participant.KnownStatus | undefined
  readonly identity: string | undefined
  readonly created: QueryParameter.Period
}

const select = (
  assumptions: Assumptions.Assumptions,
  { ended, participants, roster }: RoomRecord,
  { created, identity, status }: Filters
): Selection.Selection<ParticipantRecord> => {
  const wanted = status ?? (ended === undefined ? "connected" : "disconnected")
  const includesReconnecting =
    wanted === "connected" &&
    (status === undefined ? assumptions.defaultListHasReconnecting : assumptions.connectedListHasReconnecting)
  const found = roster.select(wanted, identity)
  return Selection.within(
    includesReconnecting ? Selection.union(found, roster.select("reconnecting", identity)) : found,
    // Participants are in order of joining.
    Selection.firstIndex(participants, (participant) => QueryParameter.secondOf(participant) >= created.from),
    Selection.firstIndex(participants, (participant) => QueryParameter.secondOf(participant) >= created.to)
  )
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
      const filter = search.get(parameters.identity)
      const identity = yield* QueryParameter.filter(assumptions, parameters.identity, filter)
      const created = yield* QueryParameter.createdWithin(assumptions, search, {
        after: assumptions.dateCreatedAfterInclusive,
        before: assumptions.dateCreatedBeforeInclusive
      })
      return {
        key: Wire.listKeys.participants,
        records: select(assumptions, room, { status, identity, created }),
        find: (sid: string) => engine.store.findParticipant(room, sid),
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
  const { assumptions } = engine
  return Endpoint.post(context, operations.UpdateRoomParticipantAnonymize, {
    find: (request) => Lookup.participant(engine, request),
    takesNoForm: true,
    change: (found, _, request) =>
      Result.gen(function* () {
        yield* Lookup.allowChange(engine, request, found, assumptions.anonymizeInCompletedRoom)
        if (found.status !== "disconnected" && assumptions.anonymizeOfConnected === "refuse") {
          return yield* Result.fail(statusInvalid)
        }
        Participants.anonymize(engine, found)
        return Representation.anonymized(request.representation, found)
      })
  })
}

export const make = (context: Endpoint.Context) =>
  [list(context), fetch(context), update(context), anonymize(context)] as const
