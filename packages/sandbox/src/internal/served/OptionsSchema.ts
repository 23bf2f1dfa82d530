/**
 * The options of a sandbox that a server's controls can read and change.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Assumptions from "../../Assumptions.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"

const isDuration = (text: string | number): boolean =>
  Option.exists(Duration.fromInput(text as Duration.Input), (duration) => !Duration.isNegative(duration)) // Checked here.

const Retention = Schema.Union([Schema.Literal("forever"), Schema.String, Schema.Finite]).check(
  Schema.makeFilter((input) => input === "forever" || isDuration(input), {
    expected: '"forever", a duration such as "1 hour", or milliseconds'
  })
) as unknown as Schema.Codec<Duration.Input | "forever", string | number> // The check ensures that a text is a duration.

const InCompletedRoom = Schema.Literals(["refuse", "not-found", "accept"])

const switches = {
  notFoundCode: Schema.Literals(["platform", "resource"]),
  identityFindsReconnecting: Schema.Boolean,
  defaultListHasReconnecting: Schema.Boolean,
  connectedListHasReconnecting: Schema.Boolean,
  listOrder: Schema.Literals(["newest-first", "oldest-first"]),
  pageSizeAboveMaximum: Schema.Literals(["clamp", "refuse"]),
  unknownPageToken: Schema.Literals(["refuse", "restart"]),
  dateCreatedAfterInclusive: Schema.Boolean,
  dateCreatedBeforeInclusive: Schema.Boolean,
  updateOfDisconnected: Schema.Literals(["accept", "refuse"]),
  updateToOtherStatus: Schema.Literals(["refuse", "accept"]),
  updateInCompletedRoom: InCompletedRoom,
  anonymizeOfConnected: Schema.Literals(["accept", "refuse"]),
  anonymizeInCompletedRoom: InCompletedRoom,
  identityFilterFindsAnonymized: Schema.Boolean,
  tracksOfDisconnected: Schema.Literals(["empty", "not-found"]),
  rulesOfDisconnected: Schema.Literals(["found", "not-found"]),
  rulesInCompletedRoom: InCompletedRoom,
  ruleAllAsText: Schema.Literals(["accept", "refuse"]),
  maxParticipantsAboveLimit: Schema.Literals(["refuse", "clamp"]),
  legacyRooms: Schema.Literals(["refuse", "accept"]),
  durationInProgress: Schema.Literals(["null", "zero"]),
  completedRoomRetention: Retention,
  adHocRooms: Schema.Literals(["open", "refuse"]),
  tokenWithoutIdentityCode: Schema.Literals([53_200, 20_106]),
  callbackOrderAtCompletion: Schema.Literals(["participants-first", "room-first"]),
  callbackTracksOfLeaving: Schema.Literals(["none", "track-removed"]),
  callbackDelivery: Schema.Literals(["once", "retried"]),
  callbackOrder: Schema.Literals(["in-order", "at-once"]),
  bearerAuth: Schema.Literals(["refuse", "accept"]),
  retryAfterOn429: Schema.Literals(["none", "one-second"]),
  trailingSlash: Schema.Literals(["accept", "not-found"]),
  jsonSuffix: Schema.Literals(["literal", "accept"]),
  invalidParameterCode: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  emptyParameter: Schema.Literals(["absent", "refuse"])
}

/** All assumptions with their values. */
export const AssumptionValues: Schema.Codec<Assumptions.Assumptions, unknown> = Schema.Struct(switches)

// Basic authentication can't send a user name with a colon.
const UserName = Schema.String.check(Schema.isPattern(/^[\u{21}-\u{39}\u{3b}-\u{7e}]+$/u))

const Secret = Schema.String.check(Schema.isPattern(/^[\u{21}-\u{7e}]+$/u))

const credentials = {
  accountSid: UserName,
  authToken: Secret,
  apiKeySid: UserName,
  apiKeySecret: Secret,
  bearerToken: Secret
}

const PerSecond = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const Size = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const None = Schema.Null.annotate({ description: "none" })

const Origin = Schema.String.check(
  Schema.makeFilter((text: string) => RequestUrl.parseOrigin(text) !== undefined, {
    expected: "an origin such as https://app.example.com"
  })
)

const values = {
  /** How many requests per second are processed; null is no limit. */
  quota: Schema.Union([Schema.Struct({ reads: PerSecond, writes: PerSecond }), None]),
  /** Seeds the next rooms and fault rules: those of a reset, of a scenario, or of new rules. */
  seed: Schema.String,
  /** How many requests the request log keeps. */
  requestLog: Size,
  /** How much memory the request log takes, about, in bytes. */
  requestLogBytes: Size,
  /** How many deliveries the callback log keeps. */
  callbackLog: Size,
  /** How much memory the callback log takes, about, in bytes. */
  callbackLogBytes: Size,
  /** The origin in the URLs of responses; null is the origin of the request's URL. */
  publicOrigin: Schema.Union([Origin, None])
}

type OptionalFields<F extends Schema.Struct.Fields> = { readonly [K in keyof F]: Schema.optionalKey<F[K]> }

const optionalFields = <F extends Schema.Struct.Fields>(fields: F): OptionalFields<F> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, Schema.optionalKey(field)])
  ) as OptionalFields<F> // The same names.

/** The options that are in force. */
export const Options = Schema.Struct({
  assumptions: Schema.Struct(switches),
  credentials: Schema.Struct({ ...credentials, bearerToken: Schema.optionalKey(Secret) }),
  ...values
})

export type Options = typeof Options.Type

/** A change of some options. Members that are missing stay as they are. */
export const OptionsChange = Schema.Struct({
  assumptions: Schema.optionalKey(Schema.Struct(optionalFields(switches))),
  credentials: Schema.optionalKey(Schema.Struct(optionalFields(credentials))),
  ...optionalFields(values)
})

export type OptionsChange = typeof OptionsChange.Type
