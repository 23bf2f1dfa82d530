/**
 * Type tests of the contract: per operation exactly the errors that can happen, and SIDs that no other string passes
 * for. Compiled by `pnpm check`, never run.
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

type Outcomes = NotFound.NotFound | TwilioError.TwilioError
type Service = Participants.Service
type Answer<K extends keyof Service> = ReturnType<Service[K]>

expectTypeOf<Answer<"fetch">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Outcomes>>()
expectTypeOf<Answer<"list">>().toEqualTypeOf<Effect.Effect<Page.Page<Participant.Participant>, Outcomes>>()
expectTypeOf<Answer<"stream">>().toEqualTypeOf<Stream.Stream<Participant.Participant, Outcomes>>()
expectTypeOf<Answer<"update">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Outcomes>>()
expectTypeOf<Answer<"disconnect">>().toEqualTypeOf<Effect.Effect<Participant.Participant, Outcomes>>()
expectTypeOf<Answer<"ensureDisconnected">>().toEqualTypeOf<
  Effect.Effect<Participants.Disconnection, TwilioError.TwilioError>
>()
expectTypeOf<Answer<"anonymize">>().toEqualTypeOf<Effect.Effect<Participant.AnonymizedParticipant, Outcomes>>()
expectTypeOf<keyof Service>().toEqualTypeOf<
  "fetch" | "list" | "stream" | "update" | "disconnect" | "ensureDisconnected" | "anonymize"
>()

// Using the service needs the service and nothing else.
const fetched = Participants.Participants.use((participants) => participants.fetch("Room", "Alice"))
expectTypeOf(fetched).toEqualTypeOf<Effect.Effect<Participant.Participant, Outcomes, Participants.Participants>>()

// Handling an outcome takes it out of the type, and leaves the others.
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

// A SID is a string, and no string or other SID is a SID.
expectTypeOf<Sid.ParticipantSid>().toExtend<string>()
expectTypeOf<string>().not.toExtend<Sid.ParticipantSid>()
expectTypeOf<Sid.RoomSid>().not.toExtend<Sid.ParticipantSid>()
const text: string = "PA"
if (Sid.isParticipantSid(text)) expectTypeOf(text).toExtend<Sid.ParticipantSid>()

// A status is open, and still knows the documented ones.
expectTypeOf<"connected">().toExtend<Participant.Status>()
expectTypeOf<"on-hold">().toExtend<Participant.Status>()
expectTypeOf<Participant.KnownStatus>().toEqualTypeOf<"connected" | "disconnected" | "reconnecting">()

// What an operation does not take does not compile.
export const refused = Participants.Participants.use((participants) => {
  // @ts-expect-error: a removal has no options.
  void participants.disconnect("Room", "Alice", { status: "connected" })
  // @ts-expect-error: a stream has no page of its own to start from.
  void participants.stream("Room", { pageToken: "token" })
  // @ts-expect-error: the names are camelCase here.
  void participants.list("Room", { PageSize: 10 })
  // @ts-expect-error: an update says what to change.
  return participants.update("Room", "Alice", {})
})
