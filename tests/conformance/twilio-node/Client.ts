/**
 * The fourteen operations, as an interface that Twilio's package and the library both implement. Records have the common
 * form of `FieldView`.
 */
import type * as Effect from "effect/Effect"
import type { RoomListInstanceCreateOptions } from "twilio/lib/rest/video/v1/room.js"
import type * as FieldView from "./FieldView.ts"

/** Twilio's error response, as either client's error has it. */
export interface ApiError {
  readonly status: number
  readonly code: number | undefined
  readonly moreInfo: string | undefined
}

export type Response<A> = Effect.Effect<A, ApiError>

/** A rule in Twilio's JSON form. It also allows invalid rules. */
export interface Rule {
  readonly type: string
  readonly all?: boolean
  readonly publisher?: string
  readonly track?: string
  readonly kind?: string
  readonly [filter: string]: unknown
}

type Narrowed = "statusCallbackMethod" | "videoCodecs" | "recordingRules" | "transcriptionsConfiguration"

/** Every option of Twilio's package. Durations are numbers in Twilio's units. */
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

/** A list: one page, or all pages of a size. */
export interface Lister<A, Place extends ReadonlyArray<string>, Filters = unknown> {
  readonly page: (...args: [...place: Place, options: PageOptions & Filters]) => Response<Page<A>>
  readonly list: (
    ...args: [...place: Place, options: { readonly pageSize: number } & Filters]
  ) => Response<ReadonlyArray<A>>
}

type InRoom = [room: string]

type OfParticipant = [room: string, participant: string]

type OfTrack = [room: string, participant: string, track: string]

/** The operations that read. */
export interface Reader {
  readonly rooms: Lister<FieldView.RoomView, [], RoomFilters>
  readonly fetchRoom: (...place: InRoom) => Response<FieldView.RoomView>
  readonly participants: Lister<FieldView.ParticipantView, InRoom, ParticipantFilters>
  readonly fetchParticipant: (...place: OfParticipant) => Response<FieldView.ParticipantView>
  readonly publishedTracks: Lister<FieldView.TrackView, OfParticipant>
  readonly fetchPublishedTrack: (...place: OfTrack) => Response<FieldView.TrackView>
  readonly subscribedTracks: Lister<FieldView.SubscribedTrackView, OfParticipant>
  readonly fetchSubscribedTrack: (...place: OfTrack) => Response<FieldView.SubscribedTrackView>
  readonly fetchRules: (...place: OfParticipant) => Response<FieldView.RulesView>
}

/** The operations that change. */
export interface Writer {
  readonly createRoom: (options: RoomOptions) => Response<FieldView.RoomView>
  readonly completeRoom: (...place: InRoom) => Response<FieldView.RoomView>
  readonly updateParticipant: (
    ...args: [...place: OfParticipant, status: "connected" | "reconnecting" | "disconnected"]
  ) => Response<FieldView.ParticipantView>
  readonly anonymize: (...place: OfParticipant) => Response<FieldView.AnonymizedView>
  readonly updateRules: (
    ...args: [...place: OfParticipant, rules: ReadonlyArray<Rule>]
  ) => Response<FieldView.RulesView>
}

export interface Client {
  readonly read: Reader
  readonly write: Writer
}
