/**
 * A stub server for responses that the sandbox doesn't send, and Twilio's records for its responses.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const accountSid = `AC${"1".repeat(32)}`
export const secret = "s3cret-auth-token"
export const roomSid = `RM${"a".repeat(32)}`
export const sid = (digit: string) => `PA${digit.repeat(32)}`
export const trackSid = `MT${"c".repeat(32)}`

/** Twilio's JSON of a participant. */
export const body = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  account_sid: accountSid,
  room_sid: roomSid,
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  start_time: "2017-12-13T23:37:18Z",
  end_time: "2017-12-13T23:37:31Z",
  sid: sid("b"),
  identity: "Alice",
  status: "disconnected",
  url: `https://video.twilio.com/v1/Rooms/${roomSid}/Participants/${sid("b")}`,
  duration: 12,
  links: {},
  ...change
})

/** Twilio's JSON of a room. */
export const room = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  sid: roomSid,
  account_sid: accountSid,
  unique_name: "Standup",
  status: "in-progress",
  type: "group",
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:18Z",
  end_time: null,
  duration: null,
  max_participants: 50,
  video_codecs: ["H264", "VP8"],
  empty_room_timeout: 5,
  url: `https://video.twilio.com/v1/Rooms/${roomSid}`,
  links: {},
  ...change
})

/** Twilio's JSON of a published track. */
export const publishedTrack = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  sid: trackSid,
  participant_sid: sid("b"),
  room_sid: roomSid,
  name: "screen",
  kind: "video",
  enabled: true,
  date_created: "2017-12-13T23:37:18Z",
  date_updated: null,
  url: `https://video.twilio.com/v1/Rooms/${roomSid}/Participants/${sid("b")}/PublishedTracks/${trackSid}`,
  ...change
})

/** Twilio's JSON of a subscribed track. */
export const subscribedTrack = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ...publishedTrack(),
  participant_sid: sid("a"),
  publisher_sid: sid("b"),
  ...change
})

/** Twilio's JSON of subscribe rules. */
export const ruleSet = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  participant_sid: sid("b"),
  room_sid: roomSid,
  rules: [{ type: "include", all: true, publisher: null, track: null, kind: null, priority: null }],
  date_created: null,
  date_updated: null,
  ...change
})

export const list = (
  items: ReadonlyArray<unknown>,
  nextPageUrl: string | null,
  url = "https://video.twilio.com/v1/Rooms/x/Participants?PageSize=50&Page=0",
  key = "participants"
) => ({
  [key]: items,
  meta: {
    page: 0,
    page_size: 50,
    first_page_url: url,
    previous_page_url: null,
    url,
    next_page_url: nextPageUrl,
    key
  }
})

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } })

export type Handler = (request: Request) => Response | Promise<Response>

export interface Options extends TwilioHttpClient.HttpClientOptions {
  /** Default: no retries, because a test's clock would never end their delays. */
  readonly policy?: Partial<RequestPolicy.RequestPolicy>
}

export const layer = (handler: Handler, { policy = RequestPolicy.noRetries, ...options }: Options = {}) =>
  TwilioHttpClient.layer(TwilioVideo.services, {
    accountSid,
    authToken: Redacted.make(secret),
    quota: "off",
    ...options
  }).pipe(
    Layer.provide(WebHandlerTransport.layer(async (request) => handler(request))),
    Layer.provide(RequestPolicy.layer(policy))
  )

/** Runs a program against the handler. */
export const run = <A, E>(handler: Handler, program: Effect.Effect<A, E, TwilioVideo.Services>, options?: Options) =>
  Effect.provide(program, layer(handler, options))

/** Runs a use of the participants against the handler. */
export const using = <A, E>(
  handler: Handler,
  use: (participants: Participants.Service) => Effect.Effect<A, E>,
  options?: Options
) => run(handler, Participants.Participants.use(use), options)
