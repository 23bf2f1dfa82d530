/**
 * The HTTP client that points Twilio's package at the sandbox replaces only the origin of requests to Twilio Video. An axios
 * adapter records what would be sent.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TwilioSdk from "./TwilioSdk.ts"

const baseUrl = "http://127.0.0.1:4010"

interface Sent {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly params: unknown
  readonly data: unknown
  readonly authorization: unknown
}

const make = () => {
  const sent: Array<Sent> = []
  const httpClient = new TwilioSdk.OriginRewritingClient(baseUrl)
  httpClient.axios.defaults.adapter = (config) => {
    const { data, headers, method, params, url } = config
    sent.push({ method, url, params, data, authorization: headers.get("Authorization") })
    return Promise.resolve({ config, status: 200, statusText: "OK", headers: {}, data: "{}" })
  }
  return { httpClient, sent }
}

it.live.each([
  {
    uri: "https://video.twilio.com/v1/Rooms/A%20b;c/Participants?Page=1#x",
    to: `${baseUrl}/v1/Rooms/A%20b;c/Participants?Page=1#x`
  },
  { uri: "https://video.twilio.com//v1/./Rooms/100%/../é", to: `${baseUrl}//v1/./Rooms/100%/../é` },
  { uri: `${baseUrl}/v1/Rooms/x/Participants?PageToken=PA1`, to: `${baseUrl}/v1/Rooms/x/Participants?PageToken=PA1` },
  { uri: "http://127.0.0.1:1/v1/Rooms", to: "http://127.0.0.1:1/v1/Rooms" },
  { uri: "https://api.twilio.com/2010-04-01/Accounts", to: "https://api.twilio.com/2010-04-01/Accounts" },
  { uri: "https://video.twilio.com.example/v1/Rooms", to: "https://video.twilio.com.example/v1/Rooms" },
  { uri: "http://video.twilio.com/v1/Rooms", to: "http://video.twilio.com/v1/Rooms" }
])("$uri is sent to $to", ({ to, uri }) =>
  Effect.gen(function* () {
    const { httpClient, sent } = make()
    yield* TwilioSdk.call(() => httpClient.request({ method: "get", uri }))
    assert.deepStrictEqual(
      sent.map((request) => request.url),
      [to]
    )
  })
)

it.live("path, query, headers and body stay as the package writes them", () =>
  Effect.gen(function* () {
    const { httpClient, sent } = make()
    const credentials = { username: `AC${"0".repeat(32)}`, password: "token", accountSid: `AC${"0".repeat(32)}` }
    const { participants } = TwilioSdk.make(httpClient, credentials).video.v1.rooms("Daily Standup")
    const since = new Date("2026-03-02T09:00:00.999Z")
    yield* TwilioSdk.call(() => participants("Zoë").update({ status: "disconnected" }))
    yield* TwilioSdk.call(() => participants("Zoë").anonymize().update())
    yield* TwilioSdk.call(() =>
      participants.page({ identity: "Zoë & co", dateCreatedAfter: since, pageSize: 5000 })
    ).pipe(Effect.ignore)
    const authorization = `Basic ${btoa(`${credentials.username}:token`)}`
    const instance = `${baseUrl}/v1/Rooms/Daily%20Standup/Participants/Zo%C3%AB`
    assert.deepStrictEqual(sent, [
      { method: "post", url: instance, params: undefined, data: "Status=disconnected", authorization },
      { method: "post", url: `${instance}/Anonymize`, params: undefined, data: undefined, authorization },
      {
        method: "get",
        url: `${baseUrl}/v1/Rooms/Daily%20Standup/Participants`,
        params: { Identity: "Zoë & co", DateCreatedAfter: "2026-03-02T09:00:00Z", PageSize: 5000 },
        data: undefined,
        authorization
      }
    ])
  })
)
