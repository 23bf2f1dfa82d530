/**
 * Type tests of the bulk operations: requirements, errors and outcomes. Compiled by `pnpm check`, never run.
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
  Stream.Stream<Bulk.Disconnected | Participants.AlreadyGone | Bulk.Failed, Failure, Services>
>()

// An anonymization never counts a participant who isn't found as done.
expectTypeOf(Bulk.anonymizeAll("Room")).toEqualTypeOf<
  Stream.Stream<Bulk.Anonymized | Bulk.AlreadyAnonymized | Bulk.Failed, Failure, Services>
>()

expectTypeOf<Bulk.Failed["error"]>().toEqualTypeOf<Failure>()
expectTypeOf<Bulk.Failed["sid"]>().toEqualTypeOf<Option.Option<Sid.ParticipantSid>>()
expectTypeOf<Bulk.Disconnected["sid"]>().toEqualTypeOf<Sid.ParticipantSid>()

expectTypeOf<Bulk.Options["concurrency"]>().toEqualTypeOf<number | "unbounded" | undefined>()
// Anonymization has no exceptions.
expectTypeOf<Parameters<typeof Bulk.anonymizeAll>[1]>().toEqualTypeOf<Bulk.Options | undefined>()
