/**
 * Joining with an access token: what a valid one grants, and Twilio's error codes for invalid ones. Tokens of Twilio's
 * Node package are tested in `tests/conformance/twilio-node`.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"
import * as Tokens from "./support/Tokens.ts"

const start = Date.parse("2026-03-01T12:00:00Z")

const seconds = start / 1000

const { accountSid, apiKeySecret, apiKeySid } = SandboxCredentials.defaults

const key = ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) })

const begin = (options: Sandbox.Options = {}) =>
  Effect.andThen(TestClock.setTime(start), Calls.start({ rooms: [{ uniqueName: "Standup" }], ...options }))

/** The identity that joined, or the problem and its code. */
const outcome = (sandbox: Sandbox.Service, token: string, options?: Sandbox.TokenJoinOptions) =>
  Effect.match(sandbox.joinWithToken(token, options), {
    onSuccess: ({ identity }) => identity,
    onFailure: ({ code, problem }) => [problem, code]
  })

describe("a valid token", () => {
  it.effect("lets its identity join the room that it grants, as a string or redacted", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const { token } = yield* Effect.provide(AccessToken.mint({ identity: "Zoë 🎉", room: "Standup" }), key)
      const zoe = yield* sandbox.joinWithToken(token)
      assert.deepStrictEqual([zoe.identity, zoe.status], ["Zoë 🎉", "connected"])
      const again = yield* sandbox.joinWithToken(Redacted.value(token), { automaticSubscription: false })
      const { rooms } = yield* sandbox.exportState
      assert.strictEqual(again.roomSid, rooms[0]?.sid)
      assert.deepStrictEqual(
        rooms[0]?.participants.map((participant) => [participant.status, participant.rules[0]?.type]),
        [
          ["disconnected", "include"],
          ["connected", "exclude"]
        ]
      )
    })
  )

  it.effect("without a room grants every room, and creates an unnamed one by default", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const token = yield* Tokens.signed()
      const { sid } = (yield* sandbox.exportState).rooms[0]!
      assert.strictEqual((yield* sandbox.joinWithToken(token, { room: "Standup" })).roomSid, sid)
      assert.strictEqual((yield* sandbox.joinWithToken(token, { room: sid })).roomSid, sid)
      const alone = yield* sandbox.joinWithToken(token)
      assert.notStrictEqual(alone.roomSid, sid)
      assert.strictEqual((yield* sandbox.exportState).rooms[1]?.uniqueName, null)
      yield* sandbox.leave(alone.roomSid, "Zoe")
      assert.isNotNull((yield* sandbox.exportState).rooms[1]?.ended)
    })
  )

  it.effect("with a room grants it by name and by SID", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const { sid } = (yield* sandbox.exportState).rooms[0]!
      for (const granted of ["Standup", sid]) {
        const token = yield* Tokens.signed({ grants: { identity: "Zoe", video: { room: granted } } })
        for (const room of ["Standup", sid, undefined]) {
          assert.strictEqual((yield* sandbox.joinWithToken(token, { room })).roomSid, sid)
        }
      }
    })
  )

  it.effect("is accepted from its nbf until before its exp", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const token = yield* Tokens.signed({ nbf: seconds + 60, exp: seconds + 3600 })
      const at = (millis: number) =>
        Effect.andThen(TestClock.setTime(start + millis), outcome(sandbox, token, { room: "Standup" }))
      assert.deepStrictEqual(yield* at(59_999), ["token-not-yet-valid", 20105])
      assert.strictEqual(yield* at(60_000), "Zoe")
      assert.strictEqual(yield* at(3_599_999), "Zoe")
      assert.deepStrictEqual(yield* at(3_600_000), ["token-expired", 20104])
    })
  )

  it.effect("is accepted if it lasts exactly 24 hours from its iat", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const token = yield* Tokens.signed({ exp: seconds + 86_400 })
      assert.strictEqual(yield* outcome(sandbox, token, { room: "Standup" }), "Zoe")
    })
  )

  it.effect("can't join a completed, full or missing room, and changes nothing", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin({ rooms: [{ uniqueName: "Full", maxParticipants: 1 }, { uniqueName: "Over" }] })
      yield* sandbox.join("Full", "Ann")
      const over = yield* sandbox.completeRoom("Over")
      const token = yield* Tokens.signed()
      const state = yield* sandbox.exportState
      assert.deepStrictEqual(yield* outcome(sandbox, token, { room: "Full" }), ["room-full", 53105])
      assert.deepStrictEqual(yield* outcome(sandbox, token, { room: over.sid }), ["room-completed", 53118])
      assert.deepStrictEqual(yield* outcome(sandbox, token, { room: `RM${"0".repeat(32)}` }), ["no-such-room", 53106])
      assert.deepStrictEqual(yield* outcome(sandbox, token, { room: "" }), ["invalid-name", 53100])
      assert.deepStrictEqual(yield* sandbox.exportState, state)
      // By name, a new room is created.
      assert.strictEqual(yield* outcome(sandbox, token, { room: "Over" }), "Zoe")
    })
  )

  it.effect("joins over HTTP, in the room of the path or its own", () =>
    Effect.gen(function* () {
      const { call } = yield* begin()
      const token = yield* Tokens.signed({ grants: { identity: "Zoe", video: { room: "Standup" } } })
      for (const path of ["/sandbox/rooms/Standup/participants", "/sandbox/participants"]) {
        const reply = yield* call(path, { body: JSON.stringify({ token }) })
        assert.deepStrictEqual([reply.status, reply.body.identity], [201, "Zoe"])
      }
      const other = yield* call("/sandbox/rooms/Other/participants", { body: JSON.stringify({ token }) })
      assert.deepStrictEqual([other.status, other.body.code, other.body.problem], [400, 20106, "invalid-token-grants"])
      for (const body of [{ token, identity: "Zoe" }, {}, { token: 1 }]) {
        const reply = yield* call("/sandbox/rooms/Standup/participants", { body: JSON.stringify(body) })
        assert.deepStrictEqual([reply.status, reply.body.problem], [400, "invalid-request"])
        assert.notInclude(JSON.stringify(reply.body), token)
      }
      assert.strictEqual((yield* call("/sandbox/participants", { body: '{"identity":"Zoe"}' })).status, 400)
    })
  )
})

const { encode, header, sign } = Tokens

const valid = Tokens.members(start)

const first = encode(header)

const token = (members: object, changedHeader: object = {}) =>
  sign(encode({ ...header, ...changedHeader }), encode({ ...valid, ...members }))

const granted = (grants: unknown) => token({ grants })

const invalid: ReadonlyArray<readonly [code: number, what: string, token: string]> = [
  [20101, "an empty string", ""],
  [20101, "one part", "token"],
  [20101, "two parts", token({}).split(".").slice(0, 2).join(".")],
  [20101, "four parts", `${token({})}.e30`],
  [20101, "a leading space", ` ${token({})}`],
  [20101, "base64 with padding", sign(`${first}=`, encode(valid))],
  [20101, "a header that isn't JSON", sign(encode("{"), encode(valid))],
  [20101, "a header that is a list", sign(encode("[]"), encode(valid))],
  [20101, "a header that is null", sign(encode("null"), encode(valid))],
  [20101, "a payload that isn't JSON", sign(first, encode("alice"))],
  [20101, "a payload that is text", sign(first, encode('"alice"'))],
  [20101, "a payload that isn't UTF-8", sign(first, Buffer.from('{"jti":"\xff"}', "latin1").toString("base64url"))],
  [20101, "a signature that isn't base64url", `${first}.${encode(valid)}.****`],
  [20102, "another type", token({}, { typ: "jwt" })],
  [20102, "no type", token({}, { typ: undefined })],
  [20102, "no content type", token({}, { cty: undefined })],
  [20102, "another content type", token({}, { cty: "twilio-fpa;v=2" })],
  [20102, "no algorithm", token({}, { alg: undefined })],
  [20102, "the algorithm none", `${encode({ ...header, alg: "none" })}.${encode(valid)}.`],
  [20102, "the algorithm HS512", sign(encode({ ...header, alg: "HS512" }), encode(valid), apiKeySecret, "sha512")],
  [20102, "the algorithm RS256", token({}, { alg: "RS256" })],
  [20103, "another key", token({ iss: `SK${"0".repeat(32)}` })],
  [20103, "no key", token({ iss: undefined })],
  [20103, "another account", token({ sub: `AC${"0".repeat(32)}` })],
  [20103, "no account", token({ sub: undefined })],
  [20103, "key and account swapped", token({ iss: valid.sub, sub: valid.iss })],
  [20107, "no signature", `${first}.${encode(valid)}.`],
  [20107, "another secret", sign(first, encode(valid), "another secret")],
  [20107, "the Auth Token", sign(first, encode(valid), SandboxCredentials.defaults.authToken)],
  [20107, "another hash", sign(first, encode(valid), apiKeySecret, "sha512")],
  [20107, "the signature of another payload", `${first}.${encode({ ...valid, jti: "x" })}.${token({}).split(".")[2]}`],
  [20107, "another secret, and expired", sign(first, encode({ ...valid, exp: seconds - 1 }), "another secret")],
  [20104, "an exp in the past", token({ iat: seconds - 60, exp: seconds - 1 })],
  [20104, "an exp that is now", token({ iat: seconds - 60, exp: seconds })],
  [20104, "no exp", token({ exp: undefined })],
  [20104, "an exp as text", token({ exp: String(seconds + 60) })],
  [20104, "more than 24 hours from its iat", token({ exp: seconds + 86_401 })],
  [20104, "more than 24 hours from its nbf", token({ iat: undefined, nbf: seconds - 1, exp: seconds + 86_400 })],
  [20104, "more than 24 hours from now", token({ iat: undefined, exp: seconds + 86_401 })],
  [20104, "an iat as text", token({ iat: "now" })],
  [20104, "an iat after its exp", token({ iat: seconds + 7200 })],
  [20104, "expired, and not yet valid", token({ exp: seconds, nbf: seconds + 60 })],
  [20105, "an nbf in the future", token({ nbf: seconds + 1 })],
  [20105, "an nbf as text", token({ nbf: "now" })],
  [20105, "an nbf as text, and no iat", token({ iat: undefined, nbf: "now" })],
  [20105, "an nbf in the future, equal to its exp", token({ iat: undefined, nbf: seconds + 60, exp: seconds + 60 })],
  [20105, "not yet valid, and without grants", token({ nbf: seconds + 1, grants: undefined })],
  [20106, "no grants", granted(undefined)],
  [20106, "grants that are a list", granted([{ identity: "Zoe", video: {} }])],
  [20106, "no video grant", granted({ identity: "Zoe" })],
  [20106, "another product's grant", granted({ identity: "Zoe", voice: {} })],
  [20106, "a video grant that is null", granted({ identity: "Zoe", video: null })],
  [20106, "a video grant that is true", granted({ identity: "Zoe", video: true })],
  [20106, "another room", granted({ identity: "Zoe", video: { room: "Other" } })],
  [20106, "the room in another case", granted({ identity: "Zoe", video: { room: "standup" } })],
  [20106, "an empty room", granted({ identity: "Zoe", video: { room: "" } })],
  [20106, "a room that is a number", granted({ identity: "Zoe", video: { room: 1 } })],
  [20106, "an identity that is a number", granted({ identity: 1, video: {} })],
  [20106, "an identity that is null", granted({ identity: null, video: {} })],
  [53200, "no identity", granted({ video: {} })],
  [53200, "an empty identity", granted({ identity: "", video: {} })],
  [53201, "an identity that is too long", granted({ identity: "ж".repeat(65), video: {} })],
  [53202, "an identity that isn't Unicode", granted({ identity: "a\ud83c", video: {} })]
]

const jti = `${apiKeySid}-${seconds}`

const inAnHour = seconds + 3600

const video = { room: "Standup" }

/** Header and payload as each of Twilio's packages writes them. */
const packages: Readonly<Record<string, (identity?: string, exp?: number, nbf?: number) => readonly [object, object]>> =
  {
    Python: (identity, exp = inAnHour, nbf = seconds) => [
      { alg: "HS256", cty: "twilio-fpa;v=1", typ: "JWT" },
      { jti, grants: { video, identity }, iss: apiKeySid, nbf, exp, sub: accountSid }
    ],
    PHP: (identity, exp = inAnHour, nbf) => [
      { cty: "twilio-fpa;v=1", typ: "JWT", alg: "HS256" },
      { jti, iss: apiKeySid, sub: accountSid, exp, grants: { identity, video }, nbf }
    ],
    Ruby: (identity, exp = inAnHour, nbf = seconds) => [
      { cty: "twilio-fpa;v=1", twr: null, typ: "JWT", alg: "HS256" },
      { jti, grants: { identity, video }, iss: apiKeySid, nbf, exp, sub: accountSid }
    ],
    Go: (identity, exp = inAnHour, nbf = seconds) => [
      { alg: "HS256", cty: "twilio-fpa;v=1", typ: "JWT" },
      { exp, grants: { identity, video }, iss: apiKeySid, jti, nbf, sub: accountSid }
    ]
  }

describe("a token as Twilio's other packages write it", () => {
  for (const [name, of] of Object.entries(packages)) {
    it.effect(`${name} lets its identity join, and is rejected with the matching code`, () =>
      Effect.gen(function* () {
        const { sandbox } = yield* begin()
        const joined = (...what: Parameters<typeof of>) => {
          const [header, payload] = of(...what)
          return outcome(sandbox, sign(encode(header), encode(payload)))
        }
        assert.strictEqual(yield* joined("Zoe"), "Zoe")
        assert.strictEqual(yield* joined("Zoe", seconds + 86_400), "Zoe")
        assert.deepStrictEqual(yield* joined("Zoe", seconds + 86_401), ["token-expired", 20104])
        assert.deepStrictEqual(yield* joined("Zoe", seconds), ["token-expired", 20104])
        assert.deepStrictEqual(yield* joined("Zoe", inAnHour, seconds + 60), ["token-not-yet-valid", 20105])
        assert.deepStrictEqual(yield* joined(undefined), ["invalid-identity", 53200])
        assert.deepStrictEqual(yield* joined("ж".repeat(65)), ["identity-too-long", 53201])
        const [header, payload] = of("Zoe")
        const elsewhere = yield* outcome(sandbox, sign(encode(header), encode(payload)), { room: "Other" })
        assert.deepStrictEqual(elsewhere, ["invalid-token-grants", 20106])
      })
    )
  }
})

describe("an invalid token", () => {
  for (const [code, what, token] of invalid) {
    it.effect(`is rejected with ${code} and changes nothing: ${what}`, () =>
      Effect.gen(function* () {
        const { sandbox } = yield* begin()
        const state = yield* sandbox.exportState
        const error = yield* Effect.flip(sandbox.joinWithToken(token, { room: "Standup" }))
        assert.strictEqual(error.code, code)
        for (const part of token.split(".").filter((part) => part.length > 20)) assert.notInclude(error.message, part)
        assert.deepStrictEqual(yield* sandbox.exportState, state)
      })
    )
  }

  const changes = Schema.Struct({
    place: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: token({}).length - 1 })),
    character: Schema.String.check(Schema.isPattern(/^[\w.\-=+/ ]$/u))
  })

  it.effect.prop(
    "is any valid one with a character changed, added or removed",
    [changes],
    ([{ character, place }]) =>
      Effect.gen(function* () {
        const { sandbox } = yield* begin()
        const whole = token({})
        const before = whole.slice(0, place)
        const after = whole.slice(place + 1)
        const others = [before + character + whole.slice(place), before + after]
        if (whole[place] !== character) others.push(before + character + after)
        for (const other of others) {
          const { code } = yield* Effect.flip(sandbox.joinWithToken(other, { room: "Standup" }))
          assert.include([20101, 20102, 20103, 20107], code)
        }
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect("is one with other unused bits in its last character", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin()
      const whole = token({})
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
      const last = alphabet.indexOf(whole.at(-1)!)
      for (const other of [last ^ 1, last ^ 2, last ^ 3]) {
        assert.deepStrictEqual(yield* outcome(sandbox, whole.slice(0, -1) + alphabet[other]), ["invalid-token", 20101])
      }
    })
  )
})
