/**
 * Property: whatever a server returns, an operation ends with a result or a typed error, never with a defect. Statuses,
 * headers and bodies are generated from Twilio's responses and from values that break parsers and numbers.
 */
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Stub from "../../packages/http/test/support/Stub.ts"
import * as Lane from "../support/Lane.ts"

// JSON values: numbers at and beyond every limit, invalid dates, and invalid JSON.
const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/u)

const json = (texts: ReadonlyArray<string>): ReadonlyArray<string> => texts.map((text) => JSON.stringify(text))

const values = [
  ...words("0 -0 1 -1 1.5 1e21 -1e21 1e300 1e400 -1e400 5e-324 9007199254740991 9007199254740993 253402300800"),
  ...words('null true [] {} [null] [{"sid":1}] {"__proto__":1} {"toString":null} undefined NaN'),
  ...json(["", " ", "Alice", "\u0000", "\ud800", "20404", "connected", "__proto__", "9".repeat(400)]),
  ...json(words("0000-00-00T00:00:00Z 2017-02-31T00:00:00Z +275760-09-13T00:00:00.001Z -271821-04-20T00:00:00Z")),
  ...json(words("https://video.twilio.com/v1/Rooms?PageToken=%zz http://[ // https://www.twilio.com/docs/errors/1e21")),
  "[".repeat(5000) + "]".repeat(5000),
  `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`
]

const names = words(`
  code message more_info status title detail type instance errors __proto__ sid identity room_sid date_created
  date_updated start_time end_time duration links rules meta rooms participants published_tracks subscribed_tracks
  unique_name url max_participants empty_room_timeout video_codecs enabled kind participant_sid name
`)

const Generated = Schema.Struct({
  operation: Schema.Literals(Operations.all.map(({ name }) => name)),
  status: Schema.Literals([
    200, 200, 201, 202, 204, 206, 302, 304, 400, 401, 403, 404, 409, 418, 429, 500, 501, 503, 599
  ]),
  /** What the body is made of. `cut` truncates it. */
  base: Schema.Literals(["response", "response", "error", "empty", "text"]),
  cut: Schema.Literals([false, false, false, true]),
  members: Schema.Array(Schema.Tuple([Schema.Literals(names), Schema.Literals(values)])),
  text: Schema.String,
  retryAfter: Schema.Union([
    Schema.Literals(words("0 -0 -1 1.5 1e400 soon").concat("", "Sat, 99 Nov 2026", "9".repeat(300), "9".repeat(400))),
    Schema.String
  ]),
  requestId: Schema.Union([Schema.Literals([`RQ${"a".repeat(32)}`, "RQ", ""]), Schema.String])
})

type Generated = typeof Generated.Type

const operationOf = (name: string) => {
  const operation = Operations.all.find((operation) => operation.name === name)
  if (operation === undefined) throw new Error(`There is no operation "${name}"`)
  return operation
}

/** Replaces members, or adds them at the top level. */
const changed = (json: string, members: Generated["members"]): string =>
  members.reduce((json, [name, value]) => {
    const present = new RegExp(`"${name}":(?:"[^"]*"|-?[\\d.]+|null|true|false)`, "gu")
    return present.test(json)
      ? json.replaceAll(present, () => `"${name}":${value}`)
      : json.replace(/^\{/u, () => `{"${name}":${value}${json === "{}" ? "" : ","}`)
  }, json)

const bodyOf = ({ base, cut, members, operation, text }: Generated): string => {
  if (base === "text") return text
  const from = {
    response: operationOf(operation).body,
    error: { code: 20404, message: text, more_info: "https://www.twilio.com/docs/errors/20404", status: 404 },
    empty: {}
  }[base]
  const json = changed(JSON.stringify(from), members)
  return cut ? json.slice(0, Math.floor(json.length / 2)) : json
}

/** Replaces characters that a header can't contain. */
const header = (text: string): string => text.replaceAll(/[^\u{20}-\u{7e}]/gu, "?")

const respond = (generated: Generated): Response =>
  new Response([204, 304].includes(generated.status) ? null : bodyOf(generated), {
    status: generated.status,
    headers: { "retry-after": header(generated.retryAfter), "twilio-request-id": header(generated.requestId) }
  })

const options = { accountSid: Stub.accountSid, authToken: Redacted.make(Stub.secret), quota: "off" } as const

const senders = {
  "through an HttpClient": (respond: () => Response) =>
    Layer.provide(
      TwilioHttpClient.layer(TwilioVideo.services, options),
      WebHandlerTransport.layer(async () => respond())
    ),
  "straight on fetch": (respond: () => Response) => TwilioVideo.layerFetch({ ...options, fetch: async () => respond() })
}

const kindOf = (error: Operations.Failure): string => {
  if (error._tag !== "TwilioError") return error._tag
  return error.reason._tag === "UnexpectedResponse" ? error.reason.problem : error.reason._tag
}

const count = Lane.count(300, 10_000)

for (const [name, layer] of Object.entries(senders)) {
  describe(`responses, ${name}`, () => {
    it.effect(`${count} generated responses each end with a result or a typed error`, () =>
      Effect.gen(function* () {
        const samples = yield* Effect.orDie(
          Arbitrary.sampleEffect(Arbitrary.schema(Generated), { count, seed: "server" })
        )
        let current = samples[0] as Generated
        const seen = new Set<string>()
        yield* Effect.forEach(samples, (generated) => {
          current = generated
          const { call } = operationOf(generated.operation)
          return Effect.map(Effect.exit(call(Operations.byName)), (exit) => {
            if (Exit.isSuccess(exit)) return seen.add("success")
            const { reasons } = exit.cause
            const error = reasons.length === 1 && reasons[0] !== undefined && Cause.isFailReason(reasons[0])
            assert.isTrue(error, `${Cause.pretty(exit.cause)}\n${JSON.stringify(generated).slice(0, 500)}`)
            return seen.add(kindOf(Cause.squash(exit.cause) as Operations.Failure))
          })
        }).pipe(Effect.provide(layer(() => respond(current))), RequestPolicy.withPolicy(RequestPolicy.noRetries))
        // The generated responses reach every branch.
        for (const kind of ["success", "NotFound", "RateLimited", "Unavailable", "wrong-shape", "truncated-json"]) {
          assert.isTrue(seen.has(kind), kind)
        }
      })
    )
  })
}
