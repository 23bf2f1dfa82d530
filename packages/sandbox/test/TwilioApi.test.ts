/**
 * The documented behavior of Twilio's API on the wire: participants, lists, credentials, the quota, errors and CORS. For
 * undocumented behavior, see `Assumptions.test.ts`.
 */
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const noon = Date.parse("2026-03-01T12:00:00Z")

const standup = Effect.gen(function* () {
  yield* TestClock.setTime(noon)
  const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Daily Standup" }] })
  const alice = yield* sandbox.join("Daily Standup", "Alice")
  const path = "/v1/Rooms/Daily%20Standup/Participants"
  return { call, sandbox, alice, path, url: `http://sandbox.test/v1/Rooms/${alice.roomSid}/Participants/${alice.sid}` }
})

describe("a participant", () => {
  it.effect("has every member, with SIDs in its URLs even if the path has names", () =>
    Effect.gen(function* () {
      const { alice, call, path, url } = yield* standup
      const reply = yield* call(`${path}/Alice`)
      assert.strictEqual(reply.status, 200)
      assert.match(reply.headers.get("content-type") ?? "", /^application\/json/)
      assert.deepStrictEqual(reply.body, {
        account_sid: Calls.accountSid,
        room_sid: alice.roomSid,
        date_created: "2026-03-01T12:00:00Z",
        date_updated: "2026-03-01T12:00:00Z",
        start_time: "2026-03-01T12:00:00Z",
        end_time: null,
        sid: alice.sid,
        identity: "Alice",
        status: "connected",
        duration: null,
        url,
        links: {
          published_tracks: `${url}/PublishedTracks`,
          subscribed_tracks: `${url}/SubscribedTracks`,
          subscribe_rules: `${url}/SubscribeRules`,
          anonymize: `${url}/Anonymize`
        }
      })
    })
  )

  it.effect("is disconnected with 202 and the final record, with the duration rounded down", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      yield* TestClock.adjust(71_999)
      const reply = yield* call(`${path}/Alice`, { body: "Status=disconnected" })
      assert.strictEqual(reply.status, 202)
      assert.include(reply.body, {
        status: "disconnected",
        start_time: "2026-03-01T12:00:00Z",
        end_time: "2026-03-01T12:01:11Z",
        date_updated: "2026-03-01T12:01:11Z",
        duration: 71
      })
    })
  )

  it.effect("is anonymized with 200 and a record without links, whose identity is the SID", () =>
    Effect.gen(function* () {
      const { alice, call, path, url } = yield* standup
      yield* call(`${path}/Alice`, { body: "Status=disconnected" })
      yield* TestClock.adjust("1 minute")
      const reply = yield* call(`${path}/${alice.sid}/Anonymize`, { method: "POST" })
      assert.strictEqual(reply.status, 200)
      assert.deepStrictEqual(reply.body, {
        account_sid: Calls.accountSid,
        room_sid: alice.roomSid,
        date_created: "2026-03-01T12:00:00Z",
        date_updated: "2026-03-01T12:01:00Z",
        start_time: "2026-03-01T12:00:00Z",
        end_time: "2026-03-01T12:00:00Z",
        sid: alice.sid,
        identity: alice.sid,
        status: "disconnected",
        duration: 0,
        url: `${url}/Anonymize`
      })
    })
  )
})

describe("a list", () => {
  it.effect("has working page URLs that repeat the path and the filters, in Twilio's order", () =>
    Effect.gen(function* () {
      const { call, path, sandbox } = yield* standup
      yield* sandbox.join("Daily Standup", "Bob")
      yield* sandbox.join("Daily Standup", "Carl")
      const query = "DateCreatedBefore=2026-03-02&PageSize=2&Status=connected&DateCreatedAfter=2026-02-28T00:00:00Z"
      const base =
        `http://sandbox.test${path}?Status=connected&DateCreatedAfter=2026-02-28T00%3A00%3A00Z` +
        "&DateCreatedBefore=2026-03-02&PageSize=2&Page="
      const first = yield* call(`${path}?${query}`)
      assert.deepStrictEqual(Object.keys(first.body), ["participants", "meta"])
      const next: string = first.body.meta.next_page_url
      assert.deepStrictEqual(first.body.meta, {
        page: 0,
        page_size: 2,
        first_page_url: `${base}0`,
        previous_page_url: null,
        url: `${base}0`,
        next_page_url: next,
        key: "participants"
      })
      assert.isTrue(next.startsWith(`${base}1&PageToken=`))
      const second = yield* call(next.replace("http://sandbox.test", ""))
      assert.deepStrictEqual(
        second.body.participants.map((item: { identity: string }) => item.identity),
        ["Alice"]
      )
      assert.strictEqual(second.body.meta.url, next)
      assert.strictEqual(second.body.meta.page, 1)
      assert.strictEqual(second.body.meta.next_page_url, null)
      const back = yield* call(second.body.meta.previous_page_url.replace("http://sandbox.test", ""))
      assert.deepStrictEqual(back.body.participants, first.body.participants)
      assert.strictEqual(back.body.meta.page, 0)
    })
  )

  for (const query of [
    "Status=gone",
    "Status=Connected",
    "DateCreatedAfter=yesterday",
    "DateCreatedBefore=2026-13-01",
    "DateCreatedBefore=1772366400",
    "DateCreatedAfter=2021-02-30",
    "DateCreatedAfter=2021-02-29T10:00:00Z",
    "DateCreatedBefore=2021-04-31T23:59:59.5%2B02:00",
    "DateCreatedBefore=2021-00-10",
    "DateCreatedBefore=2021-01-00",
    "PageSize=0",
    "PageSize=-1",
    "PageSize=ten",
    "PageSize=1.5",
    "Page=x"
  ]) {
    it.effect(`rejects ${query} with 400 and Twilio's error body`, () =>
      Effect.gen(function* () {
        const { call, path } = yield* standup
        const reply = yield* call(`${path}?${query}`)
        assert.strictEqual(reply.status, 400)
        assert.strictEqual(reply.body.status, 400)
        assert.strictEqual(reply.body.code, 20001)
        assert.include(reply.body.message, query.split("=")[0] ?? "")
        assert.strictEqual(reply.body.more_info, "https://www.twilio.com/docs/errors/20001")
      })
    )
  }

  it.effect("ignores unknown parameters and names in another case", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      const reply = yield* call(`${path}?status=disconnected&Colour=blue&pageSize=zero`)
      assert.strictEqual(reply.body.participants.length, 1)
    })
  )
})

describe("credentials", () => {
  it("consist of letters and digits, since Twilio's Go package rejects anything else", () => {
    for (const credential of Object.values(SandboxCredentials.defaults)) assert.match(credential, /^[a-zA-Z0-9]+$/)
  })

  it.effect("are checked first, for every path and method", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      const headers = [
        { authorization: "" },
        { authorization: "Basic" },
        { authorization: "Basic !!!" },
        { authorization: Calls.basic(Calls.accountSid, "wrong") },
        { authorization: Calls.basic(Calls.accountSid, Calls.apiKeySecret) },
        { authorization: Calls.basic("", "") },
        { authorization: `Bearer ${Calls.authToken}` }
      ]
      const calls = [
        [`${path}/Alice`, "GET"],
        [`${path}?PageSize=zero`, "GET"],
        ["/v1/Rooms/nowhere/Participants", "GET"],
        ["/v1/Nothing", "DELETE"],
        [`${path}/%zz`, "POST"]
      ] as const
      for (const header of headers) {
        for (const [path, method] of calls) {
          const reply = yield* call(path, { method, headers: header })
          assert.strictEqual(reply.status, 401)
          assert.deepStrictEqual(reply.body, {
            code: 20003,
            message: "Authenticate",
            more_info: "https://www.twilio.com/docs/errors/20003",
            status: 401
          })
          assert.strictEqual(reply.headers.get("www-authenticate"), 'Basic realm="Twilio API"')
        }
      }
    })
  )

  it.effect("are those of the account or of the API key", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      for (const authorization of [
        Calls.basic(Calls.accountSid, Calls.authToken),
        Calls.basic(Calls.apiKeySid, Calls.apiKeySecret),
        Calls.basic(Calls.accountSid, Calls.authToken).replace("Basic", "basic")
      ]) {
        assert.strictEqual((yield* call(path, { headers: { authorization } })).status, 200)
      }
    })
  )
})

describe("a quota", () => {
  it.effect("allows a number of reads and writes per second, and rejects the rest without processing", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const { call, sandbox } = yield* Calls.start({
        rooms: [{ uniqueName: "Room", participants: [{ identity: "Alice" }] }],
        quota: { reads: 3, writes: 2 }
      })
      const room = "/v1/Rooms/Room/Participants"
      const statuses = (times: number, path: string, options?: Calls.Call) =>
        Effect.map(
          Effect.forEach(Array.from({ length: times }), () => call(path, options)),
          (replies) => replies.map(({ status }) => status)
        )
      // Unauthenticated requests and the controls don't count.
      const stranger = { headers: { authorization: "" } }
      assert.deepStrictEqual(yield* statuses(4, room, stranger), [401, 401, 401, 401])
      assert.deepStrictEqual(yield* statuses(4, "/sandbox/state", stranger), [200, 200, 200, 200])
      assert.deepStrictEqual(yield* statuses(5, room), [200, 200, 200, 429, 429])
      const wrong = { body: "Status=gone" }
      assert.deepStrictEqual(yield* statuses(2, `${room}/Alice`, wrong), [400, 400])
      const over = yield* call(`${room}/Alice`, { body: "Status=disconnected" })
      assert.deepStrictEqual(over.body, {
        code: 20429,
        message: "Too Many Requests",
        more_info: "https://www.twilio.com/docs/errors/20429",
        status: 429
      })
      assert.strictEqual((yield* sandbox.exportState).rooms[0]?.participants[0]?.status, "connected")
      // The API key belongs to the same account.
      const byKey = { headers: { authorization: Calls.basic(Calls.apiKeySid, Calls.apiKeySecret) } }
      assert.deepStrictEqual(yield* statuses(1, room, byKey), [429])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* statuses(4, room, byKey), [200, 200, 200, 429])
      assert.strictEqual((yield* call(`${room}/Alice`, { body: "Status=disconnected" })).status, 202)
    })
  )
})

describe("an unknown resource or method", () => {
  it.effect("gets 404 with Twilio's message, which contains the path without the version", () =>
    Effect.gen(function* () {
      const { alice, call, path } = yield* standup
      for (const missing of [
        `${path}/Bob`,
        `${path}/PA${"0".repeat(32)}`,
        `/v1/Rooms/Standup/Participants`,
        `/v1/Rooms/Standup/Participants/${alice.sid}`,
        `/v1/Rooms/RM${"0".repeat(32)}/Participants/${alice.sid}`,
        `/v1/Rooms/daily%20standup/Participants`,
        "/v1/Nothing",
        `${path}/Alice/anonymize`,
        "/"
      ]) {
        const reply = yield* call(missing)
        assert.strictEqual(reply.status, 404, missing)
        assert.deepStrictEqual(reply.body, {
          code: 20404,
          message: `The requested resource ${missing.replace("/v1", "")} was not found`,
          more_info: "https://www.twilio.com/docs/errors/20404",
          status: 404
        })
      }
    })
  )

  it.effect("gets 405 for a method that the path doesn't accept", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      for (const [target, method] of [
        [path, "POST"],
        [path, "PUT"],
        [`${path}/Alice`, "DELETE"],
        ["/v1/Rooms", "DELETE"],
        [path.replace("/Participants", ""), "DELETE"],
        [`${path}/Alice/Anonymize`, "GET"]
      ] as const) {
        const reply = yield* call(target, { method })
        assert.deepStrictEqual([reply.status, reply.body.code], [405, 20004], `${method} ${target}`)
      }
    })
  )

  it.effect("gets 404 for an empty path segment, except one trailing slash", () =>
    Effect.gen(function* () {
      const { call, path, sandbox } = yield* standup
      assert.strictEqual((yield* call(`${path}/`)).status, 200)
      assert.strictEqual((yield* call(`${path}/Alice/`)).body.identity, "Alice")
      const doubled = ["/v1/Rooms//", "/v1//Rooms", "//v1/Rooms", "/v1/Rooms///", `${path}//Alice`, `${path}//`]
      for (const empty of [...doubled, `${path}/Alice//`, "/v1/Rooms//?PageSize=1"]) {
        const reply = yield* call(empty)
        assert.deepStrictEqual([reply.status, reply.body.code], [404, 20404], empty)
      }
      assert.strictEqual((yield* call("/v1/Rooms//", { body: "" })).status, 404)
      assert.lengthOf((yield* sandbox.exportState).rooms, 1)
      assert.strictEqual((yield* call(`${path}//Anonymize`, { method: "POST" })).status, 404)
    })
  )

  it.effect("gets 400 for a malformed escape in the path", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      for (const escape of ["%", "%z1", "%ff", "%e9%zz"]) {
        const reply = yield* call(`${path}/${escape}`)
        assert.deepStrictEqual([reply.status, reply.body.code], [400, 20001], escape)
      }
    })
  )

  it.effect("isn't found by the part of an identity before a semicolon", () =>
    Effect.gen(function* () {
      const { call, path, sandbox } = yield* standup
      yield* sandbox.join("Daily Standup", "a")
      for (const identity of ["a;b", "a%3Bb"]) assert.strictEqual((yield* call(`${path}/${identity}`)).status, 404)
      yield* sandbox.join("Daily Standup", "a;b")
      for (const identity of ["a;b", "a%3Bb", "a%3bb"]) {
        assert.strictEqual((yield* call(`${path}/${identity}`)).body.identity, "a;b")
      }
    })
  )

  it.effect("gets 400 for an invalid form, which changes nothing", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      const reply = yield* call(`${path}/Alice`, {
        body: '{"Status":"disconnected"}',
        headers: { "content-type": "application/json" }
      })
      assert.deepStrictEqual([reply.status, reply.body.code], [400, 20001])
      for (const body of ["Status=connected", "Status=gone", "Status=Disconnected"]) {
        const reply = yield* call(`${path}/Alice`, { body })
        assert.deepStrictEqual([reply.status, reply.body.code], [400, 53209], body)
      }
      // Malformed escapes and bytes that aren't UTF-8, in any place of the form.
      for (const body of ["Status=%", "Status=disconnected&Other=%zz", "%ff=1&Status=disconnected", "Status=%C3%28"]) {
        for (const target of [`${path}/Alice`, `${path}/Alice/SubscribeRules`, path.replace("/Participants", "")]) {
          const reply = yield* call(target, { body })
          assert.deepStrictEqual([reply.status, reply.body.code], [400, 20001], `${target} ${body}`)
        }
      }
      assert.strictEqual((yield* call(`${path}/Alice`)).body.status, "connected")
      assert.strictEqual((yield* call(path.replace("/Participants", ""))).body.status, "in-progress")
    })
  )
})

describe("a resource that the sandbox doesn't emulate", () => {
  const sentence = (resource: string) =>
    `The sandbox doesn't emulate ${resource}. It emulates Rooms, Participants, PublishedTracks, SubscribedTracks and ` +
    "SubscribeRules."

  it.effect("gets 501 with the list of the emulated ones", () =>
    Effect.gen(function* () {
      const { alice, call } = yield* standup
      const { links } = (yield* call(`/v1/Rooms/${alice.roomSid}`)).body
      const statuses: Record<string, number> = {}
      for (const [name, url] of Object.entries<string>(links)) {
        statuses[name] = (yield* call(url.replace("http://sandbox.test", ""))).status
      }
      assert.deepStrictEqual(statuses, {
        participants: 200,
        recordings: 501,
        transcriptions: 501,
        recording_rules: 501
      })
      const room = `/v1/Rooms/${alice.roomSid}`
      for (const [path, resource] of [
        [`${room}/Recordings`, "Recordings"],
        [`${room}/Recordings/RT${"0".repeat(32)}`, "Recordings"],
        [`${room}/RecordingRules`, "RecordingRules"],
        [`${room}/Transcriptions/video_extension_1`, "Transcriptions"],
        ["/v1/Rooms/nowhere/Recordings/", "Recordings"],
        ["/v1/Recordings?PageSize=1", "Recordings"],
        ["/v1/Recordings/RT0/Media", "Recordings"],
        ["/v1/RecordingSettings/Default", "RecordingSettings"],
        ["/v1/Compositions/CJ0/Media", "Compositions"],
        ["/v1/CompositionHooks", "CompositionHooks"],
        ["/v1/CompositionSettings/Default", "CompositionSettings"]
      ] as const) {
        for (const method of ["GET", "POST", "DELETE"]) {
          const reply = yield* call(path, { method })
          const { code, message, status } = reply.body
          const said = [501, 501, 20501, sentence(resource)]
          assert.deepStrictEqual([reply.status, status, code, message], said, `${method} ${path}`)
        }
      }
      assert.strictEqual((yield* call("/v1/Recordings", { headers: { authorization: "" } })).status, 401)
      for (const path of ["/v1/Hotels", "/v1/RecordingsX", "/v1/Rooms/Daily%20Standup/Recordingss", "/v1/recordings"]) {
        assert.strictEqual((yield* call(path)).status, 404, path)
      }
    })
  )
})

describe("a browser", () => {
  it.effect("can send a preflight without credentials and read every response", () =>
    Effect.gen(function* () {
      const { call, path } = yield* standup
      const preflight = yield* call(`${path}/Alice`, {
        method: "OPTIONS",
        headers: { authorization: "", origin: "http://localhost:3000", "access-control-request-method": "POST" }
      })
      assert.strictEqual(preflight.status, 204)
      const replies = [
        preflight,
        yield* call(path),
        yield* call(`${path}/Bob`),
        yield* call(path, { headers: { authorization: "" } })
      ]
      for (const reply of replies) {
        assert.strictEqual(reply.headers.get("access-control-allow-origin"), "*")
        assert.include(reply.headers.get("access-control-allow-methods") ?? "", "POST")
        assert.include(reply.headers.get("access-control-allow-headers") ?? "", "Authorization")
        assert.match(reply.headers.get("twilio-request-id") ?? "", /^RQ[0-9a-f]{32}$/)
        assert.strictEqual(reply.headers.get("date"), "Sun, 01 Mar 2026 12:00:00 GMT")
      }
      assert.strictEqual(new Set(replies.map((reply) => reply.headers.get("twilio-request-id"))).size, 4)
    })
  )
})
