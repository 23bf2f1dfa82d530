/**
 * The Participants contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as AnonymizedParticipant from "@effect-twilio-video/core/AnonymizedParticipant"
import * as Disconnection from "@effect-twilio-video/core/Disconnection"
import * as Participant from "@effect-twilio-video/core/Participant"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Participants from "@effect-twilio-video/core/Participants"
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Wire from "../VideoWire.ts"
import * as Call from "./Call.ts"
import * as Listing from "./Listing.ts"
import * as Operations from "./Operations.ts"
import * as Outcome from "./Outcome.ts"
import * as Parameters from "./Parameters.ts"
import type * as TwilioClient from "./TwilioClient.ts"

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
  record: AnonymizedParticipant.AnonymizedParticipantJson,
  outcome: Outcome.notFound
})

const listing = Listing.make({
  service: "Participants",
  operation: Operations.ListRoomParticipant,
  key: Wire.listKeys.participants,
  item: Participant.ParticipantJson,
  parameters: listTable,
  outcome: Outcome.notFound
})

/** How far Twilio's clock may be behind. */
const clockSkewMillis = 60_000

const isGone = (error: NotFound.NotFound | TwilioError.TwilioError): boolean =>
  error._tag === "NotFound" || error.reason._tag === "InvalidRequest"

export const make = (client: TwilioClient.TwilioClient): Participants.Service => {
  const { list, stream } = listing(client)

  const fetch: Participants.Service["fetch"] = (room, participant) =>
    fetchCall(client, { room, participant }, undefined)

  // An attempt without an answer may have removed the participant, and then the next finds nobody by identity, or may
  // be refused by SID. The record tells.
  const removed = (room: string, participant: string, since: number) => {
    const isRemoved = ({ endTime, status }: Participant.Participant): boolean =>
      status === "disconnected" &&
      Option.exists(endTime, (ended) => DateTime.toEpochMillis(ended) >= since - clockSkewMillis)
    return Sid.isParticipantSid(participant)
      ? Effect.map(fetch(room, participant), (found) =>
          Option.filter(Option.some(found), ({ status }) => status === "disconnected")
        )
      : Effect.map(list({ room }, { status: "disconnected", identity: participant }), ({ items }) =>
          Option.fromNullishOr(items.find(isRemoved))
        )
  }

  const update: Participants.Service["update"] = (room, participant, options) =>
    updateCall(client, { room, participant }, options, (error, since) =>
      options.status === "disconnected" && isGone(error)
        ? Effect.flatMap(
            Effect.catchTag(removed(room, participant, since), "NotFound", () =>
              Effect.succeed(Option.none<Participant.Participant>())
            ),
            Option.match({ onNone: () => Effect.fail(error), onSome: Effect.succeed })
          )
        : Effect.fail(error)
    )

  const disconnect: Participants.Service["disconnect"] = (room, participant) =>
    update(room, participant, { status: "disconnected" })

  const gone = (participant: Option.Option<Participant.Participant>) => new Disconnection.AlreadyGone({ participant })

  const remove = (room: string, participant: string) =>
    Effect.map(
      disconnect(room, participant),
      (participant): Disconnection.Disconnection => new Disconnection.Disconnected({ participant })
    )

  // An answer to a removal by SID is the same whether the participant was still there, so the record is read first.
  // One who leaves between the two requests may make Twilio refuse the second: the record then says that it is done.
  const removeBySid = (room: string, sid: string) =>
    Effect.flatMap(fetch(room, sid), (before) =>
      before.status === "disconnected"
        ? Effect.succeed<Disconnection.Disconnection>(gone(Option.some(before)))
        : Effect.catchReason(remove(room, sid), "TwilioError", "InvalidRequest", (_, error) =>
            Effect.flatMap(fetch(room, sid), (after) =>
              after.status === "disconnected"
                ? Effect.succeed<Disconnection.Disconnection>(gone(Option.some(after)))
                : Effect.fail(error)
            )
          )
    )

  const ensureDisconnected: Participants.Service["ensureDisconnected"] = (room, participant) =>
    Effect.catchTag(
      Sid.isParticipantSid(participant) ? client.whole(removeBySid(room, participant)) : remove(room, participant),
      "NotFound",
      () => Effect.succeed(gone(Option.none()))
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
