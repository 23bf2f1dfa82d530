/**
 * Decodes and encodes status callback events by a table of each event's parameters. A hand-written table, because with
 * Schema the row "status callback, verified and decoded" of `pnpm size` would be over its budget.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Sid from "../Sid.ts"
import * as StatusCallbackEvent from "../StatusCallbackEvent.ts"
import * as FormFields from "./FormFields.ts"

type Parameters = Readonly<Record<string, string | ReadonlyArray<string>>>

/** A parameter, and what's wrong with it. */
export interface Problem {
  readonly parameter: string
  readonly problem: string
}

/** A field for each member. A parameter's name is the member's, capitalized. */
type Fields<A> = { readonly [K in Exclude<keyof A, "_tag" | "pipe">]-?: FormFields.Field<A[K]> }

const accountSid = FormFields.sid<Sid.AccountSid>("AC")

const roomSid = FormFields.sid<Sid.RoomSid>("RM")

const base: Fields<StatusCallbackEvent.EventBase> = {
  accountSid,
  roomSid,
  roomName: FormFields.text,
  roomType: FormFields.text,
  timestamp: FormFields.date
}

const room: Fields<StatusCallbackEvent.RoomEvent> = {
  ...base,
  roomStatus: FormFields.text,
  sequenceNumber: FormFields.lenient(FormFields.count)
}

const participant: Fields<StatusCallbackEvent.ParticipantEvent> = {
  ...room,
  participantSid: FormFields.sid("PA"),
  participantStatus: FormFields.text,
  participantIdentity: FormFields.text
}

const track: Fields<StatusCallbackEvent.TrackEvent> = {
  ...participant,
  trackSid: FormFields.sid("MT"),
  trackKind: FormFields.text
}

const optionalText = FormFields.optional(FormFields.text)

const optionalSeconds = FormFields.optional(FormFields.seconds)

const recording: Fields<StatusCallbackEvent.RecordingEvent> = {
  ...base,
  recordingSid: FormFields.sid("RT"),
  participantSid: FormFields.sid("PA"),
  sourceSid: FormFields.sid("MT"),
  participantIdentity: optionalText,
  trackName: optionalText,
  recordingUri: optionalText,
  container: optionalText,
  codec: optionalText,
  type: optionalText,
  offsetFromTwilioVideoEpoch: FormFields.optional(FormFields.milliseconds)
}

/** An event's name on the wire, its class and its members. */
interface Entry<E> {
  readonly name: string
  readonly make: new (members: Omit<E, "_tag" | "pipe">) => E
  readonly fields: Fields<E>
}

type Known = StatusCallbackEvent.Known

const entries: { readonly [T in Known["_tag"]]: Entry<Extract<Known, { readonly _tag: T }>> } = {
  RoomCreated: { name: "room-created", make: StatusCallbackEvent.RoomCreated, fields: room },
  RoomEnded: {
    name: "room-ended",
    make: StatusCallbackEvent.RoomEnded,
    fields: { ...room, roomDuration: optionalSeconds }
  },
  ParticipantConnected: {
    name: "participant-connected",
    make: StatusCallbackEvent.ParticipantConnected,
    fields: participant
  },
  ParticipantDisconnected: {
    name: "participant-disconnected",
    make: StatusCallbackEvent.ParticipantDisconnected,
    fields: { ...participant, participantDuration: optionalSeconds }
  },
  TrackAdded: { name: "track-added", make: StatusCallbackEvent.TrackAdded, fields: track },
  TrackRemoved: { name: "track-removed", make: StatusCallbackEvent.TrackRemoved, fields: track },
  TrackEnabled: { name: "track-enabled", make: StatusCallbackEvent.TrackEnabled, fields: track },
  TrackDisabled: { name: "track-disabled", make: StatusCallbackEvent.TrackDisabled, fields: track },
  RecordingStarted: { name: "recording-started", make: StatusCallbackEvent.RecordingStarted, fields: recording },
  RecordingCompleted: {
    name: "recording-completed",
    make: StatusCallbackEvent.RecordingCompleted,
    fields: {
      ...recording,
      mediaUri: optionalText,
      mediaExternalLocation: optionalText,
      duration: optionalSeconds,
      size: FormFields.optional(FormFields.count)
    }
  },
  RecordingFailed: {
    name: "recording-failed",
    make: StatusCallbackEvent.RecordingFailed,
    fields: { ...recording, failedOperation: optionalText }
  }
}

const parameterOf = (member: string): string => `${member.charAt(0).toUpperCase()}${member.slice(1)}`

/** A parameter's only value. Repeated with different values, it would be ambiguous. */
const single = (parameters: Parameters, name: string): Result.Result<string | undefined, Problem> => {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (value === undefined || typeof value === "string") return Result.succeed(value)
  return new Set(value).size > 1
    ? Result.fail({ parameter: name, problem: "is repeated with different values" })
    : Result.succeed(value[0])
}

const read = <A>(field: FormFields.Field<A>, parameters: Parameters, name: string): Result.Result<A, Problem> =>
  Result.flatMap(single(parameters, name), (text) => {
    const { missing } = field
    if (text === undefined || (text === "" && missing !== undefined)) {
      return missing === undefined ? Result.fail({ parameter: name, problem: "is missing" }) : Result.succeed(missing)
    }
    const value = field.read(text)
    return value === undefined
      ? Result.fail({ parameter: name, problem: "doesn't have the documented format" })
      : Result.succeed(value)
  })

const readOption = <A>(field: FormFields.Field<A>, parameters: Parameters, name: string): Option.Option<A> =>
  Option.flatMap(Option.flatMap(Result.getSuccess(single(parameters, name)), Option.fromUndefinedOr), (text) =>
    Option.fromUndefinedOr(field.read(text))
  )

const firstValues = (parameters: Parameters): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === "string" ? value : (value[0] ?? "")])
  )

type Decoded = Result.Result<StatusCallbackEvent.StatusCallbackEvent, Problem>

const fieldsOf = (entry: (typeof entries)[Known["_tag"]]): ReadonlyArray<[string, FormFields.Field<unknown>]> =>
  Object.entries(entry.fields)

export const decode = (parameters: Parameters): Decoded =>
  Result.flatMap(read(FormFields.text, parameters, "StatusCallbackEvent"), (name): Decoded => {
    const entry = Object.values(entries).find((entry) => entry.name === name)
    if (entry === undefined) {
      return Result.succeed(
        new StatusCallbackEvent.Unknown({
          event: name,
          parameters: firstValues(parameters),
          accountSid: readOption(accountSid, parameters, "AccountSid"),
          roomSid: readOption(roomSid, parameters, "RoomSid"),
          timestamp: readOption(FormFields.date, parameters, "Timestamp")
        })
      )
    }
    const members: Record<string, unknown> = {}
    for (const [member, field] of fieldsOf(entry)) {
      const value = read(field, parameters, parameterOf(member))
      if (Result.isFailure(value)) return Result.fail(value.failure)
      members[member] = value.success
    }
    // The type of `entries` ensures that each event has fields for all its members.
    return Result.succeed(new entry.make(members as never))
  })

export const encode = (event: StatusCallbackEvent.StatusCallbackEvent): Readonly<Record<string, string>> => {
  if (event._tag === "Unknown") return event.parameters
  const entry = entries[event._tag]
  const parameters: Record<string, string> = { StatusCallbackEvent: entry.name }
  for (const [member, field] of fieldsOf(entry)) {
    const text = field.write(event[member as keyof typeof event])
    if (text !== undefined) parameters[parameterOf(member)] = text
  }
  return parameters
}
