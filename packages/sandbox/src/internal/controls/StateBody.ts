/**
 * The state in requests and responses: read and written record by record, so that neither has to fit into memory as
 * text.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import * as SandboxError from "../../SandboxError.ts"
import * as StateDocument from "../engine/StateDocument.ts"
import { StateReader } from "../engine/StateReader.ts"
import type { Store } from "../engine/Store.ts"
import { JsonPieces, type Piece } from "../wire/JsonPieces.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as ControlEndpoint from "./ControlEndpoint.ts"

export const respond = (store: Store): HttpServerResponse.HttpServerResponse => {
  const chunks = StateDocument.chunks(store)
  // Other requests are processed between two chunks.
  const next = Effect.map(Effect.yieldNow, () => {
    const { done, value } = chunks.next()
    return done === true ? undefined : ([value, undefined] as const)
  })
  return HttpServerResponse.stream(
    Stream.ensuring(
      Stream.unfold(undefined, () => next),
      // A client that goes away leaves chunks behind.
      Effect.sync(() => chunks.return(undefined))
    ),
    { contentType: "application/json" }
  )
}

const readPiece = (reader: StateReader, { json, list }: Piece): void => {
  if (list === "participants") reader.readParticipant(json)
  else if (list === "tracks") reader.readTrack(json)
  else if (list === "rooms") reader.readRoom(json)
  else reader.readDocument(json)
}

/**
 * Reads a state. What follows a problem is received and ignored, since many clients don't read a response before they
 * have sent their request.
 */
export const read = (
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<StateReader, SandboxError.SandboxError> => {
  const pieces = new JsonPieces([["rooms"], ["participants", "tracks"]])
  const reader = new StateReader()
  const attempt = (read: () => void) => {
    if (reader.problem !== undefined) return
    try {
      read()
    } catch {
      reader.problem = SandboxError.make("invalid-request")
    }
  }
  return RequestBody.forEachText(request, (text) => {
    attempt(() => {
      for (const piece of pieces.push(text)) readPiece(reader, piece)
    })
    return pieces.size > RequestBody.maximumControl ? Effect.fail("too-large" as const) : Effect.yieldNow
  }).pipe(
    Effect.mapError(ControlEndpoint.unreadable),
    Effect.map(() => {
      attempt(() => readPiece(reader, pieces.end()))
      return reader
    })
  )
}
