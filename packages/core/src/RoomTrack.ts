/**
 * A track as subscribe rules see it: with its name, its kind, and who publishes it. Holds no rule.
 *
 * @since 0.1.0
 */
import type * as PublishedTrack from "./PublishedTrack.ts"
import type * as TrackKind from "./TrackKind.ts"

/**
 * A track that is published in a room.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomTrack {
  readonly sid: string
  readonly name: string
  readonly kind: TrackKind.TrackKind
  readonly publisherSid: string
  readonly publisherIdentity: string
}

/**
 * Makes one of a participant and a track that this participant publishes.
 *
 * @example
 * ```ts
 * import * as RoomTrack from "@effect-twilio-video/core/RoomTrack"
 *
 * const publisher = { sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293", identity: "Bob" }
 * const track = { sid: "MT8a1b0c4be07f8a6b2c3d4e5f60718293", name: "screen", kind: "video" }
 *
 * RoomTrack.make(publisher, track).publisherIdentity // => "Bob"
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  publisher: { readonly sid: string; readonly identity: string },
  track: Pick<PublishedTrack.PublishedTrack, "name" | "kind"> & { readonly sid: string }
): RoomTrack => ({
  sid: track.sid,
  name: track.name,
  kind: track.kind,
  publisherSid: publisher.sid,
  publisherIdentity: publisher.identity
})
