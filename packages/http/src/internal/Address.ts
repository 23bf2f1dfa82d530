/**
 * A place in Twilio's API that a request goes to: the path as sent, percent-encoded, and the path as errors show it,
 * with what an application chose masked. Holds no sending.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Result from "effect/Result"

export interface Address {
  /** The path as sent. */
  readonly path: string
  /** The path as shown. */
  readonly shown: string
  /** The texts in it that an application chose, which no message may repeat. */
  readonly texts: ReadonlyArray<string>
  /** What is looked for there, and how. */
  readonly target: NotFound.Target
}

export const invalid = (argument: string, problem: string): TwilioError.InvalidArgument =>
  new TwilioError.InvalidArgument({ argument, message: `The argument "${argument}" ${problem}. Nothing was sent.` })

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

const refuse = (method: string, shown: string) => (reason: TwilioError.InvalidArgument) =>
  TwilioError.make(reason, { method, path: shown })

export const roomParticipants = (method: string, room: string): Addressed => {
  const bySid = Sid.isRoomSid(room)
  const shown = `/v1/Rooms/${bySid ? room : "{name}"}/Participants`
  return Result.mapBoth(segment("room", room), {
    onFailure: refuse(method, shown),
    onSuccess: (encoded) => ({
      path: `/v1/Rooms/${encoded}/Participants`,
      shown,
      texts: bySid ? [] : [room],
      target: { resource: "room", lookup: bySid ? "sid" : "name" }
    })
  })
}

export const participant = (method: string, room: string, participant: string, suffix = ""): Addressed =>
  Result.flatMap(roomParticipants(method, room), (parent) => {
    const bySid = Sid.isParticipantSid(participant)
    const shown = `${parent.shown}/${bySid ? participant : "{identity}"}${suffix}`
    return Result.mapBoth(segment("participant", participant), {
      onFailure: refuse(method, shown),
      onSuccess: (encoded) => ({
        path: `${parent.path}/${encoded}${suffix}`,
        shown,
        texts: bySid ? parent.texts : [...parent.texts, participant],
        target: { resource: "participant", lookup: bySid ? "sid" : "identity" }
      })
    })
  })
