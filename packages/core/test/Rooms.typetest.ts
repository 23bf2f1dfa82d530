/**
 * Type tests of the operations on rooms: exact results, errors and requirements, and rejected options. Compiled by
 * `pnpm check`, never run.
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

// An accessor requires the service and nothing else.
const created = Rooms.create({ uniqueName: "Room" })
expectTypeOf(created).toEqualTypeOf<Effect.Effect<Room.Room, Rooms.RoomExists | TwilioError.TwilioError, Rooms.Rooms>>()

// Handling an error removes it from the type.
const found = created.pipe(Effect.catchTag("RoomExists", (error) => Effect.succeed(error.code)))
expectTypeOf<Effect.Error<typeof found>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof found>>().toEqualTypeOf<Room.Room | number | undefined>()

const completed = Rooms.complete("Room")
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

// Keywords may be any string, and editors complete the documented ones.
expectTypeOf<"on-hold">().toExtend<Room.Status>()
expectTypeOf<Room.KnownStatus>().toEqualTypeOf<"in-progress" | "completed" | "failed">()
expectTypeOf<"hall">().toExtend<Room.Type>()
expectTypeOf<Room.KnownType>().toEqualTypeOf<"group" | "go" | "peer-to-peer" | "group-small">()

// Every option may be missing or undefined.
expectTypeOf<{ [K in keyof Rooms.CreateOptions]-?: undefined }>().toExtend<Rooms.CreateOptions>()
expectTypeOf<{ [K in keyof Rooms.ListOptions]-?: undefined }>().toExtend<Rooms.ListOptions>()
expectTypeOf<Exclude<keyof Rooms.ListOptions, keyof Rooms.Filters>>().toEqualTypeOf<"pageToken">()

export const accepted = [
  Rooms.create({
    videoCodecs: ["VP8", "H264"],
    statusCallbackMethod: "GET",
    recordingRules: [SubscribeRule.include({ all: true })],
    transcriptionsConfiguration: { languageCode: "en-US", terms: ["one", 2, null, { deep: true }] },
    emptyRoomTimeout: "5 minutes",
    maxParticipantDuration: 600_000
  })
]

// Invalid arguments do not compile.
export const refused = [
  // @ts-expect-error: the list must not be empty.
  Rooms.create({ videoCodecs: [] }),
  // @ts-expect-error: Twilio has two codecs.
  Rooms.create({ videoCodecs: ["AV1"] }),
  // @ts-expect-error: the list must not be empty.
  Rooms.create({ recordingRules: [] }),
  // @ts-expect-error: this legacy option isn't supported.
  Rooms.create({ enableTurn: true }),
  // @ts-expect-error: options are camelCase.
  Rooms.create({ UniqueName: "Room" }),
  // @ts-expect-error: the method is GET or POST.
  Rooms.create({ statusCallbackMethod: "PUT" }),
  // @ts-expect-error: a duration in words has a unit.
  Rooms.create({ emptyRoomTimeout: "5" }),
  // @ts-expect-error: JSON has no functions.
  Rooms.create({ transcriptionsConfiguration: { terms: () => "one" } }),
  // @ts-expect-error: a count is a number.
  Rooms.create({ maxParticipants: "2" }),
  // @ts-expect-error: a stream always starts with the first page.
  Rooms.stream({ pageToken: "token" }),
  // @ts-expect-error: Twilio has no such filter.
  Rooms.list({ type: "group" }),
  // @ts-expect-error: a completion has no options.
  Rooms.complete("Room", { status: "in-progress" }),
  // @ts-expect-error: the room is required.
  Rooms.fetch()
]
