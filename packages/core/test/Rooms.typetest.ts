/**
 * Type tests of the contract of rooms: per operation exactly what it answers and the errors that can happen, and what
 * its options do not take. Compiled by `pnpm check`, never run.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import type * as Room from "@effect-twilio-video/core/Room"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as Sid from "@effect-twilio-video/core/Sid"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Service = Rooms.Service

expectTypeOf<Service["create"]>().toEqualTypeOf<
  (options?: Rooms.CreateOptions) => Effect.Effect<Room.Room, Rooms.RoomExists | TwilioError.TwilioError>
>()
expectTypeOf<Service["fetch"]>().toEqualTypeOf<
  (room: string) => Effect.Effect<Room.Room, NotFound.NotFound | TwilioError.TwilioError>
>()
expectTypeOf<Service["list"]>().toEqualTypeOf<
  (options?: Rooms.ListOptions) => Effect.Effect<Page.Page<Room.Room>, TwilioError.TwilioError>
>()
expectTypeOf<Service["stream"]>().toEqualTypeOf<
  (options?: Rooms.Filters) => Stream.Stream<Room.Room, TwilioError.TwilioError>
>()
expectTypeOf<Service["complete"]>().toEqualTypeOf<
  (room: string) => Effect.Effect<Room.Room, NotFound.NotFound | Rooms.RoomNotInProgress | TwilioError.TwilioError>
>()
expectTypeOf<keyof Service>().toEqualTypeOf<"create" | "fetch" | "list" | "stream" | "complete">()

// Using the service needs the service and nothing else.
const created = Rooms.Rooms.use((rooms) => rooms.create({ uniqueName: "Room" }))
expectTypeOf(created).toEqualTypeOf<Effect.Effect<Room.Room, Rooms.RoomExists | TwilioError.TwilioError, Rooms.Rooms>>()

// Handling an outcome takes it out of the type, and leaves the others.
const found = created.pipe(Effect.catchTag("RoomExists", (error) => Effect.succeed(error.code)))
expectTypeOf<Effect.Error<typeof found>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof found>>().toEqualTypeOf<Room.Room | number | undefined>()

const completed = Rooms.Rooms.use((rooms) => rooms.complete("Room"))
const over = completed.pipe(Effect.catchTag("RoomNotInProgress", () => Effect.succeed("over" as const)))
expectTypeOf<Effect.Error<typeof over>>().toEqualTypeOf<NotFound.NotFound | TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof over>>().toEqualTypeOf<Room.Room | "over">()
const done = over.pipe(Effect.catchTags({ NotFound: () => Effect.void, TwilioError: () => Effect.void }))
expectTypeOf<Effect.Error<typeof done>>().toEqualTypeOf<never>()

// The record's members.
expectTypeOf<Room.Room["sid"]>().toEqualTypeOf<Sid.RoomSid>()
expectTypeOf<Room.Room["accountSid"]>().toEqualTypeOf<Option.Option<Sid.AccountSid>>()
expectTypeOf<Room.Room["url"]>().toEqualTypeOf<Option.Option<string>>()
expectTypeOf<Room.Room["status"]>().toEqualTypeOf<Room.Status>()
expectTypeOf<Room.Room["type"]>().toEqualTypeOf<Room.Type>()
expectTypeOf<Room.Room["dateCreated"]>().toEqualTypeOf<DateTime.Utc>()
expectTypeOf<Room.Room["endTime"]>().toEqualTypeOf<Option.Option<DateTime.Utc>>()
expectTypeOf<Room.Room["duration"]>().toEqualTypeOf<Option.Option<Duration.Duration>>()
expectTypeOf<Room.Room["emptyRoomTimeout"]>().toEqualTypeOf<Option.Option<Duration.Duration>>()
expectTypeOf<Room.Room["maxParticipants"]>().toEqualTypeOf<Option.Option<number>>()
expectTypeOf<Room.Room["videoCodecs"]>().toEqualTypeOf<ReadonlyArray<string>>()
expectTypeOf<Room.Room["links"]>().toEqualTypeOf<{ readonly [name: string]: string }>()

// Words are open, and still know the documented ones.
expectTypeOf<"on-hold">().toExtend<Room.Status>()
expectTypeOf<Room.KnownStatus>().toEqualTypeOf<"in-progress" | "completed" | "failed">()
expectTypeOf<"hall">().toExtend<Room.Type>()
expectTypeOf<Room.KnownType>().toEqualTypeOf<"group" | "go" | "peer-to-peer" | "group-small">()

// Every option may be left out, and be undefined.
expectTypeOf<{ [K in keyof Rooms.CreateOptions]-?: undefined }>().toExtend<Rooms.CreateOptions>()
expectTypeOf<{ [K in keyof Rooms.ListOptions]-?: undefined }>().toExtend<Rooms.ListOptions>()
expectTypeOf<Exclude<keyof Rooms.ListOptions, keyof Rooms.Filters>>().toEqualTypeOf<"pageToken">()

// What an operation takes, and what it does not.
export const refused = Rooms.Rooms.use((rooms) => {
  void rooms.create({
    videoCodecs: ["VP8", "H264"],
    statusCallbackMethod: "GET",
    recordingRules: [SubscribeRule.include({ all: true })],
    transcriptionsConfiguration: { languageCode: "en-US", terms: ["one", 2, null, { deep: true }] },
    emptyRoomTimeout: "5 minutes",
    maxParticipantDuration: 600_000
  })
  // @ts-expect-error: a room has at least one codec, or Twilio's choice.
  void rooms.create({ videoCodecs: [] })
  // @ts-expect-error: Twilio knows two codecs.
  void rooms.create({ videoCodecs: ["AV1"] })
  // @ts-expect-error: there is at least one recording rule, or Twilio's choice.
  void rooms.create({ recordingRules: [] })
  // @ts-expect-error: there is no such option; Twilio takes it to be true.
  void rooms.create({ enableTurn: true })
  // @ts-expect-error: the names are camelCase here.
  void rooms.create({ UniqueName: "Room" })
  // @ts-expect-error: Twilio calls back with GET or POST.
  void rooms.create({ statusCallbackMethod: "PUT" })
  // @ts-expect-error: a duration says its unit.
  void rooms.create({ emptyRoomTimeout: "5" })
  // @ts-expect-error: JSON has no functions.
  void rooms.create({ transcriptionsConfiguration: { terms: () => "one" } })
  // @ts-expect-error: a count is a number.
  void rooms.create({ maxParticipants: "2" })
  // @ts-expect-error: a stream has no page of its own to start from.
  void rooms.stream({ pageToken: "token" })
  // @ts-expect-error: rooms have no such filter.
  void rooms.list({ type: "group" })
  // @ts-expect-error: a completed room is completed and nothing else.
  void rooms.complete("Room", { status: "in-progress" })
  // @ts-expect-error: a room is named.
  return rooms.fetch()
})
