/**
 * The Participants contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Wire from "../../VideoWire.ts"
import * as Call from "../operation/Call.ts"
import * as Listing from "../operation/Listing.ts"
import * as Operations from "../wire/Operations.ts"
import * as Outcome from "../wire/Outcome.ts"
import * as Parameters from "../operation/Parameters.ts"
import type * as TwilioClient from "../client/TwilioClient.ts"

// In the order in which Twilio writes them into page URLs.
const listTable: Parameters.Table<Participants.ListOptions> = {
  status: Parameters.word,
  dateCreatedAfter: Parameters.date,
  dateCreatedBefore: Parameters.date,
  identity: Parameters.text,
  ...Listing.pageTable
}

const updateTable: Parameters.Table<Participants.UpdateOptions> = { status: Parameters.word }

const fetchCall = Call.make({
  span: "Participants.fetch",
  operation: Operations.FetchRoomParticipant,
  record: Participant.ParticipantJson,
  outcome: Outcome.notFound
})

const updateCall = Call.make({
  span: "Participants.update",
  operation: Operations.UpdateRoomParticipant,
  record: Participant.ParticipantJson,
  form: updateTable,
  outcome: Outcome.notFound
})

const anonymizeCall = Call.make({
  span: "Participants.anonymize",
  operation: Operations.UpdateRoomParticipantAnonymize,
  record: Participant.AnonymizedParticipantJson,
  outcome: Outcome.notFound
})

const listing = Listing.make({
  service: "Participants",
  operation: Operations.ListRoomParticipant,
  key: Wire.listKeys.participants,
  item: Participant.ParticipantJson,
  isSid: Sid.isParticipantSid,
  parameters: listTable,
  outcome: Outcome.notFound
})

/** The error of a removal that Twilio accepted, and that the record does not show. */
const unchanged = ({ roomSid, sid }: Participant.Participant): Effect.Effect<never, TwilioError.TwilioError> =>
  Effect.fail(
    TwilioError.make(
      new TwilioError.UnexpectedResponse({
        problem: "unchanged",
        message: "The removal was accepted, but the record doesn't say disconnected yet. Read it again later."
      }),
      { method: "POST", path: `/v1/Rooms/${roomSid}/Participants/${sid}` }
    )
  )

export const make = (client: TwilioClient.TwilioClient): Participants.Service => {
  const { list, stream } = listing(client)

  const fetch: Participants.Service["fetch"] = (room, participant) =>
    fetchCall(client, { room, participant }, undefined)

  // An attempt without an answer may have removed the participant, and then the next finds nobody by identity, or may
  // be refused by SID. The record tells. An identity may have older ones, of participants who left before.
  const removed = (room: string, participant: string, applied: boolean, earliest: number) => {
    const isRemoved = ({ endTime, status }: Participant.Participant): boolean =>
      status === "disconnected" && Option.exists(endTime, (ended) => DateTime.toEpochMillis(ended) >= earliest)
    return Sid.isParticipantSid(participant)
      ? Effect.map(fetch(room, participant), (found) =>
          Option.filter(Option.some(found), ({ status }) => applied || status === "disconnected")
        )
      : Effect.map(list({ room }, { status: "disconnected", identity: participant }), ({ items }) =>
          Option.fromNullishOr(items.find(isRemoved))
        )
  }

  const settle =
    (room: string, participant: string): TwilioClient.Settle<Participant.Participant, NotFound.NotFound> =>
    (error, earliest) => {
      const applied = error._tag === "TwilioError" && error.applied === true
      const mayBeRemoved =
        applied ||
        error._tag === "NotFound" ||
        (error.reason._tag === "InvalidRequest" && Sid.isParticipantSid(participant))
      if (!mayBeRemoved) return Effect.fail(error)
      return Effect.flatMap(
        Effect.catchTag(removed(room, participant, applied, earliest), "NotFound", () =>
          Effect.succeed(Option.none<Participant.Participant>())
        ),
        Option.match({ onNone: () => Effect.fail(error), onSome: Effect.succeed })
      )
    }

  const update: Participants.Service["update"] = (room, participant, options) =>
    updateCall(
      client,
      { room, participant },
      options,
      options.status === "disconnected" ? settle(room, participant) : undefined
    )

  const disconnect: Participants.Service["disconnect"] = (room, participant) =>
    update(room, participant, { status: "disconnected" })

  const done = (participant: Participant.Participant): Participants.Disconnection =>
    new Participants.Disconnected({ participant })

  const gone = (participant: Participant.Participant): Participants.Disconnection =>
    new Participants.AlreadyGone({ sid: Option.some(participant.sid), participant: Option.some(participant) })

  const remove = (room: string, participant: string) =>
    Effect.flatMap(disconnect(room, participant), (record) =>
      record.status === "disconnected"
        ? Effect.succeed(done(record))
        : Effect.flatMap(fetch(record.roomSid, record.sid), (after) =>
            after.status === "disconnected" ? Effect.succeed(done(after)) : unchanged(after)
          )
    )

  // An answer to a removal by SID is the same whether the participant was still there, so the record is read first.
  // Twilio may refuse to remove a participant who leaves between the two requests, and its answer may be unreadable:
  // the record tells what has happened.
  const removeBySid = (room: string, sid: string) =>
    Effect.flatMap(fetch(room, sid), (before) =>
      before.status === "disconnected"
        ? Effect.succeed(gone(before))
        : Effect.catchTag(remove(room, sid), "TwilioError", (error) => {
            const { applied = false, reason } = error
            if (!applied && reason._tag !== "InvalidRequest") return Effect.fail(error)
            return Effect.flatMap(
              Effect.catchTag(fetch(room, sid), "TwilioError", () => Effect.fail(error)),
              (after) => {
                if (after.status !== "disconnected") return applied ? unchanged(after) : Effect.fail(error)
                return Effect.succeed(applied ? done(after) : gone(after))
              }
            )
          })
    )

  // A look-up by identity may miss a participant who is reconnecting, and who may be back once those were listed.
  const removeReconnecting = Effect.fnUntraced(function* (room: string, identity: string) {
    const { items, undecodable } = yield* list({ room }, { status: "reconnecting", identity })
    const [unread] = undecodable
    if (unread !== undefined) return yield* unread.error
    const listed = items.find((participant) => participant.identity === identity)
    const { roomSid, sid } = listed ?? (yield* fetch(room, identity))
    return yield* removeBySid(roomSid, sid)
  })

  const ensureDisconnected: Participants.Service["ensureDisconnected"] = (room, participant) =>
    client
      .whole(
        Sid.isParticipantSid(participant)
          ? removeBySid(room, participant)
          : Effect.catchTag(remove(room, participant), "NotFound", () => removeReconnecting(room, participant))
      )
      .pipe(
        Effect.catchTag("NotFound", () => {
          const sid = Option.filter(Option.some(participant), Sid.isParticipantSid)
          return Effect.succeed(new Participants.AlreadyGone({ sid, participant: Option.none() }))
        })
      )

  const anonymizeNow = (room: string, participant: string) => anonymizeCall(client, { room, participant }, undefined)

  // Once done, the identity finds nobody: after an attempt without an answer, that could not be told from nobody having
  // been there.
  const anonymize: Participants.Service["anonymize"] = (room, participant) =>
    Sid.isParticipantSid(participant)
      ? anonymizeNow(room, participant)
      : Effect.flatMap(client.retries, (retries) =>
          retries
            ? client.whole(Effect.flatMap(fetch(room, participant), ({ sid }) => anonymizeNow(room, sid)))
            : anonymizeNow(room, participant)
        )

  return {
    fetch,
    list: (room, options = {}) => list({ room }, options),
    stream: (room, options = {}) => stream({ room }, options),
    update,
    disconnect,
    ensureDisconnected,
    anonymize
  }
}
