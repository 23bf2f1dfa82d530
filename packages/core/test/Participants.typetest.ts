/**
 * Type tests of the operations on participants: exact results, errors and requirements, and the branded SIDs. Compiled
 * by `pnpm check`, never run.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Failure = NotFound.NotFound | TwilioError.TwilioError
type Service = Participants.Service
type Result<K extends keyof Service> = ReturnType<Service[K]>

expectTypeOf<Result<"fetch">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Failure>>()
expectTypeOf<Result<"list">>().toEqualTypeOf<Effect.Effect<Page.Page<Participant.Participant>, Failure>>()
expectTypeOf<Result<"stream">>().toEqualTypeOf<Stream.Stream<Participant.Participant, Failure>>()
expectTypeOf<Result<"update">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Failure>>()
expectTypeOf<Result<"disconnect">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Failure>>()
expectTypeOf<Result<"ensureDisconnected">>().toEqualTypeOf<
  Effect.Effect<Participants.Disconnection, TwilioError.TwilioError>
>()
expectTypeOf<Result<"anonymize">>().toEqualTypeOf<Effect.Effect<Participant.AnonymizedParticipant, Failure>>()
expectTypeOf<keyof Service>().toEqualTypeOf<
  "fetch" | "list" | "stream" | "update" | "disconnect" | "ensureDisconnected" | "anonymize"
>()

// An accessor requires the service and nothing else.
const fetched = Participants.fetch("Room", "Alice")
expectTypeOf(fetched).toEqualTypeOf<Effect.Effect<Participant.Participant, Failure, Participants.Participants>>()

// Handling an error removes it from the type.
const handled = fetched.pipe(Effect.catchTag("NotFound", (error) => Effect.succeed(error.lookup)))
expectTypeOf<Effect.Error<typeof handled>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof handled>>().toEqualTypeOf<Participant.Participant | "sid" | "name" | "identity">()
expectTypeOf<TwilioError.TwilioError["reason"]["_tag"]>().toEqualTypeOf<
  | "InvalidArgument"
  | "InvalidRequest"
  | "Unauthorized"
  | "Forbidden"
  | "RateLimited"
  | "Unavailable"
  | "TransportFailed"
  | "TimedOut"
  | "UnexpectedResponse"
>()

const caught = fetched.pipe(
  Effect.catchReason("TwilioError", "RateLimited", (reason, error) => {
    expectTypeOf(reason.retryAfter).toEqualTypeOf<Option.Option<Duration.Duration>>()
    expectTypeOf(error.status).toEqualTypeOf<number | undefined>()
    return Effect.succeed("later")
  })
)
expectTypeOf<Effect.Success<typeof caught>>().toEqualTypeOf<Participant.Participant | string>()

// The record's members.
expectTypeOf<Participant.Participant["sid"]>().toEqualTypeOf<Sid.ParticipantSid>()
expectTypeOf<Participant.Participant["roomSid"]>().toEqualTypeOf<Sid.RoomSid>()
expectTypeOf<Participant.Participant["dateCreated"]>().toEqualTypeOf<DateTime.Utc>()
expectTypeOf<Participant.Participant["endTime"]>().toEqualTypeOf<Option.Option<DateTime.Utc>>()
expectTypeOf<Participant.Participant["duration"]>().toEqualTypeOf<Option.Option<Duration.Duration>>()
expectTypeOf<Participant.Participant["status"]>().toEqualTypeOf<Participant.Status>()
expectTypeOf<Participant.AnonymizedParticipant>().not.toHaveProperty("links")

// A SID is a string, but a string or another SID is not this SID.
expectTypeOf<Sid.ParticipantSid>().toExtend<string>()
expectTypeOf<string>().not.toExtend<Sid.ParticipantSid>()
expectTypeOf<Sid.RoomSid>().not.toExtend<Sid.ParticipantSid>()
const text: string = "PA"
if (Sid.isParticipantSid(text)) expectTypeOf(text).toExtend<Sid.ParticipantSid>()

// A status may be any string, and editors complete the documented ones.
expectTypeOf<"connected">().toExtend<Participant.Status>()
expectTypeOf<"on-hold">().toExtend<Participant.Status>()
expectTypeOf<Participant.KnownStatus>().toEqualTypeOf<"connected" | "disconnected" | "reconnecting">()

// Invalid arguments do not compile.
export const refused = [
  // @ts-expect-error: a removal has no options.
  Participants.disconnect("Room", "Alice", { status: "connected" }),
  // @ts-expect-error: a stream always starts with the first page.
  Participants.stream("Room", { pageToken: "token" }),
  // @ts-expect-error: options are camelCase.
  Participants.list("Room", { PageSize: 10 }),
  // @ts-expect-error: an update needs a status.
  Participants.update("Room", "Alice", {})
]
