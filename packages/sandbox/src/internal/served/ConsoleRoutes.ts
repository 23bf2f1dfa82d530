/**
 * What the console reads from a server, and the changes that it makes as a moderator would through Twilio's API.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SandboxError from "../../SandboxError.ts"
import * as Representation from "../api/Representation.ts"
import * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import * as Controls from "../controls/Controls.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import * as Roster from "../engine/Roster.ts"
import type * as Protocol from "./ConsoleProtocol.ts"
import type { EventFeed } from "./EventFeed.ts"

const room = "/sandbox/rooms/:room"

const participant = `${room}/participants/:participant` as const

const Position = Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))

export const SubscriptionsQuery = Schema.Struct({
  /** The first subscriber, counted from 0 in order of joining. Default: 0. */
  from: Schema.optionalKey(Position),
  /** The subscriber after the last one. Default: 50 after `from`. */
  to: Schema.optionalKey(Position)
})

const decodeRange = Schema.decodeUnknownResult(SubscriptionsQuery, { onExcessProperty: "error" })

interface Range {
  readonly from: number
  readonly to: number
}

/** How many subscribers one response has at most. */
const maximumSubscribers = 200

const rangeOf = (query: URLSearchParams): Result.Result<Range, SandboxError.SandboxError> =>
  Result.mapBoth(decodeRange(Object.fromEntries(query)), {
    onSuccess: ({ from = 0, to = from + 50 }) => ({ from, to: Math.min(to, from + maximumSubscribers) }),
    onFailure: (error) => SandboxError.make("invalid-request", `In the query: ${SandboxError.where(error)}`)
  })

const subscriptionsOf = (record: RoomRecord, { from, to }: Range): Protocol.Subscriptions => {
  const present = Array.from(Roster.present(record))
  return {
    participants: present.map(({ identity, sid }) => ({ sid, identity })),
    tracks: Array.from(record.published.values(), ({ enabled, kind, name, publisher, sid }) => ({
      sid,
      publisherSid: publisher.sid,
      name,
      kind,
      enabled
    })),
    receives: Object.fromEntries(
      present
        .slice(from, to)
        .map((subscriber) => [subscriber.sid, Participants.subscribedTracks(subscriber).map(({ sid }) => sid)])
    )
  }
}

const reads = (context: ControlEndpoint.Context, feed: EventFeed) => {
  const { engine } = context.parts
  const respond = ControlEndpoint.json(200, (_, json) => json)
  return [
    HttpRouter.route(
      "GET",
      "/sandbox/events",
      Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
        HttpServerResponse.stream(feed.read(headers["last-event-id"]), {
          contentType: "text/event-stream",
          // Some proxies collect a response before they pass it on.
          headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
        })
      )
    ),
    HttpRouter.route(
      "GET",
      `${room}/timeline`,
      ControlEndpoint.make(context, respond, ({ room = "" }) =>
        Result.map(Controls.findRoom(engine, room), (found) => feed.timeline(found))
      )
    ),
    HttpRouter.route(
      "GET",
      `${room}/subscriptions`,
      ControlEndpoint.prepared(context, {
        respond,
        prepare: (_, query) => Effect.fromResult(rangeOf(query)),
        run: ({ room = "" }, range) =>
          Result.map(Controls.findRoom(engine, room), (found) => subscriptionsOf(found, range))
      })
    )
  ]
}

const changes = (context: ControlEndpoint.Context, feed: EventFeed) => {
  const { engine } = context.parts
  const respond = ControlEndpoint.json(200, Representation.participant)
  const remove: Controls.ParticipantChange = (...which) => {
    feed.isRemoving = true
    try {
      return Controls.leave(...which)
    } finally {
      feed.isRemoving = false
    }
  }
  const anonymize = (found: ParticipantRecord): ParticipantRecord => {
    Participants.anonymize(engine, found)
    return found
  }
  return [
    HttpRouter.route(
      "POST",
      `${participant}/remove`,
      ControlEndpoint.make(context, respond, ({ participant = "", room = "" }) => remove(engine, room, participant))
    ),
    HttpRouter.route(
      "POST",
      `${participant}/anonymize`,
      ControlEndpoint.make(context, respond, ({ participant = "", room = "" }) =>
        Result.map(Controls.findParticipant(engine, room, participant), anonymize)
      )
    )
  ]
}

export const make = (context: ControlEndpoint.Context, feed: EventFeed) => [
  ...reads(context, feed),
  ...changes(context, feed)
]
