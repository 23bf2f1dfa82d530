/**
 * What the sandbox assumes where Twilio documents nothing: one named choice each, with a default and a switch. Holds no
 * behaviour; the room engine and the routes read it. `ASSUMPTIONS.md` lists them all.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"

/**
 * What happens to a change in a room that is completed: `refuse` answers 400 with code 53118, `not-found` as if nothing
 * were there, and `accept` as in a room in progress.
 *
 * @category models
 * @since 0.1.0
 */
export type InCompletedRoom = "refuse" | "not-found" | "accept"

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
  // ---- what is not there ----

  /**
   * The code of a 404. Answers seen by others have 20404, which is the platform's; Video's dictionary has 53106 for
   * rooms and 53204 for participants, and says that clients see them. `platform` is 20404 for everything; `resource` is
   * 53106, 53204, and 20404 for what has no code of its own. Default: platform.
   */
  readonly notFoundCode: "platform" | "resource"

  // ---- lists ----

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
   * Does a list with `Status=connected` include participants who are reconnecting? Undocumented. Default: false.
   */
  readonly connectedListHasReconnecting: boolean
  /**
   * The order of a list. Undocumented; captured answers have the newest first. Default: newest-first.
   */
  readonly listOrder: "newest-first" | "oldest-first"
  /**
   * What happens to `PageSize` above 1000. `clamp` answers with pages of 1000: Twilio's own libraries send such sizes;
   * `refuse` answers 400. Default: clamp. A size that is no whole number is always refused.
   */
  readonly pageSizeAboveMaximum: "clamp" | "refuse"
  /**
   * What happens to a `PageToken` that leads to nothing of this list or, for subscribed tracks, of this room. `refuse`
   * answers 400 with code 21481; `restart` answers with the first page. Default: refuse.
   */
  readonly unknownPageToken: "refuse" | "restart"
  /**
   * Does `DateCreatedAfter` of participants include its own second? Twilio documents "after" for participants and "on
   * or after" for rooms, where it always does. Default: true.
   */
  readonly dateCreatedAfterInclusive: boolean
  /**
   * Does `DateCreatedBefore` of participants include its own second? Twilio documents "before", for rooms too, where it
   * never does. Default: false.
   */
  readonly dateCreatedBeforeInclusive: boolean

  // ---- participants ----

  /**
   * What happens to `Status=disconnected` for a participant, by SID, who is disconnected already. Undocumented.
   * `accept` answers 202 with the unchanged record; `refuse` answers 400 with code 53209. Default: accept.
   */
  readonly updateOfDisconnected: "accept" | "refuse"
  /**
   * What happens to an update with `Status=connected` or `reconnecting`. The specification lists both; the text of code
   * 53209 advises to send `disconnected`. `refuse` answers 400 with code 53209; `accept` answers 202 and changes
   * nothing. Default: refuse. Any other status is always refused.
   */
  readonly updateToOtherStatus: "refuse" | "accept"
  /**
   * What happens to an update of a participant, by SID, of a completed room. Code 53118 means that an operation cannot
   * be performed on a completed room; whether it applies here is undocumented. Default: refuse.
   */
  readonly updateInCompletedRoom: InCompletedRoom
  /**
   * What happens when a participant who is still connected is anonymized. Undocumented; the specification lets the
   * answer's status be `connected`. `accept` anonymizes, and the participant stays connected without a name to find it
   * by; `refuse` answers 400 with code 53209. Default: accept.
   */
  readonly anonymizeOfConnected: "accept" | "refuse"
  /**
   * What happens when a participant of a completed room is anonymized. Undocumented. Default: accept, since erasure is
   * mostly about people who are gone.
   */
  readonly anonymizeInCompletedRoom: InCompletedRoom
  /**
   * Does the `Identity` filter of a list still find an anonymized participant by the identity of before? Undocumented.
   * Default: false, since an erased identity that still finds is not erased.
   */
  readonly identityFilterFindsAnonymized: boolean

  // ---- tracks and rules ----

  /**
   * What the tracks of a participant who is disconnected are: published and subscribed ones alike. Undocumented; the
   * lists are said to hold what there is now. `empty` answers with empty lists; `not-found` answers 404. Default:
   * empty.
   */
  readonly tracksOfDisconnected: "empty" | "not-found"
  /**
   * What the subscribe rules of a participant who is disconnected are. Undocumented. `found` answers with the rules it
   * had, and takes new ones, which have no effect; `not-found` answers 404. Default: found.
   */
  readonly rulesOfDisconnected: "found" | "not-found"
  /**
   * What happens to new subscribe rules for a participant of a completed room. Undocumented. Default: refuse.
   */
  readonly rulesInCompletedRoom: InCompletedRoom
  /**
   * What happens to `"all": "true"`, text in the place of true. Undocumented; Twilio's own examples have it. `accept`
   * takes it for true; `refuse` answers 400 with code 53215. Default: accept.
   */
  readonly ruleAllAsText: "accept" | "refuse"

  // ---- rooms ----

  /**
   * What happens to `MaxParticipants` above 50. Code 53107 says that it is refused; an example of the specification
   * posts 90 and shows 50. `refuse` answers 400 with code 53107; `clamp` makes a room of 50. Default: refuse.
   */
  readonly maxParticipantsAboveLimit: "refuse" | "clamp"
  /**
   * What happens to the room types of the past and to `AudioOnly=true`. Accounts that came after 21 October 2024 may
   * use neither; older ones may. `refuse` answers 400 with codes 53126 and 53127; `accept` makes the room. Default:
   * refuse.
   */
  readonly legacyRooms: "refuse" | "accept"
  /**
   * The `duration` of a room in progress. Examples of the specification show 0, and are placeholders elsewhere; what
   * Twilio answers is not documented. Default: null, as for participants.
   */
  readonly durationInProgress: "null" | "zero"
  /**
   * How long a completed room and its participants stay. Undocumented. `forever`, or a duration after which they are
   * not found any more and take up no memory. Default: forever.
   */
  readonly completedRoomRetention: "forever" | Duration.Input

  // ---- joining ----

  /**
   * What happens when somebody joins a room that is not there with an access token. Twilio's console lets client
   * libraries make rooms, unless the account has it otherwise; what it is at first is undocumented. `open` makes an
   * ad-hoc room, which ends when the last participant leaves; `refuse` is code 53106. Default: open.
   */
  readonly adHocRooms: "open" | "refuse"
  /**
   * The code of the refusal of an access token without an identity. The dictionary has 53200, for an identity, and
   * 20106, for a token's grants; people report the former. Default: 53200.
   */
  readonly tokenWithoutIdentityCode: 53200 | 20106

  // ---- status callbacks ----

  /**
   * Which comes first when a room is completed: the end of those in it, or its own. Undocumented; Twilio says that the
   * order of delivery is not guaranteed. Default: participants-first.
   */
  readonly callbackOrderAtCompletion: "participants-first" | "room-first"
  /**
   * Does a participant who leaves remove the tracks that it publishes? `track-removed` is documented as "Participant
   * removed a Track"; whether leaving counts is not. `none` sends the participant's end alone; `track-removed` sends
   * the end of each track before it. Default: none.
   */
  readonly callbackTracksOfLeaving: "none" | "track-removed"
  /**
   * Is a callback that was not answered with 2xx tried again? Twilio documents retries for its platform, none for
   * Video. `once` does not; `retried` tries again a second later, two seconds after that and then four, with the same
   * `I-Twilio-Idempotency-Token`. Default: once.
   */
  readonly callbackDelivery: "once" | "retried"
  /**
   * Does a room's callback wait for the one before? Twilio does not guarantee an order. `in-order` waits until the
   * first attempt was answered or failed; `at-once` does not, so that callbacks overtake one another. Default:
   * in-order, which is easier to read; a receiver must not rely on it.
   */
  readonly callbackOrder: "in-order" | "at-once"

  // ---- requests ----

  /**
   * Is `Authorization: Bearer` with the sandbox's bearer token a way in? Twilio's platform has OAuth access tokens;
   * whether Video takes them is undocumented. Default: refuse.
   */
  readonly bearerAuth: "refuse" | "accept"
  /**
   * Does an answer 429 say with `Retry-After` when to come again? Twilio documents the header for newer products, not
   * for Video. It is only sent where the sandbox has a `quota`. `none`, or `one-second`: the quota is by the second.
   * Default: none.
   */
  readonly retryAfterOn429: "none" | "one-second"
  /**
   * Is a path with a slash at its end the same path? Twilio's pages print some so, and its libraries cut it off.
   * Default: accept.
   */
  readonly trailingSlash: "accept" | "not-found"
  /**
   * Is a path with `.json` at its end the same path? Twilio says that its product APIs accept it, and does not say of
   * what path. `accept` cuts it off; `literal` takes it for part of the SID or name. Default: literal, since identities
   * and names may end so.
   */
  readonly jsonSuffix: "literal" | "accept"
  /**
   * The code of a 400 for a parameter, or a path, that cannot be. Twilio documents the status, not the code. Default:
   * 20001.
   */
  readonly invalidParameterCode: number
  /**
   * What a parameter with an empty value is, in a form or a query: `UniqueName=`, as Twilio's PHP library sends null, or
   * a bare `UniqueName`, as its Ruby library does. Undocumented. `absent` takes it for one that was not sent; `refuse`
   * answers 400, with the parameter's own code where it has one. Default: absent, as Twilio's own libraries need it.
   */
  readonly emptyParameter: "absent" | "refuse"
}

/**
 * The choices as they are unless switched.
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
