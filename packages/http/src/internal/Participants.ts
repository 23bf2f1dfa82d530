/**
 * The Participants contract over HTTP: what each operation sends, and how its answer is decoded.
 */
import * as AnonymizedParticipant from "@effect-twilio-video/core/AnonymizedParticipant"
import * as Disconnection from "@effect-twilio-video/core/Disconnection"
import * as Page from "@effect-twilio-video/core/Page"
import * as Participant from "@effect-twilio-video/core/Participant"
import type * as Participants from "@effect-twilio-video/core/Participants"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Wire from "../ParticipantsWire.ts"
import * as Address from "./Address.ts"
import * as Paging from "./Paging.ts"
import type * as TwilioClient from "./TwilioClient.ts"

const decodeParticipant = Schema.decodeUnknownEffect(Participant.ParticipantJson)

const decodeAnonymized = Schema.decodeUnknownEffect(AnonymizedParticipant.AnonymizedParticipantJson)

const decodeList = Schema.decodeUnknownEffect(
  Schema.Struct({
    [Wire.listKey]: Schema.Array(Participant.ParticipantJson),
    meta: Page.PageMetaJson
  })
)

type Query = Result.Result<string, TwilioError.InvalidArgument>

const text = (argument: string, value: string): Query => {
  // Twilio might take an empty filter for no filter, and answer with everybody.
  if (value === "") return Result.fail(Address.invalid(argument, "is empty"))
  const encoded = Address.encode(value)
  return encoded === undefined
    ? Result.fail(Address.invalid(argument, "is not well-formed Unicode (it has half of a surrogate pair)"))
    : Result.succeed(encoded)
}

const date = (argument: string, value: DateTime.DateTime.Input): Query =>
  Option.match(DateTime.make(value), {
    onNone: () => Result.fail(Address.invalid(argument, "is not a date")),
    onSome: (date) => Result.succeed(encodeURIComponent(TwilioDate.format(date)))
  })

const pageSize = (argument: string, value: number): Query =>
  Number.isInteger(value) && value >= 1 && value <= Wire.pageSize.maximum
    ? Result.succeed(String(value))
    : Result.fail(Address.invalid(argument, `is not a whole number from 1 to ${Wire.pageSize.maximum}`))

// In the order in which Twilio writes them into page URLs.
const listQuery = (options: Participants.ListOptions): Query => {
  const parts: Array<string> = []
  const add = <A>(
    argument: keyof Participants.ListOptions,
    value: A | undefined,
    encode: (argument: string, value: A) => Query
  ) =>
    value === undefined
      ? Result.void
      : Result.map(encode(argument, value), (encoded) => void parts.push(`${Wire.parameters[argument]}=${encoded}`))
  return Result.gen(function* () {
    yield* add("status", options.status, text)
    yield* add("dateCreatedAfter", options.dateCreatedAfter, date)
    yield* add("dateCreatedBefore", options.dateCreatedBefore, date)
    yield* add("identity", options.identity, text)
    yield* add("pageSize", options.pageSize, pageSize)
    yield* add("pageToken", options.pageToken, text)
    return parts.join("&")
  })
}

export const make = (client: TwilioClient.TwilioClient): Participants.Service => {
  const listRequest = (operation: string, room: string, options: Participants.ListOptions) =>
    Result.gen(function* () {
      const address = yield* Address.roomParticipants("GET", room)
      const query = yield* Result.mapError(listQuery(options), (reason) =>
        TwilioError.make(reason, { method: "GET", path: address.shown })
      )
      const texts = options.identity === undefined ? address.texts : [...address.texts, options.identity]
      return {
        operation,
        method: "GET" as const,
        address: { ...address, texts },
        query,
        decode: decodeList
      }
    })

  const fetch: Participants.Service["fetch"] = (room, participant) =>
    Effect.flatMap(Effect.fromResult(Address.participant("GET", room, participant)), (address) =>
      Effect.map(
        client.send({
          operation: "Participants.fetch",
          method: "GET",
          address,
          decode: decodeParticipant
        }),
        (reply) => reply.value
      )
    )

  const update: Participants.Service["update"] = (room, participant, options) =>
    Effect.gen(function* () {
      const address = yield* Effect.fromResult(Address.participant("POST", room, participant))
      const status = yield* Effect.mapError(Effect.fromResult(text("status", options.status)), (reason) =>
        TwilioError.make(reason, { method: "POST", path: address.shown })
      )
      const reply = yield* client.send({
        operation: "Participants.update",
        method: "POST",
        address,
        form: `${Wire.parameters.status}=${status}`,
        decode: decodeParticipant
      })
      return reply.value
    })

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
      Sid.isParticipantSid(participant) ? removeBySid(room, participant) : remove(room, participant),
      "NotFound",
      () => Effect.succeed(gone(Option.none()))
    )

  const list: Participants.Service["list"] = (room, options = {}) =>
    Effect.flatMap(Effect.fromResult(listRequest("Participants.list", room, options)), (request) =>
      Effect.map(client.send(request), ({ value }) => Page.make(value[Wire.listKey], value.meta))
    )

  const stream: Participants.Service["stream"] = (room, options = {}) =>
    Paging.stream(client, {
      first: listRequest("Participants.stream", room, {
        ...options,
        pageSize: options.pageSize ?? Wire.pageSize.maximum
      }),
      items: (value) => value[Wire.listKey],
      meta: (value) => value.meta
    })

  const anonymize: Participants.Service["anonymize"] = (room, participant) =>
    Effect.flatMap(Effect.fromResult(Address.participant("POST", room, participant, "/Anonymize")), (address) =>
      Effect.map(
        client.send({
          operation: "Participants.anonymize",
          method: "POST",
          address,
          decode: decodeAnonymized
        }),
        (reply) => reply.value
      )
    )

  return { fetch, list, stream, update, disconnect, ensureDisconnected, anonymize }
}
