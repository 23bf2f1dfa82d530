/**
 * The `Participants` service over HTTP.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as VideoWire from "../../VideoWire.ts"
import * as Operation from "../operation/Operation.ts"
import * as ListOperation from "../operation/ListOperation.ts"
import * as Endpoints from "../wire/Endpoints.ts"
import * as ErrorMapper from "../wire/ErrorMapper.ts"
import * as Parameters from "../operation/Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

// In the order in which Twilio writes them into page URLs.
const listParameters: Parameters.Encoders<Participants.ListOptions> = {
  status: Parameters.keyword,
  dateCreatedAfter: Parameters.date,
  dateCreatedBefore: Parameters.date,
  identity: Parameters.text,
  ...ListOperation.pageParameters
}

const updateParameters: Parameters.Encoders<Participants.UpdateOptions> = { status: Parameters.keyword }

const fetchOperation = Operation.make({
  name: "Participants.fetch",
  endpoint: Endpoints.FetchRoomParticipant,
  decode: Participant.decodeJson,
  mapError: ErrorMapper.notFound
})

const updateOperation = Operation.make({
  name: "Participants.update",
  endpoint: Endpoints.UpdateRoomParticipant,
  decode: Participant.decodeJson,
  form: updateParameters,
  mapError: ErrorMapper.notFound
})

const anonymizeOperation = Operation.make({
  name: "Participants.anonymize",
  endpoint: Endpoints.UpdateRoomParticipantAnonymize,
  decode: Participant.decodeAnonymizedJson,
  mapError: ErrorMapper.notFound
})

const listOperation = ListOperation.make({
  service: "Participants",
  endpoint: Endpoints.ListRoomParticipant,
  key: VideoWire.listKeys.participants,
  decode: Participant.decodeJson,
  isSid: Sid.isParticipantSid,
  parameters: listParameters,
  mapError: ErrorMapper.notFound
})

/** The error of a removal that Twilio accepted but the record doesn't show. */
const unchanged = ({ roomSid, sid }: Participant.Participant): Effect.Effect<never, TwilioError.TwilioError> =>
  Effect.fail(
    TwilioError.make(
      new TwilioError.UnexpectedResponse({
        problem: "unchanged",
        message: "Twilio accepted the removal, but the participant isn't disconnected yet. Fetch the participant later."
      }),
      { method: "POST", path: `/v1/Rooms/${roomSid}/Participants/${sid}` }
    )
  )

const disconnected = (participant: Participant.Participant): Participants.Disconnection =>
  new Participants.Disconnected({ participant })

const alreadyGone = (participant: Participant.Participant): Participants.Disconnection =>
  new Participants.AlreadyGone({ sid: Option.some(participant.sid), participant: Option.some(participant) })

const notThere = (participant: string): Participants.Disconnection =>
  new Participants.AlreadyGone({
    sid: Option.filter(Option.some(participant), Sid.isParticipantSid),
    participant: Option.none()
  })

type Operations = Pick<Participants.Service, "fetch" | "list" | "disconnect">

/**
 * Finds out whether a removal has taken effect. After an attempt without a response has removed the participant, the next
 * one finds no participant by identity, or may be rejected by SID. An identity may have older records, of sessions that
 * ended before.
 */
const confirmRemoval =
  (
    { fetch, list }: Operations,
    room: string,
    participant: string
  ): TwilioClient.Confirm<Participant.Participant, NotFound.NotFound> =>
  (error, earliest) => {
    const applied = error._tag === "TwilioError" && error.applied === true
    const isRemoved = ({ endTime, status }: Participant.Participant): boolean =>
      status === "disconnected" && Option.exists(endTime, (ended) => DateTime.toEpochMillis(ended) >= earliest)
    const mayBeRemoved =
      applied ||
      error._tag === "NotFound" ||
      (error.reason._tag === "InvalidRequest" && Sid.isParticipantSid(participant))
    if (!mayBeRemoved) return Effect.fail(error)
    const removed = Sid.isParticipantSid(participant)
      ? Effect.map(fetch(room, participant), (record) =>
          Option.filter(Option.some(record), ({ status }) => applied || status === "disconnected")
        )
      : Effect.map(list(room, { status: "disconnected", identity: participant }), ({ items }) =>
          Option.fromNullishOr(items.find(isRemoved))
        )
    return Effect.flatMap(
      Effect.catchTag(removed, "NotFound", () => Effect.succeed(Option.none<Participant.Participant>())),
      Option.match({ onNone: () => Effect.fail(error), onSome: Effect.succeed })
    )
  }

const remove = ({ disconnect, fetch }: Operations, room: string, participant: string) =>
  Effect.flatMap(disconnect(room, participant), (record) =>
    record.status === "disconnected"
      ? Effect.succeed(disconnected(record))
      : Effect.flatMap(fetch(record.roomSid, record.sid), (after) =>
          after.status === "disconnected" ? Effect.succeed(disconnected(after)) : unchanged(after)
        )
  )

// A removal by SID has the same response if the participant has already left, so the record is read first. Twilio may
// reject the removal of a participant who leaves between the two requests, and its response may be unreadable: then the
// record is read again.
const removeBySid = (operations: Operations, room: string, sid: string) =>
  Effect.flatMap(operations.fetch(room, sid), (before) =>
    before.status === "disconnected"
      ? Effect.succeed(alreadyGone(before))
      : Effect.catchTag(remove(operations, room, sid), "TwilioError", (error) => {
          const { applied = false, reason } = error
          if (!applied && reason._tag !== "InvalidRequest") return Effect.fail(error)
          return Effect.flatMap(
            Effect.catchTag(operations.fetch(room, sid), "TwilioError", () => Effect.fail(error)),
            (after) => {
              if (after.status !== "disconnected") return applied ? unchanged(after) : Effect.fail(error)
              return Effect.succeed(applied ? disconnected(after) : alreadyGone(after))
            }
          )
        })
  )

// A look-up by identity may miss a participant who is reconnecting. If none is listed as reconnecting either, the
// participant may have reconnected in between.
const removeReconnecting = Effect.fnUntraced(function* (operations: Operations, room: string, identity: string) {
  const { items, undecodable } = yield* operations.list(room, { status: "reconnecting", identity })
  const [unreadable] = undecodable
  if (unreadable !== undefined) return yield* unreadable.error
  const listed = items.find((participant) => participant.identity === identity)
  const { roomSid, sid } = listed ?? (yield* operations.fetch(room, identity))
  return yield* removeBySid(operations, roomSid, sid)
})

export const make = (client: TwilioClient.TwilioClient): Participants.Service => {
  const { list, stream } = listOperation(client)

  const fetch: Participants.Service["fetch"] = (room, participant) =>
    fetchOperation(client, { room, participant }, undefined)

  const update: Participants.Service["update"] = (room, participant, options) =>
    updateOperation(
      client,
      { room, participant },
      options,
      options.status === "disconnected" ? confirmRemoval(operations, room, participant) : undefined
    )

  const operations: Operations = {
    fetch,
    list: (room, options = {}) => list({ room }, options),
    disconnect: (room, participant) => update(room, participant, { status: "disconnected" })
  }

  const anonymizeOnce = (room: string, participant: string) =>
    anonymizeOperation(client, { room, participant }, undefined)

  return {
    ...operations,
    stream: (room, options = {}) => stream({ room }, options),
    update,
    ensureDisconnected: (room, participant) =>
      client
        .withSharedDeadline(
          Sid.isParticipantSid(participant)
            ? removeBySid(operations, room, participant)
            : Effect.catchTag(remove(operations, room, participant), "NotFound", () =>
                removeReconnecting(operations, room, participant)
              )
        )
        .pipe(Effect.catchTag("NotFound", () => Effect.succeed(notThere(participant)))),
    // An anonymized participant isn't found by identity any more. After an attempt without a response, a retry couldn't
    // tell that from a participant who never existed.
    anonymize: (room, participant) =>
      Sid.isParticipantSid(participant)
        ? anonymizeOnce(room, participant)
        : Effect.flatMap(client.retries, (retries) =>
            retries
              ? client.withSharedDeadline(
                  Effect.flatMap(fetch(room, participant), ({ sid }) => anonymizeOnce(room, sid))
                )
              : anonymizeOnce(room, participant)
          )
  }
}
