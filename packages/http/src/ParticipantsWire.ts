/**
 * How the Participants resource looks on the wire: paths, parameter names, success codes. The client and the sandbox
 * both read it from here. Holds no behaviour.
 *
 * @since 0.1.0
 */

/**
 * The paths, with the names of their parameters. `room` takes a SID or a unique name, `participant` a SID or an
 * identity.
 *
 * Follows https://www.twilio.com/docs/video/api/participants.
 *
 * @category constants
 * @since 0.1.0
 */
export const paths = {
  list: "/v1/Rooms/:room/Participants",
  instance: "/v1/Rooms/:room/Participants/:participant",
  anonymize: "/v1/Rooms/:room/Participants/:participant/Anonymize"
} as const

/**
 * The names of the query and form parameters; Twilio reads them case-sensitively.
 *
 * @category constants
 * @since 0.1.0
 */
export const parameters = {
  status: "Status",
  identity: "Identity",
  dateCreatedAfter: "DateCreatedAfter",
  dateCreatedBefore: "DateCreatedBefore",
  pageSize: "PageSize",
  page: "Page",
  pageToken: "PageToken"
} as const

/**
 * The member of a list's answer that holds the participants.
 *
 * @category constants
 * @since 0.1.0
 */
export const listKey = "participants"

/**
 * The HTTP status of each operation's success.
 *
 * @category constants
 * @since 0.1.0
 */
export const success = { fetch: 200, list: 200, update: 202, anonymize: 200 } as const

/**
 * The page sizes of a list: Twilio's default, and the most it puts on a page.
 *
 * @category constants
 * @since 0.1.0
 */
export const pageSize = { default: 50, maximum: 1000 } as const
