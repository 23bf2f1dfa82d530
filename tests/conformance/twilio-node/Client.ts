/**
 * The fourteen operations as Twilio's own package and this library's client both have them: what goes in, what comes
 * out in the common form of `FieldView`, and a refusal as both tell it. Holds neither of the two clients.
 */
import type * as Effect from "effect/Effect"
import type { RoomListInstanceCreateOptions } from "twilio/lib/rest/video/v1/room.js"
import type * as FieldView from "./FieldView.ts"

/** What an error of either client tells of Twilio's answer. */
export interface Refusal {
  readonly status: number
  readonly code: number | undefined
  readonly moreInfo: string | undefined
}

export type Answer<A> = Effect.Effect<A, Refusal>

/** A rule in Twilio's words. Looser than Twilio's grammar, so that a wrong one can be sent. */
export interface Rule {
  readonly type: string
  readonly all?: boolean
  readonly publisher?: string
  readonly track?: string
  readonly kind?: string
  readonly [filter: string]: unknown
}

type Narrowed = "statusCallbackMethod" | "videoCodecs" | "recordingRules" | "transcriptionsConfiguration"

/** Every option that the package has; durations are numbers in Twilio's units. */
export interface RoomOptions extends Omit<RoomListInstanceCreateOptions, Narrowed> {
  readonly statusCallbackMethod?: "GET" | "POST"
  readonly videoCodecs?: [first: "VP8" | "H264", ...others: Array<"VP8" | "H264">]
  readonly recordingRules?: ReadonlyArray<Rule>
  readonly transcriptionsConfiguration?: { readonly [name: string]: string | boolean }
}

export interface PageOptions {
  readonly pageSize: number
  readonly pageToken?: string
}

interface DateFilters {
  readonly dateCreatedAfter?: Date
  readonly dateCreatedBefore?: Date
}

export interface RoomFilters extends DateFilters {
  readonly status?: "in-progress" | "completed" | "failed"
  readonly uniqueName?: string
}

export interface ParticipantFilters extends DateFilters {
  readonly status?: "connected" | "reconnecting" | "disconnected"
  readonly identity?: string
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly nextPageUrl: string | null
  readonly previousPageUrl: string | null
}

/** A list by the page, and as a whole in pages of a size. */
export interface Lister<A, Place extends ReadonlyArray<string>, Filters = unknown> {
  readonly page: (...args: [...place: Place, options: PageOptions & Filters]) => Answer<Page<A>>
  readonly list: (
    ...args: [...place: Place, options: { readonly pageSize: number } & Filters]
  ) => Answer<ReadonlyArray<A>>
}

type InRoom = [room: string]

type OfParticipant = [room: string, participant: string]

type OfTrack = [room: string, participant: string, track: string]

/** The operations that read. */
export interface Reader {
  readonly rooms: Lister<FieldView.RoomView, [], RoomFilters>
  readonly fetchRoom: (...place: InRoom) => Answer<FieldView.RoomView>
  readonly participants: Lister<FieldView.ParticipantView, InRoom, ParticipantFilters>
  readonly fetchParticipant: (...place: OfParticipant) => Answer<FieldView.ParticipantView>
  readonly publishedTracks: Lister<FieldView.TrackView, OfParticipant>
  readonly fetchPublishedTrack: (...place: OfTrack) => Answer<FieldView.TrackView>
  readonly subscribedTracks: Lister<FieldView.SubscribedTrackView, OfParticipant>
  readonly fetchSubscribedTrack: (...place: OfTrack) => Answer<FieldView.SubscribedTrackView>
  readonly fetchRules: (...place: OfParticipant) => Answer<FieldView.RulesView>
}

/** The operations that change. */
export interface Writer {
  readonly createRoom: (options: RoomOptions) => Answer<FieldView.RoomView>
  readonly completeRoom: (...place: InRoom) => Answer<FieldView.RoomView>
  readonly updateParticipant: (
    ...args: [...place: OfParticipant, status: "connected" | "reconnecting" | "disconnected"]
  ) => Answer<FieldView.ParticipantView>
  readonly anonymize: (...place: OfParticipant) => Answer<FieldView.AnonymizedView>
  readonly updateRules: (...args: [...place: OfParticipant, rules: ReadonlyArray<Rule>]) => Answer<FieldView.RulesView>
}

export interface Client {
  readonly read: Reader
  readonly write: Writer
}
