/**
 * The types of what the console reads from the server: the events of `GET /sandbox/events`, and the answers that only the
 * console needs. Times are milliseconds since 1970 on the sandbox's clock. Records of the logs
 * and the clock keep their own form.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Room from "@effect-twilio-video/core/Room"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as CallbackDelivery from "../../CallbackDelivery.ts"
import type * as DeliveryFault from "../../DeliveryFault.ts"
import type * as Fault from "../../Fault.ts"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import type * as Change from "../engine/Change.ts"
import type * as ClockRoutes from "./ClockRoutes.ts"

export interface RoomSummary {
  readonly sid: string
  /** Missing if the room has no name of its own. */
  readonly uniqueName?: string
  readonly status: Room.KnownStatus
  readonly created: number
  readonly ended?: number
  /** The number of participants by status; `total` includes those who have left. */
  readonly connected: number
  readonly reconnecting: number
  readonly total: number
  /** The number of tracks that are published now. */
  readonly tracks: number
  readonly maxParticipants: number
}

export type ChangeType = Change.Change["type"] | "participant-removed"

/** What caused a change: a request to Twilio's API, a control, a timeout, or a scenario or state that was loaded. */
export type Cause = "request" | "control" | "timeout" | "replay"

/** A change of a room. */
export interface TimelineEvent {
  readonly position: number
  readonly at: number
  readonly type: ChangeType
  readonly roomSid: string
  readonly participantSid?: string
  readonly trackSid?: string
  readonly by: Cause
  /** The id of the request in the request log, if a request caused it. */
  readonly requestId?: string
  /** Of `participant-connected`. The identity is the SID if the participant was anonymized since. */
  readonly participant?: { readonly identity: string }
  /** Of `track-published`. */
  readonly track?: Pick<TimelineTrack, "name" | "kind"> & { readonly enabled: boolean }
  /** Of `participant-connected` and `subscribe-rules-replaced`. */
  readonly rules?: ReadonlyArray<SubscribeRule.SubscribeRule>
}

export type RequestSummary = Pick<
  LoggedRequest.LoggedRequest,
  "id" | "at" | "method" | "path" | "operation" | "status" | "fault" | "abandoned"
> & {
  /** Milliseconds from the request to its response. */
  readonly duration?: number
  /** The room and participant in the path, as sent. */
  readonly room?: string
  readonly participant?: string
}

export type CallbackSummary = Pick<
  CallbackDelivery.CallbackDelivery,
  "id" | "at" | "event" | "roomSid" | "sequenceNumber" | "method" | "url" | "deliveryStatus" | "faults"
> & {
  /** The number of attempts so far. */
  readonly attempts: number
  /** The HTTP status of the last response. */
  readonly status?: number
  /** Why there is no response. */
  readonly problem?: string
}

/** The same as the answer of `GET /sandbox/clock`. */
export type Clock = typeof ClockRoutes.ClockState.Type

export interface Faults {
  readonly faults: ReadonlyArray<Fault.FaultCount>
  readonly deliveryFaults: ReadonlyArray<DeliveryFault.DeliveryFaultCount>
}

/** Everything that a console shows in lists. The first event, and again if events were missed. */
export interface Snapshot extends Faults {
  readonly type: "snapshot"
  readonly position: number
  readonly clock: Clock
  readonly rooms: ReadonlyArray<RoomSummary>
  /** Latest first. */
  readonly requests: ReadonlyArray<RequestSummary>
  /** How many earlier requests the log no longer has. */
  readonly requestsDropped: number
  /** Latest first. */
  readonly callbacks: ReadonlyArray<CallbackSummary>
}

export type Event =
  | Snapshot
  /** Adds or replaces a room. */
  | { readonly type: "room"; readonly room: RoomSummary }
  | { readonly type: "room-removed"; readonly sid: string }
  | { readonly type: "change"; readonly change: TimelineEvent }
  /** Adds or replaces a request. */
  | { readonly type: "request"; readonly request: RequestSummary }
  | { readonly type: "requests-cleared" }
  /** Adds or replaces a callback. */
  | { readonly type: "callback"; readonly callback: CallbackSummary }
  | { readonly type: "callbacks-cleared" }
  | { readonly type: "clock"; readonly clock: Clock }
  | ({ readonly type: "faults" } & Faults)

/** A period of a participant's connection. The last one has no end while it continues. */
export interface Span {
  readonly status: "connected" | "reconnecting"
  readonly from: number
  readonly to?: number
}

/** A period in which a track was published. */
export interface TimelineTrack {
  readonly sid: string
  readonly name: string
  readonly kind: PublishedTrack.Kind
  readonly from: number
  readonly to?: number
  readonly muted: ReadonlyArray<{ readonly from: number; readonly to?: number }>
}

export interface Mark {
  readonly at: number
  readonly type: "subscribe-rules-replaced" | "participant-removed" | "participant-anonymized"
  readonly by: Cause
  readonly requestId?: string
}

export interface TimelineParticipant {
  readonly sid: string
  /** The SID if the participant was anonymized. */
  readonly identity: string
  readonly status: Participant.KnownStatus
  readonly created: number
  readonly ended?: number
  readonly spans: ReadonlyArray<Span>
  readonly tracks: ReadonlyArray<TimelineTrack>
  readonly marks: ReadonlyArray<Mark>
  readonly rules: ReadonlyArray<SubscribeRule.SubscribeRule>
}

/** The answer of `GET /sandbox/rooms/{room}/timeline`. */
export interface Timeline {
  /** The position of the latest event in it. */
  readonly position: number
  readonly room: RoomSummary
  /** In order of joining. */
  readonly participants: ReadonlyArray<TimelineParticipant>
  /** How many spans, mutes and marks were dropped, since the history is bounded. */
  readonly dropped: number
}

/** The answer of `GET /sandbox/rooms/{room}/subscriptions?from=0&to=50`: who receives which tracks. */
export interface Subscriptions {
  /** All participants who are in the room, in order of joining. */
  readonly participants: ReadonlyArray<{ readonly sid: string; readonly identity: string }>
  readonly tracks: ReadonlyArray<{
    readonly sid: string
    readonly publisherSid: string
    readonly name: string
    readonly kind: PublishedTrack.Kind
    readonly enabled: boolean
  }>
  /** The SIDs of the tracks that each of the participants `from` to `to` receives. */
  readonly receives: Readonly<Record<string, ReadonlyArray<string>>>
}

/** The body of a control's refusal. */
export interface Problem {
  readonly problem: string
  readonly message: string
  readonly code?: number
}
