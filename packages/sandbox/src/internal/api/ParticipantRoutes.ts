/**
 * Twilio's Participants endpoints: what each answers, from the room engine. Holds no tracks and no rules.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type { Answer, Endpoints } from "./Endpoint.ts"
import * as QueryParameter from "./QueryParameter.ts"
import * as Rooms from "../engine/Rooms.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord } from "../engine/Records.ts"
import * as Representation from "./Representation.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

const statusInvalid = ErrorBody.make(400, 53209, "Participant status is invalid")

const isParticipantStatus = (text: string): text is Participant.KnownStatus => Participant.isKnownStatus(text)

const { operations, parameters } = Wire

export const make = (endpoints: Endpoints) => {
  const { assumptions, engine } = endpoints

  const statusFilter = (
    completed: boolean,
    status: Participant.KnownStatus | undefined
  ): ((participant: ParticipantRecord) => boolean) => {
    const wanted = status ?? (completed ? "disconnected" : "connected")
    const reconnectingToo =
      wanted === "connected" &&
      (status === undefined ? assumptions.defaultListHasReconnecting : assumptions.connectedListHasReconnecting)
    return (participant) => participant.status === wanted || (reconnectingToo && participant.status === "reconnecting")
  }

  const updated = (found: ParticipantRecord, status: string | null): Answer<ParticipantRecord> => {
    const unchanged = (allowed: boolean) => (allowed ? Result.succeed(found) : Result.fail(statusInvalid))
    if (status === null) return Result.succeed(found)
    if (status === "connected" || status === "reconnecting") {
      return unchanged(assumptions.updateToOtherStatus === "accept")
    }
    if (status !== "disconnected") return Result.fail(statusInvalid)
    if (found.status === "disconnected") return unchanged(assumptions.updateOfDisconnected === "accept")
    return Result.mapError(Rooms.leave(engine, found), () => statusInvalid)
  }

  return [
    endpoints.list<ParticipantRecord>(operations.ListRoomParticipant, (request) =>
      Result.gen(function* () {
        const room = yield* endpoints.room(request)
        const { search } = request.url
        const problem = "not connected, reconnecting or disconnected"
        const text = search.get(parameters.status)
        const status = yield* QueryParameter.word(assumptions, parameters.status, text, isParticipantStatus, problem)
        const ofStatus = statusFilter(room.ended !== undefined, status)
        const who = search.get(parameters.identity)
        const identity = yield* QueryParameter.filter(assumptions, parameters.identity, who)
        const created = yield* QueryParameter.createdWithin(assumptions, search, {
          after: assumptions.dateCreatedAfterInclusive,
          before: assumptions.dateCreatedBeforeInclusive
        })
        return {
          key: Wire.listKeys.participants,
          records: room.participants,
          find: (sid: string) => engine.store.findParticipant(room, sid),
          matches: (participant: ParticipantRecord) =>
            ofStatus(participant) &&
            (identity === null || participant.identity === identity || participant.erasedIdentity === identity) &&
            created(participant),
          show: (participant: ParticipantRecord) => Representation.participant(request.frame, participant),
          echo: QueryParameter.echo(search, [
            parameters.status,
            parameters.dateCreatedAfter,
            parameters.dateCreatedBefore,
            parameters.identity
          ])
        }
      })
    ),
    endpoints.get(operations.FetchRoomParticipant, (request) =>
      Result.map(endpoints.participant(request), (found) => Representation.participant(request.frame, found))
    ),
    endpoints.post(operations.UpdateRoomParticipant, {
      find: (request) => endpoints.participant(request),
      change: (found, { fields }, request) =>
        Result.gen(function* () {
          yield* endpoints.inRoom(request, found, assumptions.updateInCompletedRoom)
          const after = yield* updated(found, fields.get(parameters.status))
          return Representation.participant(request.frame, after)
        })
    }),
    endpoints.post(operations.UpdateRoomParticipantAnonymize, {
      find: (request) => endpoints.participant(request),
      takesNoForm: true,
      change: (found, _, request) =>
        Result.gen(function* () {
          yield* endpoints.inRoom(request, found, assumptions.anonymizeInCompletedRoom)
          if (found.status !== "disconnected" && assumptions.anonymizeOfConnected === "refuse") {
            return yield* Result.fail(statusInvalid)
          }
          Participants.anonymize(engine, found)
          return Representation.anonymized(request.frame, found)
        })
    })
  ] as const
}
