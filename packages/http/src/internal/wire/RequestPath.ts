/**
 * The path of a request: as sent, percent-encoded, and as errors show it, with names and identities masked.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Result from "effect/Result"
import type * as Endpoints from "./Endpoints.ts"

export interface RequestPath {
  readonly endpoint: Endpoints.Endpoint
  readonly path: string
  /** The path with `{name}` and `{identity}` in place of what isn't a SID. */
  readonly maskedPath: string
  /** Does the request contain names or other text of the application, in its path, query or form? */
  readonly hasUserText: boolean
  /** The resource that may not be found; `undefined` for the list of all rooms. */
  readonly target: NotFound.Target | undefined
}

const twilioHost = /^video(\.[a-z0-9-]+){0,2}\.twilio\.com$/u

/** Is this the origin of Twilio Video's API, in any region? */
export const isTwilioOrigin = (url: URL): boolean => url.protocol === "https:" && twilioHost.test(url.host)

export const invalidArgument = (argument: string, problem: string): TwilioError.InvalidArgument =>
  new TwilioError.InvalidArgument({ argument, message: `The argument "${argument}" ${problem}. Nothing was sent.` })

/** Makes the error of an invalid argument, with the path that the request would have had. */
export const rejectWith =
  ({ endpoint, maskedPath }: Pick<RequestPath, "endpoint" | "maskedPath">) =>
  (reason: TwilioError.InvalidArgument): TwilioError.TwilioError =>
    TwilioError.make(reason, { method: endpoint.method, path: maskedPath })

/** Percent-encodes text for a path segment, a query or a form; `undefined` if it isn't well-formed Unicode. */
export const percentEncode = (text: string): string | undefined => {
  try {
    return encodeURIComponent(text)
  } catch {
    return undefined
  }
}

const encodeSegment = (argument: string, text: string): Result.Result<string, TwilioError.InvalidArgument> => {
  if (text === "") return Result.fail(invalidArgument(argument, "is empty"))
  // URL parsers resolve dot segments, percent-encoded ones too: the request would reach another resource.
  if (text === "." || text === "..") {
    return Result.fail(invalidArgument(argument, `can't be "${text}"`))
  }
  const encoded = percentEncode(text)
  return encoded === undefined
    ? Result.fail(invalidArgument(argument, "is not well-formed Unicode"))
    : Result.succeed(encoded)
}

/** The values of a path's parameters. */
export interface PathParameters {
  readonly room?: string
  readonly participant?: string
  readonly track?: string
}

const isSid = { room: Sid.isRoomSid, participant: Sid.isParticipantSid, track: Sid.isTrackSid } as const

const masks = { room: "{name}", participant: "{identity}", track: "{name}" } as const

// Names of tracks are unique only among the tracks of one publisher.
const takesTrackSidOnly = ({ path }: Endpoints.Endpoint): boolean => path.includes("/SubscribedTracks/")

const targetOf = (
  endpoint: Endpoints.Endpoint,
  { participant, room, track }: PathParameters
): NotFound.Target | undefined => {
  if (track !== undefined) {
    return takesTrackSidOnly(endpoint)
      ? { resource: "subscribed-track", lookup: "sid" }
      : { resource: "published-track", lookup: isSid.track(track) ? "sid" : "name" }
  }
  if (participant !== undefined) {
    return { resource: "participant", lookup: isSid.participant(participant) ? "sid" : "identity" }
  }
  return room === undefined ? undefined : { resource: "room", lookup: isSid.room(room) ? "sid" : "name" }
}

/** Splits an endpoint's path once; the result makes request paths from values. */
export const forEndpoint = (
  endpoint: Endpoints.Endpoint
): ((values: PathParameters) => Result.Result<RequestPath, TwilioError.TwilioError>) => {
  const parts = endpoint.path
    .split("/")
    .slice(1)
    .map((part) => ({
      literal: `/${part}`,
      // Paths have no other parameters.
      parameter: part.startsWith(":") ? (part.slice(1) as keyof PathParameters) : undefined
    }))
  return (values) => {
    let path = ""
    let maskedPath = ""
    let problem: TwilioError.InvalidArgument | undefined
    let hasUserText = false
    for (const { literal, parameter } of parts) {
      if (parameter === undefined) {
        path += literal
        maskedPath += literal
        continue
      }
      const value = values[parameter] ?? ""
      const encoded = encodeSegment(parameter, value)
      if (Result.isFailure(encoded)) problem ??= encoded.failure
      else path += `/${encoded.success}`
      const bySid = isSid[parameter](value)
      if (parameter === "track" && !bySid && takesTrackSidOnly(endpoint)) {
        problem ??= invalidArgument("track", "is not the SID of a track (MT and 32 hexadecimal digits)")
      }
      maskedPath += `/${bySid ? value : masks[parameter]}`
      if (!bySid) hasUserText = true
    }
    return problem === undefined
      ? Result.succeed({ endpoint, path, maskedPath, hasUserText, target: targetOf(endpoint, values) })
      : Result.fail(rejectWith({ endpoint, maskedPath })(problem))
  }
}
