/**
 * The assumptions of the sandbox: its choices about behavior that Twilio doesn't document, each with a default and a
 * switch. `ASSUMPTIONS.md` lists them all.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"

/**
 * What a change in a completed room does: `refuse` responds with 400 and code 53118, `not-found` responds with 404, and
 * `accept` makes the change as in a room in progress.
 *
 * @category models
 * @since 0.1.0
 */
export type InCompletedRoom = "refuse" | "not-found" | "accept"

/**
 * The switches. Each says what Twilio documents, what it doesn't, and what the default is.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * // Does the program cope if Twilio also lists reconnecting participants?
 * const strict = Sandbox.layer({ assumptions: { defaultListHasReconnecting: true } })
 *
 * const page = await Participants.list("DailyStandup").pipe(Effect.provide(strict), Effect.runPromise)
 * page.items.map((participant) => participant.identity) // => ["Erin", "Carl", "Bob", "Alice"]
 * ```
 * @category models
 * @since 0.1.0
 */
export interface Assumptions {
  // ---- not found ----

  /**
   * The code of a 404. Published responses have 20404, the platform's code; Video's error dictionary has 53106 for
   * rooms and 53204 for participants, and says that clients see them. `platform` is 20404 for everything; `resource` is
   * 53106 for rooms, 53204 for participants and 20404 for everything else. Default: platform.
   */
  readonly notFoundCode: "platform" | "resource"

  // ---- lists ----

  /**
   * Whether a look-up by identity finds a reconnecting participant. Twilio documents that it finds connected
   * participants, in a text older than the status `reconnecting`. Default: true, since the participant hasn't left.
   */
  readonly identityFindsReconnecting: boolean
  /**
   * Whether a list without `Status` includes reconnecting participants. Twilio documents that the default status for a
   * room in progress is `connected`. Default: false, as documented.
   */
  readonly defaultListHasReconnecting: boolean
  /**
   * Whether a list with `Status=connected` includes reconnecting participants. Undocumented. Default: false.
   */
  readonly connectedListHasReconnecting: boolean
  /**
   * The order of a list. Undocumented; published responses have the newest first. Default: newest-first.
   */
  readonly listOrder: "newest-first" | "oldest-first"
  /**
   * What a `PageSize` above 1000 does. `clamp` responds with pages of 1000, since Twilio's own libraries send larger
   * sizes; `refuse` responds with 400. Default: clamp. A size that isn't a whole number is always refused.
   */
  readonly pageSizeAboveMaximum: "clamp" | "refuse"
  /**
   * What a `PageToken` does that isn't from this list or, for subscribed tracks, from this room. `refuse` responds with
   * 400 and code 21481; `restart` responds with the first page. Default: refuse.
   */
  readonly unknownPageToken: "refuse" | "restart"
  /**
   * Whether `DateCreatedAfter` of participants includes its own second. Twilio documents "after" for participants, and
   * "on or after" for rooms, where it is always included. Default: true.
   */
  readonly dateCreatedAfterInclusive: boolean
  /**
   * Whether `DateCreatedBefore` of participants includes its own second. Twilio documents "before", for rooms too,
   * where it is never included. Default: false.
   */
  readonly dateCreatedBeforeInclusive: boolean

  // ---- participants ----

  /**
   * What `Status=disconnected` does, by SID, to a participant who is already disconnected. Undocumented. `accept`
   * responds with 202 and the unchanged record; `refuse` responds with 400 and code 53209. Default: accept.
   */
  readonly updateOfDisconnected: "accept" | "refuse"
  /**
   * What an update with `Status=connected` or `Status=reconnecting` does. Twilio's OpenAPI document lists both; the
   * text of code 53209 advises sending `disconnected`. `refuse` responds with 400 and code 53209; `accept` responds
   * with 202 and changes nothing. Default: refuse. Any other status is always refused.
   */
  readonly updateToOtherStatus: "refuse" | "accept"
  /**
   * What an update, by SID, of a participant in a completed room does. Code 53118 means that an operation can't be
   * performed on a completed room; whether it applies here is undocumented. Default: refuse.
   */
  readonly updateInCompletedRoom: InCompletedRoom
  /**
   * What anonymizing a connected participant does. Undocumented; Twilio's OpenAPI document allows the status
   * `connected` in the response. `accept` anonymizes the participant, who stays connected but can't be found by
   * identity any more; `refuse` responds with 400 and code 53209. Default: accept.
   */
  readonly anonymizeOfConnected: "accept" | "refuse"
  /**
   * What anonymizing a participant of a completed room does. Undocumented. Default: accept, since erasure mostly
   * concerns people who have left.
   */
  readonly anonymizeInCompletedRoom: InCompletedRoom
  /**
   * Whether the `Identity` filter of a list finds an anonymized participant by the former identity. Undocumented.
   * Default: false, since an identity that still finds a participant isn't erased.
   */
  readonly identityFilterFindsAnonymized: boolean

  // ---- tracks and rules ----

  /**
   * What listing the published or subscribed tracks of a disconnected participant does. Undocumented; Twilio says
   * that the lists have the current tracks. `empty` responds with empty lists; `not-found` responds with 404. Default:
   * empty.
   */
  readonly tracksOfDisconnected: "empty" | "not-found"
  /**
   * What reading or setting the subscribe rules of a disconnected participant does. Undocumented. `found` responds with
   * the participant's last rules and accepts new ones, which have no effect; `not-found` responds with 404. Default:
   * found.
   */
  readonly rulesOfDisconnected: "found" | "not-found"
  /**
   * What new subscribe rules for a participant of a completed room do. Undocumented. Default: refuse.
   */
  readonly rulesInCompletedRoom: InCompletedRoom
  /**
   * What `"all": "true"` does in a subscribe rule, with a text instead of a boolean. Undocumented; Twilio's own
   * examples send it. `accept` reads it as true; `refuse` responds with 400 and code 53215. Default: accept.
   */
  readonly ruleAllAsText: "accept" | "refuse"

  // ---- rooms ----

  /**
   * What `MaxParticipants` above 50 does. Code 53107 says that it is refused; an example in Twilio's OpenAPI document
   * posts 90 and shows 50. `refuse` responds with 400 and code 53107; `clamp` creates a room of 50. Default: refuse.
   */
  readonly maxParticipantsAboveLimit: "refuse" | "clamp"
  /**
   * What a legacy room type or `AudioOnly=true` does. Accounts created after 21 October 2024 can use neither; older
   * accounts can. `refuse` responds with 400 and code 53126 or 53127; `accept` creates the room. Default: refuse.
   */
  readonly legacyRooms: "refuse" | "accept"
  /**
   * The `duration` of a room in progress. Undocumented; examples in Twilio's OpenAPI document show 0, which elsewhere
   * is a placeholder. Default: null, as for participants.
   */
  readonly durationInProgress: "null" | "zero"
  /**
   * How long a completed room and its participants can be found. Undocumented. `forever`, or a duration after which
   * they respond with 404 and take no memory. Default: forever.
   */
  readonly completedRoomRetention: "forever" | Duration.Input

  // ---- joining ----

  /**
   * What joining with an access token does if the room doesn't exist. A setting in Twilio's console lets client
   * libraries create rooms; its initial value is undocumented. `open` creates an ad-hoc room, which ends when its last
   * participant leaves; `refuse` fails with code 53106. Default: open.
   */
  readonly adHocRooms: "open" | "refuse"
  /**
   * The code of the error for an access token without an identity. The error dictionary has 53200, about an identity,
   * and 20106, about a token's grants; published reports have 53200. Default: 53200.
   */
  readonly tokenWithoutIdentityCode: 53200 | 20106

  // ---- status callbacks ----

  /**
   * Which callbacks come first when a room is completed: `participant-disconnected` or `room-ended`. Undocumented;
   * Twilio doesn't guarantee the order of delivery. Default: participants-first.
   */
  readonly callbackOrderAtCompletion: "participants-first" | "room-first"
  /**
   * Whether a participant who leaves also sends `track-removed` for each published track. Twilio documents the event as
   * "Participant removed a Track", but not whether leaving counts. `none` sends only `participant-disconnected`;
   * `track-removed` sends an event for each track before it. Default: none.
   */
  readonly callbackTracksOfLeaving: "none" | "track-removed"
  /**
   * Whether a callback is retried if the response isn't 2xx. Twilio documents retries for its platform, but none for
   * Video. `once` doesn't retry; `retried` retries up to three times, after 1, 2 and 4 seconds, with the same
   * `I-Twilio-Idempotency-Token`. Default: once.
   */
  readonly callbackDelivery: "once" | "retried"
  /**
   * Whether a room's callbacks are sent one at a time. Twilio doesn't guarantee an order. `in-order` waits until the
   * first attempt of the previous callback has a response or fails; `at-once` doesn't wait, so callbacks can overtake
   * one another. Default: in-order, which is easier to read; a receiver must not rely on it.
   */
  readonly callbackOrder: "in-order" | "at-once"

  // ---- requests ----

  /**
   * Whether `Authorization: Bearer` with the sandbox's bearer token is accepted. Twilio's platform has OAuth access
   * tokens; whether Video accepts them is undocumented. Default: refuse.
   */
  readonly bearerAuth: "refuse" | "accept"
  /**
   * Whether a 429 response has `Retry-After`. Twilio documents the header for newer products, not for Video. Applies to
   * the sandbox's `quota`. `none`, or `one-second`, since the quota is per second. Default: none.
   */
  readonly retryAfterOn429: "none" | "one-second"
  /**
   * Whether a path with a trailing slash is the same path. Some of Twilio's pages print one, and its libraries remove
   * it. Default: accept.
   */
  readonly trailingSlash: "accept" | "not-found"
  /**
   * Whether a path that ends in `.json` is the same path. Twilio says that its product APIs accept the suffix, but not
   * for which paths. `accept` removes it; `literal` reads it as part of the SID or name. Default: literal, since
   * identities and names may end in `.json`.
   */
  readonly jsonSuffix: "literal" | "accept"
  /**
   * The code of a 400 for an invalid parameter or path. Twilio documents the status, not the code. Default: 20001.
   */
  readonly invalidParameterCode: number
  /**
   * What an empty value of a parameter means in a form or query: `UniqueName=`, which Twilio's PHP library sends for
   * null, or a bare `UniqueName`, which its Ruby library sends. Undocumented. `absent` ignores the parameter; `refuse`
   * responds with 400, and with the parameter's own code if it has one. Default: absent, since Twilio's own libraries
   * need it.
   */
  readonly emptyParameter: "absent" | "refuse"
}

/**
 * The default of every switch.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: Assumptions = {
  notFoundCode: "platform",
  identityFindsReconnecting: true,
  defaultListHasReconnecting: false,
  connectedListHasReconnecting: false,
  listOrder: "newest-first",
  pageSizeAboveMaximum: "clamp",
  unknownPageToken: "refuse",
  dateCreatedAfterInclusive: true,
  dateCreatedBeforeInclusive: false,
  updateOfDisconnected: "accept",
  updateToOtherStatus: "refuse",
  updateInCompletedRoom: "refuse",
  anonymizeOfConnected: "accept",
  anonymizeInCompletedRoom: "accept",
  identityFilterFindsAnonymized: false,
  tracksOfDisconnected: "empty",
  rulesOfDisconnected: "found",
  rulesInCompletedRoom: "refuse",
  ruleAllAsText: "accept",
  maxParticipantsAboveLimit: "refuse",
  legacyRooms: "refuse",
  durationInProgress: "null",
  completedRoomRetention: "forever",
  adHocRooms: "open",
  tokenWithoutIdentityCode: 53200,
  callbackOrderAtCompletion: "participants-first",
  callbackTracksOfLeaving: "none",
  callbackDelivery: "once",
  callbackOrder: "in-order",
  bearerAuth: "refuse",
  retryAfterOn429: "none",
  trailingSlash: "accept",
  jsonSuffix: "literal",
  invalidParameterCode: 20001,
  emptyParameter: "absent"
}
