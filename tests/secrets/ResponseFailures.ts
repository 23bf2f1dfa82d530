/**
 * Failures by a response: every error and every reason that a response can cause, from a server that echoes what it
 * received in each place of the response.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Stub from "../../packages/http/test/support/Stub.ts"
import * as Failure from "./Failure.ts"

type Respond = (received: Failure.Received) => Response

const base64 = (header: string) => header.slice(6)

/** What a server may echo of a request. */
const echoes: Readonly<Record<string, (received: Failure.Received) => string>> = {
  "the header": ({ header }) => header,
  "the base64": ({ header }) => base64(header),
  "the pair": ({ pair }) => pair,
  "the secret": ({ secret }) => secret,
  "the secret in a sentence": ({ secret }) => `The Auth Token "${secret}" is wrong.`,
  "the secret in uppercase": ({ secret }) => secret.toUpperCase(),
  "the secret, percent-encoded": ({ secret }) => encodeURIComponent(secret),
  "the secret as JSON": ({ secret }) => JSON.stringify(secret)
}

const ascii = (text: string) => text.replaceAll(/[^\u{20}-\u{7e}]/gu, "?")

/** Response headers with the secret in them. */
const headersOf = ({ header, secret }: Failure.Received): Record<string, string> => ({
  "www-authenticate": `Basic realm="${ascii(secret)}"`,
  "set-cookie": `token=${ascii(secret)}`,
  "x-echo": header,
  "retry-after": ascii(secret),
  "twilio-request-id": ascii(secret),
  "twilio-error-code": base64(header)
})

const errorResponse = (status: number, body: Readonly<Record<string, unknown>>, received: Failure.Received) =>
  new Response(JSON.stringify({ status, ...body }), {
    status,
    statusText: ascii(received.header),
    headers: { "content-type": "application/json", ...headersOf(received) }
  })

const failure = (name: string, says: string, respond: Respond, program: Failure.Program = Failure.fetchAlice) => ({
  name,
  says,
  run: (secret: Parameters<Failure.Failure["run"]>[0]) => Failure.over(secret, Failure.respondingWith(respond), program)
})

// ---- error responses ----

/** Status and code, and a part of the library's message. */
const errors: ReadonlyArray<readonly [status: number, code: number | undefined, says: string]> = [
  [400, 20001, "Twilio rejected the request"],
  [400, undefined, "without a Twilio error code"],
  [401, 20003, "rejected the credentials"],
  [403, 20006, "denied access"],
  [404, 20404, "No connected participant"],
  [404, undefined, "without a Twilio error code"],
  [409, 20409, "Twilio rejected the request"],
  [429, 20429, "Rate limited by Twilio"],
  [500, 20500, "failed to process the request"],
  [501, undefined, "does not implement this endpoint"],
  [503, undefined, "failed to process the request"]
]

const messages = errors.flatMap(([status, code, says]) =>
  Object.entries(echoes).flatMap(([what, echo]) =>
    ["message", "detail", "title"].map((member) =>
      failure(`${status} ${code ?? "without a code"}, ${what} as ${member}`, says, (received) =>
        errorResponse(status, { ...(code === undefined ? {} : { code }), [member]: echo(received) }, received)
      )
    )
  )
)

const members: ReadonlyArray<Failure.Failure> = Object.entries(echoes).flatMap(([what, echo]) => [
  failure(`${what} as more_info`, "rejected the credentials", (received) =>
    errorResponse(401, { code: 20003, more_info: echo(received) }, received)
  ),
  failure(`${what} in the path of more_info`, "rejected the credentials", (received) =>
    errorResponse(401, { code: 20003, more_info: `https://www.twilio.com/docs/errors/${echo(received)}` }, received)
  ),
  failure(`${what} in the path of type`, "rejected the credentials", (received) =>
    errorResponse(401, { code: 20003, type: `https://www.twilio.com/docs/${echo(received)}` }, received)
  ),
  failure(`${what} as the code`, "rejected the credentials", (received) =>
    errorResponse(401, { code: echo(received) }, received)
  ),
  failure(`${what} as every member`, "without a Twilio error code", (received) =>
    errorResponse(418, { [echo(received)]: echo(received), params: { [echo(received)]: echo(received) } }, received)
  )
])

const twice = (text: string) => encodeURIComponent(encodeURIComponent(text))

const elsewhere: ReadonlyArray<Failure.Failure> = ["more_info", "type"].map((member) =>
  failure(`the secret, encoded twice, in a foreign URL as ${member}`, "rejected the credentials", (received) =>
    errorResponse(401, { code: 20003, [member]: `https://stranger.example/?token=${twice(received.secret)}` }, received)
  )
)

const requestIds: ReadonlyArray<Failure.Failure> = [
  failure("the secret in twilio-request-id", "rejected the credentials", (received) =>
    Stub.json({ code: 20003 }, 401, { "twilio-request-id": `RQ${ascii(received.secret)}` })
  ),
  failure("a date of the secret in Retry-After", "Rate limited by Twilio", (received) =>
    Stub.json({ code: 20429 }, 429, { "retry-after": `Sun, 06 Nov 2044 08:49:37 GMT ${ascii(received.secret)}` })
  )
]

// ---- errors of an operation ----

const errorOf = (endpoint: string, status: number, code: number, says: string) =>
  Operations.all
    .filter((operation) => operation.endpoint === endpoint)
    .map(({ call, name }) =>
      failure(
        `${name}: ${code}`,
        says,
        (received) => errorResponse(status, { code, message: received.header, more_info: received.pair }, received),
        call(Operations.bySid)
      )
    )

const operationErrors: ReadonlyArray<Failure.Failure> = [
  ...errorOf("FetchRoom", 404, 20404, "No room has this SID"),
  ...errorOf("FetchRoom", 404, 53106, "No room has this SID"),
  ...errorOf("FetchRoomParticipant", 404, 53204, "No participant in the room has this SID"),
  ...errorOf("FetchRoomParticipantPublishedTrack", 404, 20404, "isn't publishing a track"),
  ...errorOf("FetchRoomParticipantSubscribedTrack", 404, 20404, "isn't subscribed to a track"),
  ...errorOf("ListRoom", 404, 20404, "has no such endpoint"),
  ...errorOf("CreateRoom", 400, 53113, "already has this unique name"),
  ...errorOf("UpdateRoom", 400, 53112, "already ended"),
  ...errorOf("UpdateRoom", 400, 53118, "already ended"),
  ...errorOf("UpdateRoomParticipantSubscribeRule", 400, 53215, "rejected the subscribe rules")
]

// ---- unexpected responses ----

const text = (make: (received: Failure.Received) => string, contentType: string, status = 200): Respond => {
  return (received) =>
    new Response(make(received), { status, headers: { "content-type": contentType, ...headersOf(received) } })
}

const redirect = (received: Failure.Received) =>
  new Response(received.header, {
    status: 307,
    headers: { location: `https://stranger.example/${encodeURIComponent(received.pair)}` }
  })

const json = (make: (received: Failure.Received) => unknown): Respond =>
  text((received) => JSON.stringify(make(received)), "application/json")

const record = Object.keys(Stub.body())

const unexpected: ReadonlyArray<Failure.Failure> = [
  failure("redirect", "redirected the request", redirect),
  failure(
    "empty-body",
    "no body",
    text(() => "", "application/json")
  ),
  failure(
    "not-json: HTML",
    "HTML or XML",
    text(({ header, pair }) => `<html>${header} ${pair}</html>`, "text/html")
  ),
  failure(
    "not-json: text",
    "not JSON",
    text(({ header, pair }) => `${header} ${pair}`, "text/plain")
  ),
  failure(
    "not-json: a number",
    "the documented shape",
    text(() => "7", "application/json")
  ),
  failure(
    "truncated-json",
    "malformed JSON",
    text(({ pair }) => `{"identity":"${pair}`, "application/json")
  ),
  failure(
    "wrong-shape: a string",
    "the documented shape",
    json(({ pair }) => pair)
  ),
  failure(
    "wrong-shape: a list",
    "the documented shape",
    json(({ header, pair }) => [header, pair])
  ),
  failure(
    "wrong-shape: the name of a member",
    "the documented shape",
    json(({ pair }) => ({ [pair]: pair }))
  ),
  ...record
    .filter((member) => member !== "identity" && member !== "links" && member !== "url" && member !== "room_name")
    .flatMap((member) =>
      Object.entries<(received: Failure.Received) => unknown>({
        // A status may be any string.
        ...(member === "status" ? {} : { text: ({ pair }) => pair }),
        list: ({ pair }) => [pair],
        object: ({ pair, secret }) => ({ [secret]: pair })
      }).map(([what, make]) =>
        failure(
          `wrong-shape: ${member}, a ${what}`,
          "the documented shape",
          json((received) => Stub.body({ [member]: make(received) }))
        )
      )
    ),
  ...Object.entries(echoes).map(([what, echo]) =>
    failure(`unknown-status with ${what}`, "without a Twilio error code", text(echo, "text/html", 407))
  )
]

// ---- lists ----

const someone = (received: Failure.Received) => Stub.body({ identity: received.pair })

const page = (next: (received: Failure.Received) => string, url?: string): Respond =>
  json((received) => Stub.list([someone(received)], next(received), url))

const everybody = Stream.runCollect(Participants.stream("Ward"))

const iterated = Participants.Participants.use((participants) =>
  Effect.promise(async () => {
    for await (const _ of Stream.toAsyncIterable(participants.stream("Ward"))) continue
  })
)

const lists: ReadonlyArray<Failure.Failure> = [
  failure(
    "foreign-next-page",
    "outside the base URL",
    page(({ header }) => `https://stranger.example/?token=${encodeURIComponent(header)}`),
    everybody
  ),
  failure(
    "foreign-next-page with a user",
    "outside the base URL",
    page(({ secret, request }) => `http://me:${encodeURIComponent(secret)}@${new URL(request.url).host}/`),
    everybody
  ),
  failure(
    "repeated-next-page",
    "already read",
    page(({ secret }) => `https://video.twilio.com/v1/Rooms?PageToken=${encodeURIComponent(secret)}`),
    everybody
  ),
  failure(
    "foreign-next-page, iterated",
    "outside the base URL",
    page(({ pair }) => `//${pair}`),
    iterated
  ),
  failure(
    "a page without a list",
    "the documented shape",
    json(({ pair }) => ({ participants: pair })),
    everybody
  ),
  failure(
    "a page with a broken meta",
    "the documented shape",
    json((received) => ({ ...Stub.list([someone(received)], null), meta: { page: received.pair } })),
    everybody
  )
]

// ---- every operation ----

const ways: ReadonlyArray<readonly [string, string, Respond]> = [
  [
    "401",
    "rejected the credentials",
    (received) => errorResponse(401, { code: 20003, message: received.header }, received)
  ],
  ["503", "failed to process the request", (received) => errorResponse(503, { message: received.secret }, received)],
  ["redirect", "redirected the request", redirect],
  ["not-json", "not JSON", text(({ pair }) => pair, "application/json")],
  ["wrong-shape", "the documented shape", json(({ pair }) => ({ sid: pair, rules: pair, meta: pair }))]
]

const operations = Operations.all.flatMap(({ call, name }) =>
  ways.map(([what, says, respond]) => failure(`${name}: ${what}`, says, respond, call(Operations.byName)))
)

export const all: ReadonlyArray<Failure.Failure> = [
  ...messages,
  ...members,
  ...elsewhere,
  ...requestIds,
  ...operationErrors,
  ...unexpected,
  ...lists,
  ...operations
]
