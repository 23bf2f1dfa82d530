import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
const record = { account_sid: `AC${"1".repeat(32)}`, room_sid: `RM${"2".repeat(32)}`, date_created: "2017-12-13T23:37:18Z", date_updated: "2017-12-13T23:37:31Z", start_time: "2017-12-13T23:37:18Z", end_time: "2017-12-13T23:37:31Z", sid: `PA${"3".repeat(32)}`, identity: "Alice", status: "disconnected", url: "https://video.twilio.com/v1/Rooms/RM/Participants/PA", duration: 12, links: { anonymize: "x" } }
const body = JSON.stringify(record)
const canned = async () => new Response(body, { status: 200 })
const a = ManagedRuntime.make(TwilioVideo.layerFetch({ accountSid: record.account_sid, authToken: Redacted.make("token"), quota: "off", fetch: canned }))
const b = ManagedRuntime.make(TwilioVideo.layerFetch({ accountSid: record.account_sid, authToken: Redacted.make("token"), quota: { reads: 1000000, writes: 1000000 }, fetch: canned }))
const c = ManagedRuntime.make(TwilioVideo.layer({ accountSid: record.account_sid, authToken: Redacted.make("token"), quota: "off" }).pipe(Layer.provide(WebHandlerTransport.layer(canned))))
const one = Participants.Participants.use((p) => p.fetch("DailyStandup", "Alice"))
const repeat = (n: number) => Effect.forEach(Array.from({ length: n }), () => one, { discard: true })
const out: Array<string> = []
for (const [name, rt] of [["fetch", a], ["metered", b], ["httpclient", c]] as const) {
  await rt.runPromise(repeat(3000))
  let min = Infinity
  for (let i = 0; i < 80; i++) {
    const s = process.cpuUsage()
    await rt.runPromise(repeat(200))
    const e = process.cpuUsage(s)
    min = Math.min(min, (e.user + e.system) / 200)
  }
  out.push(`${name} ${min.toFixed(1)}`)
}
console.log(out.join("  "))
process.exit(0)
