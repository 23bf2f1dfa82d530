/**
 * Verification of callbacks: each problem, token rotation, and both methods.
 * `tests/conformance/twilio-node/statusCallback.test.ts` compares signatures with those of Twilio's own library.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"

const url = "https://example.com/events?tenant=7"

const parameters = {
  AccountSid: `AC${"0".repeat(32)}`,
  RoomName: "Büro & Küche",
  RoomSid: `RM${"0".repeat(32)}`,
  RoomStatus: "in-progress",
  RoomType: "group",
  StatusCallbackEvent: "room-created",
  Timestamp: "2026-03-01T12:00:00Z"
}

const tokens = (authToken: string, secondaryAuthToken?: string) =>
  AuthToken.layer({
    authToken: Redacted.make(authToken),
    secondaryAuthToken: secondaryAuthToken === undefined ? undefined : Redacted.make(secondaryAuthToken)
  })

const signed = (signable: StatusCallback.Signable, token = "primary") =>
  Effect.provide(StatusCallback.sign(signable), tokens(token))

const body = new URLSearchParams(parameters).toString()

const post: StatusCallback.CallbackRequest = { method: "POST", url, signature: "", body }

const problem = (request: StatusCallback.CallbackRequest, layer = tokens("primary")) =>
  StatusCallback.verify(request).pipe(
    Effect.flip,
    Effect.map((error) => error.problem),
    Effect.provide(layer)
  )

describe("StatusCallback.verify", () => {
  it.effect("reports each problem", () =>
    Effect.gen(function* () {
      const signature = yield* signed({ url, parameters })
      for (const missing of ["", null, undefined]) {
        assert.strictEqual(yield* problem({ ...post, signature: missing }), "missing")
      }
      for (const none of ["/events", "", "https://", "ftp://example.com/", "example.com", "https://exa mple.com/"]) {
        assert.strictEqual(yield* problem({ ...post, signature, url: none }), "unparsable-url")
      }
      assert.strictEqual(yield* problem({ ...post, signature }, tokens("another")), "mismatch")
      assert.strictEqual(yield* problem({ ...post, signature: yield* signed({ url }) }), "mismatch")
    })
  )

  it.effect("rejects a body that the signature doesn't cover", () =>
    Effect.gen(function* () {
      const signature = yield* signed({ url })
      for (const contentType of [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencodedx",
        "multipart/form-data"
      ]) {
        assert.strictEqual(yield* problem({ ...post, signature, contentType }), "unsigned-body")
      }
      const hashed = `${url}&bodySHA256=${"0".repeat(64)}`
      const request = {
        ...post,
        url: hashed,
        signature: yield* signed({ url: hashed }),
        contentType: "application/json"
      }
      assert.strictEqual(yield* problem(request), "changed-body")
    })
  )

  it.effect.each([
    undefined,
    null,
    "",
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-UrlEncoded; charset=utf-8"
  ])("accepts a form with content type %s", (contentType) =>
    Effect.gen(function* () {
      const signature = yield* signed({ url, parameters })
      yield* StatusCallback.verify({ ...post, signature, contentType }).pipe(Effect.provide(tokens("primary")))
      const bytes = new TextEncoder().encode(body)
      yield* StatusCallback.verify({ ...post, signature, contentType, body: bytes }).pipe(
        Effect.provide(tokens("primary"))
      )
    })
  )

  it.effect("accepts both Auth Tokens during a rotation, and signs with the primary one", () =>
    Effect.gen(function* () {
      for (const token of ["primary", "secondary"]) {
        const signature = yield* signed({ url, parameters }, token)
        yield* StatusCallback.verify({ ...post, signature }).pipe(Effect.provide(tokens("primary", "secondary")))
        yield* StatusCallback.verify({ ...post, signature }).pipe(Effect.provide(tokens("secondary", "primary")))
      }
      assert.strictEqual(
        yield* StatusCallback.sign({ url, parameters }).pipe(Effect.provide(tokens("primary", "secondary"))),
        yield* signed({ url, parameters })
      )
      const third = yield* signed({ url, parameters }, "third")
      assert.strictEqual(yield* problem({ ...post, signature: third }, tokens("primary", "secondary")), "mismatch")
    })
  )

  it.effect("accepts a signature of the URL without its user info", () =>
    Effect.gen(function* () {
      const signature = yield* signed({ url, parameters })
      const configured = url.replace("://", "://user:pass@")
      yield* StatusCallback.verify({ ...post, url: configured, signature }).pipe(Effect.provide(tokens("primary")))
    })
  )

  /** Counts the calls of WebCrypto during an effect. */
  const calls = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => ({
        imported: vi.spyOn(crypto.subtle, "importKey"),
        verified: vi.spyOn(crypto.subtle, "verify")
      })),
      ({ imported, verified }) =>
        Effect.map(Effect.ignore(effect), () => ({
          imported: imported.mock.calls.length,
          verified: verified.mock.calls.length
        })),
      ({ imported, verified }) =>
        Effect.sync(() => {
          imported.mockRestore()
          verified.mockRestore()
        })
    )

  it.effect("computes every variant with every token, whether the signature matches or not", () =>
    Effect.gen(function* () {
      const withPort = url.replace(".com", ".com:443")
      for (const signature of [
        yield* signed({ url, parameters }),
        yield* signed({ url: withPort, parameters }, "secondary"),
        "x".repeat(27),
        "none"
      ]) {
        const verify = StatusCallback.verify({ ...post, signature })
        assert.strictEqual((yield* calls(Effect.provide(verify, tokens("primary")))).verified, 2)
        assert.strictEqual((yield* calls(Effect.provide(verify, tokens("primary", "secondary")))).verified, 4)
      }
    })
  )

  it.effect("rejects a valid signature in another notation", () =>
    Effect.gen(function* () {
      const signature = yield* signed({ url, parameters })
      const lastDigit = signature.charCodeAt(26)
      for (const other of [
        signature.slice(0, 27),
        `${signature}\n`,
        ` ${signature}`,
        `${signature.slice(0, 14)}\r\n${signature.slice(14)}`,
        // The last digit has two unused bits.
        `${signature.slice(0, 26)}${String.fromCharCode(lastDigit + 1)}=`,
        Buffer.from(signature, "base64").toString("hex"),
        `${signature}é`
      ]) {
        assert.strictEqual(yield* problem({ ...post, signature: other }), "mismatch")
      }
    })
  )

  it.effect("imports each key once per layer", () =>
    Effect.gen(function* () {
      const secrets = { authToken: Redacted.make("primary"), secondaryAuthToken: Redacted.make("secondary") }
      const verify = StatusCallback.verify({ ...post, signature: "x" }).pipe(Effect.ignore)
      const twice = Effect.andThen(verify, verify)
      const layer = AuthToken.layer(secrets)
      // Built again, the layer imports its keys again: they aren't kept with the secret.
      for (let built = 0; built < 2; built++) {
        assert.strictEqual((yield* calls(Effect.provide(twice, layer))).imported, 2)
      }
    })
  )

  it.effect("uses the tokens that a service has at the time", () =>
    Effect.gen(function* () {
      let current = Redacted.make("first")
      const rotated = {
        get authToken() {
          return current
        }
      }
      const verify = (token: string) =>
        Effect.flatMap(signed({ url, parameters }, token), (signature) =>
          Effect.provideService(StatusCallback.verify({ ...post, signature }), AuthToken.AuthToken, rotated)
        )
      yield* verify("first")
      current = Redacted.make("second")
      yield* verify("second")
      yield* Effect.flip(verify("first"))
    })
  )

  it.effect("ignores bodySHA256 for a form, because an identity can put it into the URL", () =>
    Effect.gen(function* () {
      const forged = new URLSearchParams({ ...parameters, StatusCallbackEvent: "room-ended" }).toString()
      const hash = createHash("sha256").update(forged).digest("hex")
      const known = { ...parameters, ParticipantIdentity: `&bodySHA256=${hash}&`, RoomName: "Standup" }
      const signature = yield* signed({ url, parameters: known })
      const names = Object.keys(known).sort() as ReadonlyArray<keyof typeof known>
      // The same signed text, all of it as the URL.
      const text = url + names.map((name) => name + known[name]).join("")
      for (const contentType of [undefined, "application/x-www-form-urlencoded"]) {
        assert.strictEqual(yield* problem({ ...post, url: text, signature, body: forged, contentType }), "mismatch")
      }
    })
  )
})

describe("StatusCallback.receive", () => {
  it.effect("decodes a POST's form and a GET's query", () =>
    Effect.gen(function* () {
      const signature = yield* signed({ url, parameters })
      const posted = yield* StatusCallback.receive({ ...post, signature }).pipe(Effect.provide(tokens("primary")))
      const query = `${url}&${body}`
      const got = yield* StatusCallback.receive({
        method: "GET",
        url: query,
        signature: yield* signed({ url: query }),
        contentType: "text/plain",
        body: "StatusCallbackEvent=room-ended"
      }).pipe(Effect.provide(tokens("primary")))
      for (const event of [posted, got]) {
        assert.strictEqual(event._tag, "RoomCreated")
        assert.strictEqual(event._tag === "RoomCreated" && event.roomName, "Büro & Küche")
      }
    })
  )

  it.effect("decodes nothing without a valid signature", () =>
    Effect.gen(function* () {
      const error = yield* StatusCallback.receive({ ...post, signature: "x", body: "" }).pipe(
        Effect.flip,
        Effect.provide(tokens("primary"))
      )
      assert.strictEqual(error._tag, "InvalidSignature")
      const signature = yield* signed({ url, parameters: { StatusCallbackEvent: "room-ended" } })
      const empty = yield* StatusCallback.receive({ ...post, signature, body: "StatusCallbackEvent=room-ended" }).pipe(
        Effect.flip,
        Effect.provide(tokens("primary"))
      )
      assert.include<object>(empty, { _tag: "InvalidCallback", parameter: "AccountSid" })
    })
  )
})

describe("StatusCallback.parametersOf", () => {
  it("keeps names of Object.prototype", () => {
    const read = StatusCallback.parametersOf({ ...post, body: "?b=+%2B&__proto__=1&constructor=2&a=1&a=2&%zz=" })
    assert.deepStrictEqual(Object.entries(read), [
      ["?b", [" +"]],
      ["__proto__", ["1"]],
      ["constructor", ["2"]],
      ["a", ["1", "2"]],
      ["%zz", [""]]
    ])
    assert.deepStrictEqual(StatusCallback.parametersOf({ ...post, contentType: "application/json" }), {})
    assert.deepStrictEqual(StatusCallback.parametersOf({ method: "GET", url: "none", signature: "" }), {})
  })
})
