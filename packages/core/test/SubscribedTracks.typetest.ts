/**
 * Type tests of the operations on subscribed tracks: exact results, errors and requirements, and rejected options.
 * Compiled by `pnpm check`, never run.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Sid from "@effect-twilio-video/core/Sid"
import type * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Track = SubscribedTrack.SubscribedTrack
type Service = SubscribedTracks.Service
type Failure = NotFound.NotFound | TwilioError.TwilioError

expectTypeOf<Service["fetch"]>().toEqualTypeOf<
  (room: string, participant: string, track: string) => Effect.Effect<Track, Failure>
>()
expectTypeOf<Service["list"]>().toEqualTypeOf<
  (room: string, participant: string, options?: Page.ListOptions) => Effect.Effect<Page.Page<Track>, Failure>
>()
expectTypeOf<Service["stream"]>().toEqualTypeOf<
  (room: string, participant: string, options?: Page.StreamOptions) => Stream.Stream<Track, Failure>
>()
expectTypeOf<keyof Service>().toEqualTypeOf<"fetch" | "list" | "stream">()
expectTypeOf<keyof Page.StreamOptions>().toEqualTypeOf<"pageSize">()
expectTypeOf<keyof Page.ListOptions>().toEqualTypeOf<"pageSize" | "pageToken">()

// An accessor requires the service and nothing else.
const fetched = SubscribedTracks.fetch("Room", "Alice", "MT…")
expectTypeOf(fetched).toEqualTypeOf<Effect.Effect<Track, Failure, SubscribedTracks.SubscribedTracks>>()

// Handling an error removes it from the type.
const handled = fetched.pipe(Effect.catchTag("NotFound", (error) => Effect.succeed(error.resource)))
expectTypeOf<Effect.Error<typeof handled>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Success<typeof handled>>().toEqualTypeOf<
  Track | "room" | "participant" | "published-track" | "subscribed-track"
>()

// The record's members.
expectTypeOf<Track["sid"]>().toEqualTypeOf<Sid.TrackSid>()
expectTypeOf<Track["roomSid"]>().toEqualTypeOf<Sid.RoomSid>()
expectTypeOf<Track["participantSid"]>().toEqualTypeOf<Sid.ParticipantSid>()
expectTypeOf<Track["publisherSid"]>().toEqualTypeOf<Sid.ParticipantSid>()
expectTypeOf<Track["name"]>().toEqualTypeOf<string>()
expectTypeOf<Track["kind"]>().toEqualTypeOf<PublishedTrack.Kind>()
expectTypeOf<Track["enabled"]>().toEqualTypeOf<boolean>()
expectTypeOf<Track["dateCreated"]>().toEqualTypeOf<DateTime.Utc>()
expectTypeOf<Track["dateUpdated"]>().toEqualTypeOf<Option.Option<DateTime.Utc>>()

// A kind may be any string, and editors complete the documented ones.
expectTypeOf<"smell">().toExtend<PublishedTrack.Kind>()
expectTypeOf<PublishedTrack.KnownKind>().toEqualTypeOf<"audio" | "video" | "data">()

// Invalid arguments do not compile.
export const refused = [
  // @ts-expect-error: Twilio has no filters for tracks.
  SubscribedTracks.list("Room", "Alice", { status: "enabled" }),
  // @ts-expect-error: Twilio has no filters for tracks.
  SubscribedTracks.stream("Room", "Alice", { kind: "video" }),
  // @ts-expect-error: options are camelCase.
  SubscribedTracks.list("Room", "Alice", { PageSize: 10 }),
  // @ts-expect-error: a stream always starts with the first page.
  SubscribedTracks.stream("Room", "Alice", { pageToken: "token" }),
  // @ts-expect-error: the participant is required.
  SubscribedTracks.list("Room"),
  // @ts-expect-error: the track is required.
  SubscribedTracks.fetch("Room", "Alice")
]
