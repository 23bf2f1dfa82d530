/**
 * Type tests of the contract of subscribed tracks: per operation exactly what it answers and the errors that can
 * happen, and what its options do not take. Compiled by `pnpm check`, never run.
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Page from "@effect-twilio-video/core/Page"
import type * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as Sid from "@effect-twilio-video/core/Sid"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Track = SubscribedTrack.SubscribedTrack
type Service = SubscribedTracks.Service
type Outcomes = NotFound.NotFound | TwilioError.TwilioError

expectTypeOf<Service["fetch"]>().toEqualTypeOf<
  (room: string, participant: string, track: string) => Effect.Effect<Track, Outcomes>
>()
expectTypeOf<Service["list"]>().toEqualTypeOf<
  (room: string, participant: string, options?: Page.ListOptions) => Effect.Effect<Page.Page<Track>, Outcomes>
>()
expectTypeOf<Service["stream"]>().toEqualTypeOf<
  (room: string, participant: string, options?: Page.StreamOptions) => Stream.Stream<Track, Outcomes>
>()
expectTypeOf<keyof Service>().toEqualTypeOf<"fetch" | "list" | "stream">()
expectTypeOf<keyof Page.StreamOptions>().toEqualTypeOf<"pageSize">()
expectTypeOf<keyof Page.ListOptions>().toEqualTypeOf<"pageSize" | "pageToken">()

// Using the service needs the service and nothing else.
const fetched = SubscribedTracks.SubscribedTracks.use((tracks) => tracks.fetch("Room", "Alice", "MT…"))
expectTypeOf(fetched).toEqualTypeOf<Effect.Effect<Track, Outcomes, SubscribedTracks.SubscribedTracks>>()

// Handling an outcome takes it out of the type, and leaves the others.
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

// A kind is open, and still knows the documented ones.
expectTypeOf<"smell">().toExtend<PublishedTrack.Kind>()
expectTypeOf<PublishedTrack.KnownKind>().toEqualTypeOf<"audio" | "video" | "data">()

// What an operation does not take does not compile.
export const refused = SubscribedTracks.SubscribedTracks.use((tracks) => {
  // @ts-expect-error: Twilio filters no tracks.
  void tracks.list("Room", "Alice", { status: "enabled" })
  // @ts-expect-error: nor by kind.
  void tracks.stream("Room", "Alice", { kind: "video" })
  // @ts-expect-error: the names are camelCase here.
  void tracks.list("Room", "Alice", { PageSize: 10 })
  // @ts-expect-error: a stream has no page of its own to start from.
  void tracks.stream("Room", "Alice", { pageToken: "token" })
  // @ts-expect-error: tracks are a participant's.
  void tracks.list("Room")
  // @ts-expect-error: which track?
  return tracks.fetch("Room", "Alice")
})
