/**
 * Finds the room and the participant in a request's path, and checks whether the room allows a change.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import type * as ApiRequest from "./ApiRequest.ts"

const codes = { room: 53106, participant: 53204, other: 20404 } as const

/** Twilio's 404. The message contains the path without the version. */
export const notFound = (
  assumptions: Assumptions.Assumptions,
  path: string,
  resource: keyof typeof codes = "other"
): ErrorBody.ErrorBody => {
  const code = assumptions.notFoundCode === "platform" ? codes.other : codes[resource]
  return ErrorBody.make(404, code, `The requested resource ${path.replace(/^\/v1(?=\/)/u, "")} was not found`)
}

const roomCompleted = ErrorBody.make(400, 53118, "Room completed")

export const missing = (
  { assumptions }: RoomEngine,
  request: ApiRequest.ApiRequest,
  resource?: "room" | "participant"
): Result.Result<never, ErrorBody.ErrorBody> => Result.fail(notFound(assumptions, request.url.path, resource))

export const room = (
  engine: RoomEngine,
  request: ApiRequest.ApiRequest
): Result.Result<RoomRecord, ErrorBody.ErrorBody> => {
  const found = engine.store.findRoom(request.params.room ?? "")
  return found === undefined ? missing(engine, request, "room") : Result.succeed(found)
}

export const participant = (
  engine: RoomEngine,
  request: ApiRequest.ApiRequest
): Result.Result<ParticipantRecord, ErrorBody.ErrorBody> =>
  Result.flatMap(room(engine, request), (room) => {
    const text = request.params.participant ?? ""
    const found = engine.store.findParticipant(room, text)
    return found === undefined ||
      (found.status === "reconnecting" && !Sid.isParticipantSid(text) && !engine.assumptions.identityFindsReconnecting)
      ? missing(engine, request, "participant")
      : Result.succeed(found)
  })

/** Finds a participant for a request about its tracks or rules, a disconnected one only if the assumption allows it. */
export const participantWith = (
  engine: RoomEngine,
  request: ApiRequest.ApiRequest,
  ofDisconnected: "empty" | "found" | "not-found"
): Result.Result<ParticipantRecord, ErrorBody.ErrorBody> =>
  Result.flatMap(participant(engine, request), (found) =>
    found.status === "disconnected" && ofDisconnected === "not-found"
      ? missing(engine, request, "participant")
      : Result.succeed(found)
  )

/** Succeeds if the participant's room is in progress, or the assumption allows the change in a completed room. */
export const allowChange = (
  engine: RoomEngine,
  request: ApiRequest.ApiRequest,
  { room }: ParticipantRecord,
  assumption: Assumptions.InCompletedRoom
): Result.Result<void, ErrorBody.ErrorBody> => {
  if (room.ended === undefined || assumption === "accept") return Result.void
  return assumption === "refuse" ? Result.fail(roomCompleted) : missing(engine, request, "participant")
}
