/**
 * The kind of a media track. Holds no track.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const known = ["audio", "video", "data"] as const

/**
 * The kinds that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownTrackKind = (typeof known)[number]

/**
 * A track's kind: one of the documented three, or a string that Twilio adds after this release.
 *
 * Follows the `kind` property of https://www.twilio.com/docs/video/api/publishedtrack.
 *
 * @category models
 * @since 0.1.0
 */
export type TrackKind = KnownTrackKind | (string & {})

/**
 * Decodes any string as a kind, so that a new kind does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TrackKind: Schema.Codec<TrackKind, string> = Schema.String

/**
 * The schema of the documented kinds, for input that must be one of them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownTrackKind = Schema.Literals(known)

/**
 * Is this one of the kinds that Twilio documents?
 *
 * @example
 * ```ts
 * import * as TrackKind from "@effect-twilio-video/core/TrackKind"
 *
 * TrackKind.isKnown("data") // => true
 * TrackKind.isKnown("smell") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnown: (value: unknown) => value is KnownTrackKind = Schema.is(KnownTrackKind)
