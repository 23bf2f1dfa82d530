/**
 * The answers of Twilio's that are an operation's own errors, and not a `TwilioError`: which they are, and how they are
 * told by status and code. Holds no request.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as Address from "./Address.ts"

/** Takes Twilio's refusal of a request for an error of its own, or leaves it. */
export type Outcome<out E> = (address: Address.Address, evidence: TwilioError.RequestInfo) => E | undefined

const isClientError = (status: number | undefined): boolean => status !== undefined && status >= 400 && status < 500

const byCode =
  <E>(codes: ReadonlyArray<number>, make: (evidence: TwilioError.RequestInfo) => E): Outcome<E> =>
  (_, evidence) =>
    isClientError(evidence.status) && evidence.code !== undefined && codes.includes(evidence.code)
      ? make(evidence)
      : undefined

// Of a 404, only these are Twilio's "not there": the platform's, and Video's for rooms and participants. Any other
// 404 came from a proxy or a wrong base URL, and taking it for NotFound would make a removal look done.
const notFoundCodes: ReadonlySet<number> = new Set([20404, 53106, 53204])

/** Is this Twilio's own "not there"? */
export const isNotFound = (evidence: Pick<TwilioError.RequestInfo, "status" | "code">): boolean =>
  evidence.status === 404 && evidence.code !== undefined && notFoundCodes.has(evidence.code)

export const notFound: Outcome<NotFound.NotFound> = ({ target }, evidence) =>
  target !== undefined && isNotFound(evidence) ? NotFound.make(target, evidence) : undefined

export const roomExists: Outcome<Rooms.RoomExists> = byCode([53113], Rooms.roomExists)

export const roomNotInProgress: Outcome<Rooms.RoomNotInProgress> = byCode([53112, 53118], Rooms.roomNotInProgress)

export const invalidSubscribeRules: Outcome<SubscribeRules.InvalidSubscribeRules> = byCode(
  [53215],
  SubscribeRules.invalidSubscribeRules
)

export const none: Outcome<never> = () => undefined

export const either =
  <A, B>(first: Outcome<A>, second: Outcome<B>): Outcome<A | B> =>
  (address, evidence) =>
    first(address, evidence) ?? second(address, evidence)
