/**
 * What the sandbox assumes where Twilio documents nothing: one named choice each, with a default and a switch. Holds no
 * behaviour; the room engine and the routes read it.
 *
 * @since 0.1.0
 */

/**
 * The choices. Each says what is documented, what is not, and what the default does.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * // Does the program cope if Twilio lists those who are reconnecting, too?
 * const strict = Sandbox.layer({ assumptions: { defaultListHasReconnecting: true } })
 *
 * const page = await Participants.Participants.use((participants) => participants.list("DailyStandup")).pipe(
 *   Effect.provide(strict),
 *   Effect.runPromise
 * )
 * page.items.map((participant) => participant.identity) // => ["Erin", "Carl", "Bob", "Alice"]
 * ```
 * @category models
 * @since 0.1.0
 */
export interface Assumptions {
  /**
   * Does a look-up by identity find a participant who is reconnecting? Twilio documents that it sees connected
   * participants, from before `reconnecting` existed. Default: true, since the participant has not left.
   */
  readonly identityFindsReconnecting: boolean
  /**
   * Does a list without `Status` include participants who are reconnecting? Twilio documents that the default status of
   * a room in progress is `connected`. Default: false, the words as they stand.
   */
  readonly defaultListHasReconnecting: boolean
  /**
   * What happens to `Status=disconnected` for a participant, by SID, who is disconnected already. Undocumented.
   * `accept` answers 202 with the unchanged record; `refuse` answers 400 with code 53209. Default: accept.
   */
  readonly updateOfDisconnected: "accept" | "refuse"
  /**
   * What happens to an update of a participant, by SID, of a completed room. Code 53118 means that an operation cannot
   * be performed on a completed room; whether it applies here is undocumented. `refuse` answers 400 with code 53118;
   * `accept` goes on as in a room in progress. Default: refuse.
   */
  readonly updateInCompletedRoom: "accept" | "refuse"
  /**
   * What happens to an update without `Status`. Twilio's specification has the parameter as optional. `accept` answers
   * 202 and changes nothing; `refuse` answers 400 with code 53209. Default: accept.
   */
  readonly updateWithoutStatus: "accept" | "refuse"
  /**
   * What happens when a participant who is still connected is anonymized. Undocumented; the specification lets the
   * answer's status be `connected`. `accept` anonymizes, and the participant stays connected without a name to find it
   * by; `refuse` answers 400 with code 53209. Default: accept.
   */
  readonly anonymizeOfConnected: "accept" | "refuse"
  /**
   * What happens to `PageSize` above 1000. `clamp` answers with pages of 1000: Twilio's own libraries send such sizes;
   * `refuse` answers 400. Default: clamp. A size below 1, or one that is no whole number, is always refused.
   */
  readonly pageSizeAboveMaximum: "clamp" | "refuse"
  /**
   * What happens to a `PageToken` that the sandbox did not give out for this room. `refuse` answers 400 with code
   * 21481; `restart` answers with the first page. Default: refuse.
   */
  readonly unknownPageToken: "refuse" | "restart"
  /**
   * Does `DateCreatedAfter` include its own second? Twilio documents "after" for participants and "on or after" for
   * rooms. Default: true.
   */
  readonly dateCreatedAfterInclusive: boolean
  /**
   * Does `DateCreatedBefore` include its own second? Twilio documents "before". Default: false.
   */
  readonly dateCreatedBeforeInclusive: boolean
  /**
   * The code of a 400 for a parameter, or a path, that cannot be. Twilio documents the status, not the code. Default:
   * 20001.
   */
  readonly invalidParameterCode: number
  /**
   * What happens to an update whose body is announced as another content type than a form. Undocumented. `refuse`
   * answers 400; `read` reads it as a form all the same. Default: refuse, since JSON read as a form has no `Status`, and
   * the update would seem to work.
   */
  readonly otherContentType: "refuse" | "read"
  /**
   * The code of a 405, for a method that a path does not take. Twilio documents the status, not the code. Default:
   * 20004.
   */
  readonly methodNotAllowedCode: number
  /**
   * What happens to a path with a malformed percent-escape, such as `100%`. Undocumented. `refuse` answers 400;
   * `not-found` answers as for any path that is not there. Default: refuse.
   */
  readonly malformedPath: "refuse" | "not-found"
  /**
   * The order of a list. Undocumented; captured answers have the newest first. Default: newest-first.
   */
  readonly listOrder: "newest-first" | "oldest-first"
}

/**
 * The choices as they are unless switched.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: Assumptions = {
  identityFindsReconnecting: true,
  defaultListHasReconnecting: false,
  updateOfDisconnected: "accept",
  updateInCompletedRoom: "refuse",
  updateWithoutStatus: "accept",
  anonymizeOfConnected: "accept",
  pageSizeAboveMaximum: "clamp",
  unknownPageToken: "refuse",
  dateCreatedAfterInclusive: true,
  dateCreatedBeforeInclusive: false,
  invalidParameterCode: 20001,
  otherContentType: "refuse",
  methodNotAllowedCode: 20004,
  malformedPath: "refuse",
  listOrder: "newest-first"
}
