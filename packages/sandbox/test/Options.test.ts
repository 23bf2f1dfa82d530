import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { basic } from "./support/Calls.ts"
import { control, serve, twilio } from "./support/Served.ts"

const patch = (body: unknown) => control("PATCH", "/sandbox/options", body)

const participants = "/v1/Rooms/DailyStandup/Participants"

describe("the options of a served sandbox", () => {
  it.live("are those that it was started with", () =>
    Effect.gen(function* () {
      const { body } = yield* control("GET", "/sandbox/options")
      assert.deepStrictEqual(body, {
        assumptions: { ...Assumptions.defaults, listOrder: "oldest-first" },
        credentials: SandboxCredentials.defaults,
        quota: Sandbox.twilioQuota,
        seed: "mine",
        requestLog: 5,
        requestLogBytes: 1000,
        callbackLog: 6,
        callbackLogBytes: 2000,
        publicOrigin: "https://sandbox.example.com"
      })
    }).pipe(
      Effect.provide(
        serve(
          {
            assumptions: { listOrder: "oldest-first" },
            quota: Sandbox.twilioQuota,
            seed: "mine",
            requestLog: 5,
            requestLogBytes: 1000,
            callbacks: { log: 6, logBytes: 2000 }
          },
          { publicOrigin: "https://sandbox.example.com" }
        )
      )
    )
  )

  it.live("change one at a time, and the others stay", () =>
    Effect.gen(function* () {
      const { body: before } = yield* control("GET", "/sandbox/options")
      const { body: after } = yield* patch({ assumptions: { trailingSlash: "not-found" } })
      assert.deepStrictEqual(after, { ...before, assumptions: { ...before.assumptions, trailingSlash: "not-found" } })
      assert.strictEqual((yield* twilio(`${participants}/`)).status, 404)
    }).pipe(Effect.provide(serve()))
  )

  it.live("replace the credentials, also those that sign callbacks and access tokens", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* patch({ credentials: { accountSid: `AC${"1".repeat(32)}`, authToken: "another" } })
      assert.strictEqual((yield* twilio(participants)).status, 401)
      const { body, status } = yield* twilio(participants, undefined, basic(`AC${"1".repeat(32)}`, "another"))
      assert.deepStrictEqual([status, body.participants[0].account_sid], [200, `AC${"1".repeat(32)}`])
      assert.strictEqual(sandbox.credentials.authToken, "another")
    }).pipe(Effect.provide(serve()))
  )

  it.live("set and remove a quota", () =>
    Effect.gen(function* () {
      yield* control("PUT", "/sandbox/clock", { rate: 0 })
      yield* patch({ quota: { reads: 1, writes: 1 } })
      const limited = [yield* twilio(participants), yield* twilio(participants)]
      yield* patch({ quota: null })
      assert.deepStrictEqual(
        [...limited, yield* twilio(participants)].map(({ status }) => status),
        [200, 429, 200]
      )
    }).pipe(Effect.provide(serve()))
  )

  it.live("seed the SIDs from the next reset on", () => {
    const sidAfterReset = Effect.gen(function* () {
      const { body } = yield* control("POST", "/sandbox/reset")
      return body.rooms[0].sid as string // A string in every state.
    })
    return Effect.gen(function* () {
      const first = yield* sidAfterReset
      yield* patch({ seed: "another" })
      const second = yield* sidAfterReset
      yield* patch({ seed: "effect-twilio-video" })
      assert.strictEqual(yield* sidAfterReset, first)
      assert.notStrictEqual(second, first)
    }).pipe(Effect.provide(serve()))
  })

  it.live("shorten a log at once, keeping the latest entries", () =>
    Effect.gen(function* () {
      for (let page = 1; page <= 3; page++) yield* twilio(`${participants}?PageSize=${page}`)
      yield* patch({ requestLog: 2 })
      const paths = Effect.map(control("GET", "/sandbox/requests"), ({ body }) =>
        body.map(({ path }: { readonly path: string }) => path.slice(-1))
      )
      assert.deepStrictEqual(yield* paths, ["2", "3"])
      yield* twilio(`${participants}?PageSize=4`)
      assert.deepStrictEqual(yield* paths, ["3", "4"])
      yield* patch({ requestLog: 0 })
      assert.deepStrictEqual(yield* paths, [])
    }).pipe(Effect.provide(serve()))
  )

  it.live("set the origin in the URLs of responses", () =>
    Effect.gen(function* () {
      yield* patch({ publicOrigin: "https://sandbox.example.com" })
      const { body } = yield* twilio(participants)
      assert.include(body.meta.url, "https://sandbox.example.com/v1/Rooms/")
      const joined = yield* control("POST", "/sandbox/rooms/DailyStandup/participants", { identity: "Zoe" })
      assert.include(joined.body.url, "https://sandbox.example.com/v1/Rooms/")
      yield* patch({ publicOrigin: null })
      assert.include((yield* twilio(participants)).body.meta.url, "http://127.0.0.1:")
    }).pipe(Effect.provide(serve()))
  )

  for (const [what, body, where] of [
    ["an unknown option", { colour: "red" }, '["colour"]'],
    ["an unknown assumption", { assumptions: { listOrdr: "oldest-first" } }, '["assumptions"]["listOrdr"]'],
    ["an unknown value", { assumptions: { listOrder: "sideways" } }, '["assumptions"]["listOrder"]'],
    [
      "a retention that isn't a duration",
      { assumptions: { completedRoomRetention: "soon" } },
      "completedRoomRetention"
    ],
    ["a negative retention", { assumptions: { completedRoomRetention: -1 } }, "completedRoomRetention"],
    ["a secret that isn't text", { credentials: { authToken: 123_456_789 } }, '["credentials"]["authToken"]'],
    ["a colon in an account SID", { credentials: { accountSid: "AC:1" } }, '["credentials"]["accountSid"]'],
    ["half a quota", { quota: { reads: 1 } }, '["quota"]'],
    ["a negative size", { requestLog: -1 }, '["requestLog"]'],
    ["an origin with a path", { publicOrigin: "https://sandbox.example.com/path" }, '["publicOrigin"]']
  ] as const) {
    it.live(`refuse ${what}, name it, and change nothing`, () =>
      Effect.gen(function* () {
        const { body: before } = yield* control("GET", "/sandbox/options")
        const refused = yield* patch({ seed: "another", ...body })
        assert.deepStrictEqual([refused.status, refused.body.problem], [400, "invalid-request"])
        assert.include(refused.body.message, where)
        assert.notInclude(refused.body.message, "123456789")
        assert.deepStrictEqual((yield* control("GET", "/sandbox/options")).body, before)
      }).pipe(Effect.provide(serve()))
    )
  }
})
