/**
 * Maps error responses, by status and code, to an operation's own errors, such as `NotFound`. All others become a
 * `TwilioError`.
 */
import * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as RequestPath from "./RequestPath.ts"

/** Makes the operation's own error from an error response; `undefined` if it has none for it. */
export type ErrorMapper<out E> = (path: RequestPath.RequestPath, requestInfo: TwilioError.RequestInfo) => E | undefined

const isClientError = (status: number | undefined): boolean => status !== undefined && status >= 400 && status < 500

const byCode =
  <E>(codes: ReadonlyArray<number>, make: (requestInfo: TwilioError.RequestInfo) => E): ErrorMapper<E> =>
  (_, requestInfo) =>
    isClientError(requestInfo.status) && requestInfo.code !== undefined && codes.includes(requestInfo.code)
      ? make(requestInfo)
      : undefined

// The codes of Twilio's platform, and of Video for rooms and participants. A 404 with any other code is a proxy's or a
// wrong base URL's: as `NotFound`, it would make a removal look done.
const notFoundCodes: ReadonlySet<number> = new Set([20404, 53106, 53204])

/** Is this a 404 of Twilio's API? */
export const isNotFound = ({ code, status }: Pick<TwilioError.RequestInfo, "status" | "code">): boolean =>
  status === 404 && code !== undefined && notFoundCodes.has(code)

export const notFound: ErrorMapper<NotFound.NotFound> = ({ target }, requestInfo) =>
  target !== undefined && isNotFound(requestInfo) ? NotFound.make(target, requestInfo) : undefined

export const roomExists: ErrorMapper<Rooms.RoomExists> = byCode([53113], Rooms.roomExists)

export const roomNotInProgress: ErrorMapper<Rooms.RoomNotInProgress> = byCode([53112, 53118], Rooms.roomNotInProgress)

export const invalidSubscribeRules: ErrorMapper<SubscribeRules.InvalidSubscribeRules> = byCode(
  [53215],
  SubscribeRules.invalidSubscribeRules
)

export const none: ErrorMapper<never> = () => undefined

export const orElse =
  <A, B>(first: ErrorMapper<A>, second: ErrorMapper<B>): ErrorMapper<A | B> =>
  (path, requestInfo) =>
    first(path, requestInfo) ?? second(path, requestInfo)
