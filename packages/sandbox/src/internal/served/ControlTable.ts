/**
 * All controls of a served sandbox, for its OpenAPI document: what each takes and responds with. A test compares the
 * table with the router.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Room from "@effect-twilio-video/core/Room"
import * as Schema from "effect/Schema"
import * as CallbackDelivery from "../../CallbackDelivery.ts"
import * as DeliveryFault from "../../DeliveryFault.ts"
import * as Fault from "../../Fault.ts"
import * as LoggedRequest from "../../LoggedRequest.ts"
import * as SandboxService from "../../SandboxService.ts"
import * as SandboxState from "../../SandboxState.ts"
import * as Scenario from "../../Scenario.ts"
import * as RequestFilter from "../journal/RequestFilter.ts"
import * as ClockRoutes from "./ClockRoutes.ts"
import * as ConsoleRoutes from "./ConsoleRoutes.ts"
import * as OptionsSchema from "./OptionsSchema.ts"

export interface Control {
  readonly summary: string
  /** The parameters of the query. */
  readonly query?: Schema.Struct<Schema.Struct.Fields>
  readonly body?: Schema.Constraint
  /** False if the body may be missing. Default: true. */
  readonly bodyRequired?: boolean
  /** The status of success. Default: 200. */
  readonly status?: number
  /** The type of a success. Default: application/json. */
  readonly contentType?: string
  readonly response: Schema.Constraint
}

const Faults = Schema.Array(Schema.Struct({ rule: Fault.FaultRule, triggered: Schema.Int }))

const DeliveryFaults = Schema.Array(Schema.Struct({ rule: DeliveryFault.DeliveryFaultRule, triggered: Schema.Int }))

const Requests = Schema.Array(LoggedRequest.LoggedRequest)

const Callbacks = Schema.Array(CallbackDelivery.CallbackDelivery)

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const Counts = Schema.Record(CallbackDelivery.DeliveryStatus, Count)

const Ago = Schema.Union([Schema.String, Schema.Finite])

const TokenJoin = Schema.Struct({ token: Schema.String, ...SandboxService.JoinOptions.fields })

const Join = Schema.Union([
  Schema.Struct({ identity: Schema.String, ...SandboxService.JoinOptions.fields }),
  Schema.Struct({ identities: Schema.Array(Schema.String), ...SandboxService.JoinOptions.fields }),
  TokenJoin
])

const participant = "/sandbox/rooms/{room}/participants/{participant}"

const track = `${participant}/tracks/{track}`

const ofRooms: Readonly<Record<string, Control>> = {
  "POST /sandbox/rooms": {
    summary: "Opens a room",
    body: SandboxService.OpenRoomOptions,
    bodyRequired: false,
    status: 201,
    response: Room.RoomJson
  },
  "POST /sandbox/rooms/{room}/complete": {
    summary: "Ends a room and disconnects its participants",
    response: Room.RoomJson
  },
  "POST /sandbox/rooms/{room}/participants": {
    summary: "Joins a room: one participant, by identity or with an access token, or many",
    body: Join,
    status: 201,
    response: Schema.Union([Participant.ParticipantJson, Schema.Array(Participant.ParticipantJson)])
  },
  "POST /sandbox/participants": {
    summary: "Joins the room of an access token",
    body: TokenJoin,
    status: 201,
    response: Participant.ParticipantJson
  },
  [`POST ${participant}/leave`]: { summary: "Leaves the room", response: Participant.ParticipantJson },
  [`POST ${participant}/lose-connection`]: {
    summary: "Breaks the participant's connection: the status becomes reconnecting",
    response: Participant.ParticipantJson
  },
  [`POST ${participant}/regain-connection`]: {
    summary: "Restores the participant's connection",
    response: Participant.ParticipantJson
  },
  [`POST ${participant}/remove`]: {
    summary: "Removes the participant, as through Twilio's API, without a request in the log",
    response: Participant.ParticipantJson
  },
  [`POST ${participant}/anonymize`]: {
    summary: "Anonymizes the participant, as through Twilio's API, without a request in the log",
    response: Participant.ParticipantJson
  },
  [`POST ${participant}/tracks`]: {
    summary: "Publishes a track",
    body: SandboxService.Publication,
    status: 201,
    response: PublishedTrack.PublishedTrackJson
  },
  [`POST ${track}/enable`]: { summary: "Unmutes a track", response: PublishedTrack.PublishedTrackJson },
  [`POST ${track}/disable`]: { summary: "Mutes a track", response: PublishedTrack.PublishedTrackJson },
  [`POST ${track}/unpublish`]: { summary: "Unpublishes a track", response: PublishedTrack.PublishedTrackJson }
}

const ofState: Readonly<Record<string, Control>> = {
  "GET /sandbox/state": { summary: "Exports all rooms, participants and tracks", response: SandboxState.SandboxState },
  "PUT /sandbox/state": {
    summary: "Replaces everything with an exported state",
    query: Schema.Struct({ times: Schema.optionalKey(Schema.Literals(["move", "keep"])) }),
    body: SandboxState.SandboxState,
    response: SandboxState.SandboxState
  },
  "POST /sandbox/reset": {
    summary: "Starts again: the first rooms, the real time, empty logs. Options and fault rules stay.",
    response: SandboxState.SandboxState
  },
  "POST /sandbox/seed": {
    summary: "Replaces everything with the rooms of a scenario",
    body: Scenario.Scenario,
    response: SandboxState.SandboxState
  },
  "GET /sandbox/scenario": {
    summary: "Saves the rooms as a scenario, with times relative to now",
    response: Scenario.Scenario
  },
  "POST /sandbox/add-rooms": {
    summary: "Adds the rooms of a scenario and keeps everything else",
    body: Scenario.Scenario,
    response: SandboxState.SandboxState
  }
}

const ofLogs: Readonly<Record<string, Control>> = {
  "GET /sandbox/requests": {
    summary: "The latest requests to Twilio's API, oldest first",
    query: RequestFilter.Query,
    response: Requests
  },
  "GET /sandbox/requests/counts": {
    summary: "The numbers of the latest requests",
    query: RequestFilter.Query,
    response: LoggedRequest.RequestCounts
  },
  "GET /sandbox/requests/{id}": { summary: "One request", response: LoggedRequest.LoggedRequest },
  "DELETE /sandbox/requests": { summary: "Clears the request log", response: Requests },
  "GET /sandbox/callbacks": { summary: "The latest status callbacks, oldest first", response: Callbacks },
  "DELETE /sandbox/callbacks": { summary: "Clears the callback log. Pending callbacks continue.", response: Callbacks },
  "GET /sandbox/callbacks/counts": { summary: "The number of callbacks by delivery status", response: Counts },
  "GET /sandbox/callbacks/{id}": { summary: "One status callback", response: CallbackDelivery.CallbackDelivery },
  "POST /sandbox/callbacks/{id}/replay": {
    summary: "Sends a status callback once more. It's pending until the response.",
    response: CallbackDelivery.CallbackDelivery
  },
  "GET /sandbox/callbacks/faults": {
    summary: "The delivery faults, and how many callbacks each has hit",
    response: DeliveryFaults
  },
  "PUT /sandbox/callbacks/faults": {
    summary: "Replaces the delivery faults",
    body: Schema.Array(DeliveryFault.DeliveryFaultRule),
    response: DeliveryFaults
  },
  "DELETE /sandbox/callbacks/faults": { summary: "Removes all delivery faults", response: DeliveryFaults },
  "POST /sandbox/callbacks/await": {
    summary: "Waits until no status callback is pending",
    body: Schema.Struct({ timeout: Schema.optionalKey(Ago) }),
    bodyRequired: false,
    response: Callbacks
  }
}

// The console's own forms are types only: nothing but the console depends on them.
const ForConsole = Schema.Record(Schema.String, Schema.Json)

const ofConsole: Readonly<Record<string, Control>> = {
  "GET /sandbox/events": {
    summary: "What happens, as server-sent events: a snapshot, then the changes after it, or those after Last-Event-ID",
    contentType: "text/event-stream",
    response: Schema.String
  },
  "GET /sandbox/rooms/{room}/timeline": {
    summary: "The periods of each participant's connection and tracks, and what happened to them",
    response: ForConsole
  },
  "GET /sandbox/rooms/{room}/subscriptions": {
    summary: "Who receives which tracks",
    query: ConsoleRoutes.SubscriptionsQuery,
    response: ForConsole
  }
}

/** By method and path. */
export const controls: Readonly<Record<string, Control>> = {
  ...ofState,
  ...ofRooms,
  "GET /sandbox/faults": { summary: "The fault rules, and how many requests each has hit", response: Faults },
  "PUT /sandbox/faults": {
    summary: "Replaces the fault rules",
    body: Schema.Array(Fault.FaultRule),
    response: Faults
  },
  "DELETE /sandbox/faults": { summary: "Removes all fault rules", response: Faults },
  ...ofLogs,
  "GET /sandbox/clock": { summary: "The sandbox's time", response: ClockRoutes.ClockState },
  "PUT /sandbox/clock": {
    summary: "Freezes the clock, moves it forward or changes its speed. Responds when everything due has happened.",
    body: ClockRoutes.ClockChange,
    response: ClockRoutes.ClockState
  },
  "GET /sandbox/options": { summary: "The options in force", response: OptionsSchema.Options },
  "PATCH /sandbox/options": {
    summary: "Changes the options that are given",
    body: OptionsSchema.OptionsChange,
    response: OptionsSchema.Options
  },
  ...ofConsole,
  "GET /sandbox/openapi.json": { summary: "This document", response: Schema.Record(Schema.String, Schema.Json) }
}
