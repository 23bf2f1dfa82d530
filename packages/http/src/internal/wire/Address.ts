/**
 * A place in Twilio's API that a request goes to: the path as sent, percent-encoded, and the path as errors show it,
 * with what an application chose masked. Holds no sending.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Result from "effect/Result"
import type * as Wire from "../../VideoWire.ts"

export interface Address {
  readonly operation: Wire.Operation
  /** The path as sent. */
  readonly path: string
  /** The path as shown. */
  readonly shown: string
  /** Does the request hold text that the application chose, in its path, query or form? */
  readonly hasTexts: boolean
  /** What is looked for there, and how; nothing for the list of all rooms. */
  readonly target: NotFound.Target | undefined
}

const twilioHost = /^video(\.[a-z0-9-]+){0,2}\.twilio\.com$/u

/** Is this the origin of Twilio Video's API, in any region? */
export const isTwilio = (url: URL): boolean => url.protocol === "https:" && twilioHost.test(url.host)

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
  if (text === "") return Result.fail(invalid(argument, "is empty"))
  // URL parsers resolve these two however they are escaped, and the request would reach another resource.
  if (text === "." || text === "..") return Result.fail(invalid(argument, `is "${text}", which no URL can carry`))
  const encoded = encode(text)
  return encoded === undefined ? Result.fail(invalid(argument, "is not well-formed Unicode")) : Result.succeed(encoded)
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

/** Does Twilio look the track up by SID alone? Names are unique only among the tracks of one publisher. */
const isBySidAlone = (operation: Wire.Operation): boolean => operation.path.includes("/SubscribedTracks/")

const targetOf = (operation: Wire.Operation, values: Values): NotFound.Target | undefined => {
  if (values.track !== undefined) {
    return isBySidAlone(operation)
      ? { resource: "subscribed-track", lookup: "sid" }
      : { resource: "published-track", lookup: isSid.track(values.track) ? "sid" : "name" }
  }
  if (values.participant !== undefined) {
    return { resource: "participant", lookup: isSid.participant(values.participant) ? "sid" : "identity" }
  }
  return values.room === undefined ? undefined : { resource: "room", lookup: isSid.room(values.room) ? "sid" : "name" }
}

/** The addresses of an operation: of what the values say. */
export const of = (operation: Wire.Operation): ((values: Values) => Addressed) => {
  const parts = operation.path
    .split("/")
    .slice(1)
    .map((part) => ({
      literal: `/${part}`,
      // Paths have no other parameters.
      parameter: part.startsWith(":") ? (part.slice(1) as keyof Values) : undefined
    }))
  return (values) => {
    let path = ""
    let shown = ""
    let refused: TwilioError.InvalidArgument | undefined
    let hasTexts = false
    for (const { literal, parameter } of parts) {
      if (parameter === undefined) {
        path += literal
        shown += literal
        continue
      }
      const value = values[parameter] ?? ""
      const encoded = segment(parameter, value)
      if (Result.isFailure(encoded)) refused ??= encoded.failure
      else path += `/${encoded.success}`
      const bySid = isSid[parameter](value)
      if (parameter === "track" && !bySid && isBySidAlone(operation)) {
        refused ??= invalid("track", "is not the SID of a track (MT and 32 hexadecimal digits)")
      }
      shown += `/${bySid ? value : masks[parameter]}`
      if (!bySid) hasTexts = true
    }
    return refused === undefined
      ? Result.succeed({ operation, path, shown, hasTexts, target: targetOf(operation, values) })
      : Result.fail(refuse({ operation, shown })(refused))
  }
}
