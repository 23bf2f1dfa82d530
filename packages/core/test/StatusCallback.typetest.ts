/**
 * Type tests of status callbacks: exact errors and requirements, and the members of each event. Compiled by `pnpm
 * check`, never run.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import type * as InvalidCredentials from "@effect-twilio-video/core/InvalidCredentials"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as Sid from "@effect-twilio-video/core/Sid"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { expectTypeOf } from "vitest"

type Event = StatusCallbackEvent.StatusCallbackEvent

declare const request: StatusCallback.CallbackRequest

expectTypeOf(StatusCallback.sign({ url: "https://example.com" })).toEqualTypeOf<
  Effect.Effect<string, never, AuthToken.AuthToken>
>()
expectTypeOf(StatusCallback.verify(request)).toEqualTypeOf<
  Effect.Effect<void, StatusCallback.InvalidSignature, AuthToken.AuthToken>
>()
expectTypeOf(StatusCallback.decode({})).toEqualTypeOf<Effect.Effect<Event, StatusCallback.InvalidCallback>>()
expectTypeOf(StatusCallback.receive(request)).toEqualTypeOf<
  Effect.Effect<Event, StatusCallback.InvalidCallback | StatusCallback.InvalidSignature, AuthToken.AuthToken>
>()
expectTypeOf(AuthToken.layer({ authToken: Redacted.make("") })).toEqualTypeOf<
  Layer.Layer<AuthToken.AuthToken, InvalidCredentials.InvalidCredentials>
>()

// The tag determines the members.
expectTypeOf<Event["_tag"]>().toEqualTypeOf<
  | "RoomCreated"
  | "RoomEnded"
  | "ParticipantConnected"
  | "ParticipantDisconnected"
  | "TrackAdded"
  | "TrackRemoved"
  | "TrackEnabled"
  | "TrackDisabled"
  | "RecordingStarted"
  | "RecordingCompleted"
  | "RecordingFailed"
  | "Unknown"
>()

export const describe = (event: Event): string => {
  switch (event._tag) {
    case "ParticipantDisconnected":
      expectTypeOf(event.participantDuration).toEqualTypeOf<Option.Option<Duration.Duration>>()
      expectTypeOf(event.participantSid).toEqualTypeOf<Sid.ParticipantSid>()
      return event.participantIdentity
    case "RoomEnded":
      // @ts-expect-error: a room event has no participant.
      return event.participantIdentity
    case "RecordingCompleted":
      expectTypeOf(event.timestamp).toEqualTypeOf<DateTime.Utc>()
      // @ts-expect-error: a recording event has no room status.
      return event.roomStatus
    case "Unknown":
      expectTypeOf(event.parameters).toEqualTypeOf<Readonly<Record<string, string>>>()
      return event.event
    default:
      return event.roomName
  }
}

export const refused = [
  // @ts-expect-error: a callback is a GET or a POST.
  StatusCallback.verify({ method: "PUT", url: "https://example.com", signature: "" }),
  // @ts-expect-error: the signature header is required, even if it's missing.
  StatusCallback.verify({ method: "GET", url: "https://example.com" }),
  // @ts-expect-error: a token must be Redacted.
  AuthToken.layer({ authToken: "12345" })
]
