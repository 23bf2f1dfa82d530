/**
 * A place in Twilio's API that a request goes to: the path as sent, percent-encoded, and the path as errors show it,
 * with what an application chose masked. Holds no sending.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Result from "effect/Result"
import type * as Wire from "../VideoWire.ts"

export interface Address {
  readonly operation: Wire.Operation
  /** The path as sent. */
  readonly path: string
  /** The path as shown. */
  readonly shown: string
  /** The texts in it that an application chose, which no message may repeat. */
  readonly texts: ReadonlyArray<string>
  /** What is looked for there, and how; nothing for the list of all rooms. */
  readonly target: NotFound.Target | undefined
}

export const invalid = (argument: string, problem: string): TwilioError.InvalidArgument =>
  new TwilioError.InvalidArgument({ argument, message: `The argument "${argument}" ${problem}. Nothing was sent.` })

/** The error of an argument of an operation, with the path that the request would have had. */
export const refuse =
  (address: Pick<Address, "operation" | "shown">) =>
  (reason: TwilioError.InvalidArgument): TwilioError.TwilioError =>
    TwilioError.make(reason, { method: address.operation.method, path: address.shown })

/**
 * Percent-encodes text for a path segment, a query or a form; nothing where it is not well-formed Unicode.
 */
export const encode = (text: string): string | undefined => {
  try {
    return encodeURIComponent(text)
  } catch {
    return undefined
  }
}

const segment = (argument: string, text: string): Result.Result<string, TwilioError.InvalidArgument> => {
  if (text === "") return Result.fail(invalid(argument, "is empty, which would address the list instead"))
  // URL parsers resolve these two however they are escaped, and the request would reach another resource.
  if (text === "." || text === "..") return Result.fail(invalid(argument, `is "${text}", which no URL can carry`))
  const encoded = encode(text)
  return encoded === undefined
    ? Result.fail(invalid(argument, "is not well-formed Unicode (it has half of a surrogate pair)"))
    : Result.succeed(encoded)
}

export type Addressed = Result.Result<Address, TwilioError.TwilioError>

/** The values of a path's parameters. */
export interface Values {
  readonly room?: string
  readonly participant?: string
  readonly track?: string
}

const isSid = { room: Sid.isRoomSid, participant: Sid.isParticipantSid, track: Sid.isTrackSid } as const

const masks = { room: "{name}", participant: "{identity}", track: "{name}" } as const

const targetOf = (operation: Wire.Operation, values: Values): NotFound.Target | undefined => {
  if (values.track !== undefined) {
    // A subscribed track is looked up by SID alone.
    return operation.path.includes("/SubscribedTracks/")
      ? { resource: "subscribed-track", lookup: "sid" }
      : { resource: "published-track", lookup: isSid.track(values.track) ? "sid" : "name" }
  }
  if (values.participant !== undefined) {
    return { resource: "participant", lookup: isSid.participant(values.participant) ? "sid" : "identity" }
  }
  return values.room === undefined ? undefined : { resource: "room", lookup: isSid.room(values.room) ? "sid" : "name" }
}

/** The address of an operation on what the values say. */
export const make = (operation: Wire.Operation, values: Values): Addressed => {
  let path = ""
  let shown = ""
  let refused: TwilioError.InvalidArgument | undefined
  const texts: Array<string> = []
  for (const part of operation.path.split("/").slice(1)) {
    if (!part.startsWith(":")) {
      path += `/${part}`
      shown += `/${part}`
      continue
    }
    const name = part.slice(1) as keyof Values // Paths have no other parameters.
    const value = values[name] ?? ""
    const encoded = segment(name, value)
    if (Result.isFailure(encoded)) refused ??= encoded.failure
    else path += `/${encoded.success}`
    const bySid = isSid[name](value)
    shown += `/${bySid ? value : masks[name]}`
    if (!bySid) texts.push(value)
  }
  return refused === undefined
    ? Result.succeed({ operation, path, shown, texts, target: targetOf(operation, values) })
    : Result.fail(refuse({ operation, shown })(refused))
}
