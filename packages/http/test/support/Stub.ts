/**
 * A stand-in for a server that answers wrongly or slowly on purpose, which no well-behaved sandbox does. Holds no
 * tests, and nothing that the sandbox can answer.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const accountSid = `AC${"1".repeat(32)}`
export const secret = "s3cret-auth-token"
export const roomSid = `RM${"a".repeat(32)}`
export const sid = (digit: string) => `PA${digit.repeat(32)}`

/** A participant as Twilio writes one. */
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

export const list = (
  items: ReadonlyArray<Record<string, unknown>>,
  nextPageUrl: string | null,
  url = "https://video.twilio.com/v1/Rooms/x/Participants?PageSize=50&Page=0"
) => ({
  participants: items,
  meta: {
    page: 0,
    page_size: 50,
    first_page_url: url,
    previous_page_url: null,
    url,
    next_page_url: nextPageUrl,
    key: "participants"
  }
})

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } })

export type Handler = (request: Request) => Response | Promise<Response>

export const layer = (handler: Handler, options: TwilioVideo.ConnectionOptions = {}) =>
  TwilioVideo.layer({ accountSid, authToken: Redacted.make(secret), ...options }).pipe(
    Layer.provide(WebHandlerTransport.layer(async (request) => handler(request)))
  )

/** Runs one use of the service against the handler. */
export const using = <A, E>(
  handler: Handler,
  use: (participants: Participants.Service) => Effect.Effect<A, E>,
  options?: TwilioVideo.ConnectionOptions
) => Effect.provide(Participants.Participants.use(use), layer(handler, options))
