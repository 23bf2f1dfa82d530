/**
 * Measures the hot paths: decoding a page, fetching a participant from a canned response and from the sandbox in process,
 * a sandbox request, an access token and a status callback. Prints microseconds per call and the ratio of each minimum to
 * that of a baseline in the same run, and writes them to `reports/calls.json`.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as Quota from "@effect-twilio-video/http/Quota"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { measure, rounds, writeReport } from "./measure.ts"

const record = {
  account_sid: `AC${"1".repeat(32)}`,
  room_sid: `RM${"2".repeat(32)}`,
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  start_time: "2017-12-13T23:37:18Z",
  end_time: "2017-12-13T23:37:31Z",
  sid: `PA${"3".repeat(32)}`,
  identity: "Alice",
  status: "disconnected",
  url: "https://video.twilio.com/v1/Rooms/RM/Participants/PA",
  duration: 12,
  links: { anonymize: "https://video.twilio.com/v1/Rooms/RM/Participants/PA/Anonymize" }
}
const body = JSON.stringify(record)
const page = JSON.stringify(Array.from({ length: 1000 }, () => record))
const decodePage = Schema.decodeUnknownSync(Schema.Array(Participant.ParticipantJson))

const times = (calls: number, run: () => Promise<unknown>) =>
  Array.from({ length: calls }).reduce<Promise<unknown>>((previous) => previous.then(run), Promise.resolve())

const canned = async () => new Response(body, { status: 200 })

const fetchAlice = Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice"))
const list1000 = Participants.Participants.use((participants) => participants.list("Crowd", { pageSize: 1000 }))

const cannedWith = (quota: Quota.Quota | "off") =>
  ManagedRuntime.make(
    TwilioHttpClient.layer(TwilioVideo.services, {
      accountSid: record.account_sid,
      authToken: Redacted.make("token"),
      quota
    }).pipe(Layer.provide(WebHandlerTransport.layer(canned)))
  )
const cannedRuntime = cannedWith("off")
const fetchRuntime = ManagedRuntime.make(
  TwilioVideo.layerFetch({
    accountSid: record.account_sid,
    authToken: Redacted.make("token"),
    quota: "off",
    fetch: canned
  })
)
// No call waits for this quota, so the time is that of counting alone.
const quotaRuntime = cannedWith({ reads: 1_000_000, writes: 1_000_000 })
const sandboxRuntime = ManagedRuntime.make(
  Sandbox.layer({
    rooms: [
      { uniqueName: "DailyStandup", participants: [{ identity: "Alice" }] },
      {
        uniqueName: "Crowd",
        maxParticipants: 1000,
        participants: Array.from({ length: 1000 }, (_, i) => ({ identity: `p${i}` }))
      }
    ]
  })
)
const connect = Effect.gen(function* () {
  const { credentials } = yield* Sandbox.Sandbox
  const client = yield* HttpClient.HttpClient
  const request = HttpClientRequest.get("http://sandbox/v1/Rooms/DailyStandup/Participants/Alice").pipe(
    HttpClientRequest.basicAuth(credentials.accountSid, credentials.authToken)
  )
  return { client, request }
})
const handler = Sandbox.toWebHandler()
const authorization = `Basic ${btoa(`${handler.credentials.accountSid}:${handler.credentials.authToken}`)}`

const authToken = new TextEncoder().encode(handler.credentials.authToken)
const credentialsRuntime = ManagedRuntime.make(
  Layer.merge(
    ApiKey.layer({
      accountSid: handler.credentials.accountSid,
      apiKeySid: handler.credentials.apiKeySid,
      apiKeySecret: Redacted.make(handler.credentials.apiKeySecret)
    }),
    AuthToken.layer({ authToken: Redacted.make(handler.credentials.authToken) })
  )
)
const mintOne = AccessToken.mint({ identity: "Alice", room: "DailyStandup" })
const callback = {
  url: "https://example.com/video-events?tenant=7",
  parameters: {
    AccountSid: record.account_sid,
    RoomName: "DailyStandup",
    RoomSid: record.room_sid,
    RoomStatus: "in-progress",
    RoomType: "group",
    ParticipantSid: record.sid,
    ParticipantStatus: "connected",
    ParticipantIdentity: "Alice",
    StatusCallbackEvent: "participant-connected",
    Timestamp: "2026-03-01T12:00:00.250Z",
    SequenceNumber: "3"
  }
}
const signOne = StatusCallback.sign(callback)
const received: StatusCallback.CallbackRequest = {
  method: "POST",
  url: callback.url,
  signature: await credentialsRuntime.runPromise(signOne),
  body: new URLSearchParams(callback.parameters).toString()
}

const repeat = <A, E, R>(effect: Effect.Effect<A, E, R>, calls: number) =>
  Effect.forEach(Array.from({ length: calls }), () => effect, { discard: true })

const { client, request } = await sandboxRuntime.runPromise(connect)
const sendRequest = Effect.flatMap(client.execute(request), (response) => response.text)

const rows: ReadonlyArray<readonly [name: string, calls: number, (calls: number) => Promise<unknown>]> = [
  [
    "baseline: canned Response, JSON.parse",
    5000,
    (calls) => times(calls, async () => JSON.parse(await (await canned()).text()))
  ],
  [
    "client: fetch a participant, on an HttpClient",
    5000,
    (calls) => cannedRuntime.runPromise(repeat(fetchAlice, calls))
  ],
  ["client: fetch a participant, on fetch", 5000, (calls) => fetchRuntime.runPromise(repeat(fetchAlice, calls))],
  ["client: fetch a participant, with the quota", 5000, (calls) => quotaRuntime.runPromise(repeat(fetchAlice, calls))],
  ["client and sandbox: fetch a participant", 5000, (calls) => sandboxRuntime.runPromise(repeat(fetchAlice, calls))],
  ["sandbox: one request, in process", 5000, (calls) => sandboxRuntime.runPromise(repeat(sendRequest, calls))],
  [
    "sandbox: one request, web handler",
    5000,
    (calls) =>
      times(calls, async () =>
        (
          await handler.handler(
            new Request("http://localhost/v1/Rooms/DailyStandup/Participants/Alice", { headers: { authorization } })
          )
        ).text()
      )
  ],
  [
    "baseline: JSON.parse a page of 1,000",
    20,
    async (calls) => {
      for (let i = 0; i < calls; i++) JSON.parse(page)
    }
  ],
  [
    "core: JSON.parse and decode a page of 1,000",
    20,
    async (calls) => {
      for (let i = 0; i < calls; i++) decodePage(JSON.parse(page))
    }
  ],
  ["client and sandbox: list 1,000 participants", 20, (calls) => sandboxRuntime.runPromise(repeat(list1000, calls))],
  [
    "baseline: import a key, one HMAC-SHA-1",
    2000,
    (calls) =>
      times(calls, async () => {
        const key = await crypto.subtle.importKey("raw", authToken, { name: "HMAC", hash: "SHA-1" }, false, ["sign"])
        return crypto.subtle.sign("HMAC", key, authToken)
      })
  ],
  ["core: mint an access token", 2000, (calls) => credentialsRuntime.runPromise(repeat(mintOne, calls))],
  ["core: sign a status callback", 2000, (calls) => credentialsRuntime.runPromise(repeat(signOne, calls))],
  [
    "core: verify and decode a status callback",
    2000,
    (calls) => credentialsRuntime.runPromise(repeat(StatusCallback.receive(received), calls))
  ]
]

console.log(
  `Node ${process.version}, ${rounds} rounds. Microseconds per call. × is the ratio of minimums to the baseline above.\n`
)
let baseline = 1
const report: Array<{ readonly name: string; readonly min: number; readonly median: number; readonly ratio: number }> =
  []
for (const [name, calls, run] of rows) {
  const { median, min } = await measure(calls, run)
  if (name.startsWith("baseline")) baseline = min
  const ratio = min / baseline
  report.push({ name, min, median, ratio })
  console.log(
    `${name.padEnd(48)} min ${min.toFixed(1).padStart(8)}  median ${median.toFixed(1).padStart(8)}  ×${ratio.toFixed(1)}`
  )
}
await writeReport("calls", report)

await Promise.all([
  cannedRuntime.dispose(),
  fetchRuntime.dispose(),
  credentialsRuntime.dispose(),
  quotaRuntime.dispose(),
  sandboxRuntime.dispose(),
  handler.dispose()
])
