/**
 * The table of status callback events: which parameters each has, and how they are read and written.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Sid from "../Sid.ts"
import * as StatusCallbackEvent from "../StatusCallbackEvent.ts"
import * as FormFields from "./FormFields.ts"

type Parameters = StatusCallbackEvent.Parameters

const invalid = (parameter: string, problem: string): StatusCallbackEvent.InvalidCallback =>
  new StatusCallbackEvent.InvalidCallback({
    parameter,
    message: `The callback's parameter "${parameter}" ${problem}.`
  })

/** A field for each member; the parameter is called as the member, with a capital. */
type Fields<A> = { readonly [K in Exclude<keyof A, "_tag" | "pipe">]-?: FormFields.Field<A[K]> }

const accountSid = FormFields.sid<Sid.AccountSid>("AC")

const roomSid = FormFields.sid<Sid.RoomSid>("RM")

const happening: Fields<StatusCallbackEvent.Happening> = {
  accountSid,
  roomSid,
  roomName: FormFields.text,
  roomType: FormFields.text,
  timestamp: FormFields.date
}

const room: Fields<StatusCallbackEvent.RoomHappening> = {
  ...happening,
  roomStatus: FormFields.text,
  sequenceNumber: FormFields.advice(FormFields.count)
}

const participant: Fields<StatusCallbackEvent.ParticipantHappening> = {
  ...room,
  participantSid: FormFields.sid("PA"),
  participantStatus: FormFields.text,
  participantIdentity: FormFields.text
}

const track: Fields<StatusCallbackEvent.TrackHappening> = {
  ...participant,
  trackSid: FormFields.sid("MT"),
  trackKind: FormFields.text
}

const someText = FormFields.optional(FormFields.text)

const someSeconds = FormFields.optional(FormFields.seconds)

const recording: Fields<StatusCallbackEvent.RecordingHappening> = {
  ...happening,
  recordingSid: FormFields.sid("RT"),
  participantSid: FormFields.sid("PA"),
  sourceSid: FormFields.sid("MT"),
  participantIdentity: someText,
  trackName: someText,
  recordingUri: someText,
  container: someText,
  codec: someText,
  type: someText,
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
    fields: { ...room, roomDuration: someSeconds }
  },
  ParticipantConnected: {
    name: "participant-connected",
    make: StatusCallbackEvent.ParticipantConnected,
    fields: participant
  },
  ParticipantDisconnected: {
    name: "participant-disconnected",
    make: StatusCallbackEvent.ParticipantDisconnected,
    fields: { ...participant, participantDuration: someSeconds }
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
      mediaUri: someText,
      mediaExternalLocation: someText,
      duration: someSeconds,
      size: FormFields.optional(FormFields.count)
    }
  },
  RecordingFailed: {
    name: "recording-failed",
    make: StatusCallbackEvent.RecordingFailed,
    fields: { ...recording, failedOperation: someText }
  }
}

const parameterOf = (member: string): string => `${member.charAt(0).toUpperCase()}${member.slice(1)}`

const own = (parameters: Parameters, name: string): string | ReadonlyArray<string> | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined

/** The one value of a parameter: several that differ could be read this way or that. */
const single = (
  parameters: Parameters,
  name: string
): Result.Result<string | undefined, StatusCallbackEvent.InvalidCallback> => {
  const value = own(parameters, name)
  if (value === undefined || typeof value === "string") return Result.succeed(value)
  return new Set(value).size > 1
    ? Result.fail(invalid(name, "comes more than once, with different values"))
    : Result.succeed(value[0])
}

const read = <A>(
  field: FormFields.Field<A>,
  parameters: Parameters,
  name: string
): Result.Result<A, StatusCallbackEvent.InvalidCallback> =>
  Result.flatMap(single(parameters, name), (text) => {
    const { missing } = field
    if (text === undefined || (text === "" && missing !== undefined)) {
      return missing === undefined ? Result.fail(invalid(name, "is missing")) : Result.succeed(missing)
    }
    const value = field.read(text)
    return value === undefined
      ? Result.fail(invalid(name, "is not of the form that Twilio documents"))
      : Result.succeed(value)
  })

const readOption = <A>(field: FormFields.Field<A>, parameters: Parameters, name: string): Option.Option<A> =>
  Option.flatMap(Option.flatMap(Result.getSuccess(single(parameters, name)), Option.fromUndefinedOr), (text) =>
    Option.fromUndefinedOr(field.read(text))
  )

const firsts = (parameters: Parameters): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === "string" ? value : (value[0] ?? "")])
  )

type Decoded = Result.Result<StatusCallbackEvent.StatusCallbackEvent, StatusCallbackEvent.InvalidCallback>

/** The fields of an event of any kind, by its members. */
const fieldsOf = (entry: (typeof entries)[Known["_tag"]]): ReadonlyArray<[string, FormFields.Field<unknown>]> =>
  Object.entries(entry.fields)

/** Reads an event. Fails if a known event lacks a documented parameter. */
export const decode = (parameters: Parameters): Decoded =>
  Result.flatMap(read(FormFields.text, parameters, "StatusCallbackEvent"), (name): Decoded => {
    const entry = Object.values(entries).find((entry) => entry.name === name)
    if (entry === undefined) {
      return Result.succeed(
        new StatusCallbackEvent.Unknown({
          event: name,
          parameters: firsts(parameters),
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
    // The table's type makes sure that an event has the fields of all its members.
    return Result.succeed(new entry.make(members as never))
  })

/** Writes an event as Twilio sends it. */
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
