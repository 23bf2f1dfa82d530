/**
 * The types of the operations on all of a room's participants: what they need, how they fail, which outcomes they have.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as Sid from "@effect-twilio-video/core/Sid"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Failure = NotFound.NotFound | TwilioError.TwilioError
type Services = Participants.Participants | Rooms.Rooms

expectTypeOf(Bulk.disconnectAll("Room")).toEqualTypeOf<
  Stream.Stream<Bulk.Disconnected | Bulk.AlreadyGone | Bulk.Failed, Failure, Services>
>()

// Not found is no success of an erasure.
expectTypeOf(Bulk.anonymizeAll("Room")).toEqualTypeOf<
  Stream.Stream<Bulk.Anonymized | Bulk.AlreadyAnonymized | Bulk.Failed, Failure, Services>
>()

expectTypeOf<Bulk.Failed["error"]>().toEqualTypeOf<Failure>()
expectTypeOf<Bulk.Failed["sid"]>().toEqualTypeOf<Option.Option<Sid.ParticipantSid>>()
expectTypeOf<Bulk.Disconnected["sid"]>().toEqualTypeOf<Sid.ParticipantSid>()

expectTypeOf<Bulk.Options["concurrency"]>().toEqualTypeOf<number | "unbounded" | undefined>()
// Nobody is spared from an erasure.
expectTypeOf<Parameters<typeof Bulk.anonymizeAll>[1]>().toEqualTypeOf<Bulk.Options | undefined>()
