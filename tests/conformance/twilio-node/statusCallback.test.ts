/**
 * Signatures of callbacks: Twilio's published vectors, and generated requests that one of Twilio's package and the library
 * signs and the other verifies.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parse, stringify } from "node:querystring"
import twilio from "twilio"
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js"
import { count } from "../../support/Lane.ts"

const authToken = "12345"

const Token = AuthToken.layer({ authToken: Redacted.make(authToken) })

const host = "mycompany.com/myapp.php"
const U = `https://${host}?foo=1&bar=2`

const P1 = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212"
}

type Fields = Readonly<Record<string, string | ReadonlyArray<string>>>

const formText = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one])
    )
  ).toString()

const form = (url: string, fields: Fields, signature: string): StatusCallback.CallbackRequest => ({
  method: "POST",
  url,
  signature,
  body: formText(fields),
  contentType: "application/x-www-form-urlencoded"
})

const json = (url: string, body: string, signature: string): StatusCallback.CallbackRequest => ({
  method: "POST",
  url,
  signature,
  body,
  contentType: "application/json"
})

const ours = (request: StatusCallback.CallbackRequest) =>
  StatusCallback.verify(request).pipe(
    Effect.result,
    Effect.map((result) => (Result.isSuccess(result) ? "accepted" : result.failure.problem)),
    Effect.provide(Token),
    Effect.orDie
  )

const theirs = (request: StatusCallback.CallbackRequest, fields: Fields): boolean => {
  const { body, signature, url } = request
  return request.contentType === "application/json"
    ? twilio.validateRequestWithBody(authToken, signature ?? "", url, String(body))
    : twilio.validateRequest(authToken, signature ?? "", url, fields)
}

const bodyHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
const emptyHash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
const jsonBody = '{"property": "value", "boolean": true}'

const addresses = ["+1325xxxxxxx", "+1415xxxxxxx"]

const vectors: ReadonlyArray<readonly [name: string, request: StatusCallback.CallbackRequest, fields: Fields]> = (
  [
    ["the URL unchanged", U, P1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["https with a port", U.replace(".com", ".com:1234"), P1, "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["http with a port", `http://mycompany.com:1234/myapp.php?foo=1&bar=2`, P1, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="],
    ["https, signed with :443", U, P1, "kvajT1Ptam85bY51eRf/AJRuM3w="],
    ["http, signed with :80", U.replace("https", "http"), P1, "0ZXoZLH/DfblKGATFgpif+LLRf4="],
    ["user and password", U.replace("://", "://user:pass@"), P1, "CukzLTc1tT5dXEDIHm/tKBanW10="],
    ["user", U.replace("://", "://user@"), P1, "2YRLlVAflCqxaNicjMpJcSTgzSs="],
    ["user and password, signed with :443", U.replace("://", "://user:pass@"), P1, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="],
    ["an apostrophe, signed percent-encoded", `${U}&Body=It's+amazing`, P1, "TfZzewPq8wqrGlMfyAud8+/IvJ0="],
    ["an apostrophe, signed unchanged", `${U}&Body=It's+amazing`, P1, "dsq4Ehbj6cs+KdTkpF5sSSplOWw="],
    ["a list", U, { "MessagingBinding.Address": addresses }, "83O6e2vORAoJHUNzJjDWN1jz+BA="],
    ["a reversed list", U, { "MessagingBinding.Address": addresses.toReversed() }, "83O6e2vORAoJHUNzJjDWN1jz+BA="],
    [
      "a repeated value",
      U,
      { Sid: "CA123", SidAccount: "AC123", Digits: ["5678", "1234", "1234"] },
      "IK+Dwps556ElfBT0I3Rgjkr1wJU="
    ],
    [
      "the vector from the documentation",
      "https://example.com/myapp.php?foo=1&bar=2",
      { ...P1, Caller: "+14158675310", From: "+14158675310" },
      "L/OH5YylLD5NRKLltdqwSvS0BnU="
    ]
  ] as const
).map(([name, url, fields, signature]) => [name, form(url, fields, signature), fields])

const bodies: ReadonlyArray<readonly [name: string, request: StatusCallback.CallbackRequest, fields: Fields]> = (
  [
    ["JSON", `${U}&bodySHA256=${bodyHash}`, jsonBody, "a9nBmqA0ju/hNViExpshrM61xv4="],
    ["JSON, signed with :443", `${U}&bodySHA256=${emptyHash}`, "{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc="],
    ["JSON, signed without a port", `${U}&bodySHA256=${emptyHash}`, "{}", "rw/jVviOgicj2+kHZULvebnA4ag="],
    ["JSON, with only the hash", `https://${host}?bodySHA256=${bodyHash}`, jsonBody, "y77kIzt2vzLz71DgmJGsen2scGs="]
  ] as const
).map(([name, url, body, signature]) => [name, json(url, body, signature), {}])

/** The text with one character replaced. */
const changed = (text: string, at: number): string => {
  const index = at % text.length
  return text.slice(0, index) + (text[index] === "x" ? "y" : "x") + text.slice(index + 1)
}

describe("Twilio's vectors", () => {
  it.effect.each([...vectors, ...bodies])("%s", ([, request, fields]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* ours(request), "accepted")
      assert.isTrue(theirs(request, fields))
    })
  )

  it.effect.each(vectors.filter(([, { url }]) => !url.includes("1234")))(
    "%s, fails with any character changed",
    ([, request, fields]) =>
      Effect.gen(function* () {
        const signature = request.signature ?? ""
        for (let at = 0; at < signature.length; at++) {
          assert.strictEqual(yield* ours({ ...request, signature: changed(signature, at) }), "mismatch")
        }
        for (const signed of [signature.slice(0, -1), `${signature}=`, ` ${signature}`, signature.toLowerCase()]) {
          assert.strictEqual(yield* ours({ ...request, signature: signed }), "mismatch")
        }
        for (let at = "https://".length; at < request.url.length; at++) {
          const url = changed(request.url, at)
          const verdict = yield* ours({ ...request, url })
          // A missing userinfo or an invalid URL fails too.
          assert.include(["mismatch", "unparsable-url"], verdict, url)
        }
        for (const [name, value] of Object.entries(fields)) {
          if (typeof value !== "string") continue
          for (let at = 0; at < value.length; at++) {
            const other = form(request.url, { ...fields, [name]: changed(value, at) }, signature)
            assert.strictEqual(yield* ours(other), "mismatch")
          }
        }
      })
  )

  it.effect.each(bodies)("%s, fails with any byte of the body changed", ([, request]) =>
    Effect.gen(function* () {
      const body = String(request.body)
      for (let at = 0; at < body.length; at++) {
        assert.strictEqual(yield* ours({ ...request, body: changed(body, at) }), "changed-body")
      }
      const url = changed(request.url, request.url.length - 1)
      assert.strictEqual(yield* ours({ ...request, url }), "mismatch")
      assert.strictEqual(yield* ours({ ...request, body: new TextEncoder().encode(body) }), "accepted")
    })
  )
})

describe("generated requests", () => {
  const one = <const A extends ReadonlyArray<string>>(...of: A) => Arbitrary.schema(Schema.Literals(of))
  const joined = (pieces: Arbitrary.Arbitrary<string>, maxLength: number) =>
    Arbitrary.map(Arbitrary.array(pieces, { minLength: 0, maxLength }), (parts) => parts.join(""))

  const codePoint = Arbitrary.map(
    Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0x10_ffff }))),
    (code) => String.fromCodePoint(code).toWellFormed()
  )
  const piece = one(
    "",
    "+",
    "%",
    "%27",
    " ",
    "'",
    "ж",
    "👩‍👩‍👧",
    "\u0000",
    "&",
    "=",
    "ﬀ",
    "\u{10ffff}",
    "10",
    "9",
    "a",
    "B",
    "__proto__"
  )
  const text = Arbitrary.map(Arbitrary.all([joined(piece, 4), joined(codePoint, 2)]), (parts) => parts.join(""))
  const fields: Arbitrary.Arbitrary<Fields> = Arbitrary.map(
    Arbitrary.array(Arbitrary.all([text, Arbitrary.array(text, { minLength: 1, maxLength: 4 })]), {
      minLength: 0,
      maxLength: 6
    }),
    (entries) =>
      Object.fromEntries(entries.map(([name, values]) => [name, values.length === 1 ? String(values[0]) : values]))
  )
  const queryPiece = one(
    "a",
    "b",
    "1",
    "0",
    "=",
    "&",
    "+",
    "%20",
    "%27",
    "'",
    "%zz",
    "%",
    "%ff",
    "%E2%82%AC",
    "%EF%BB%BF",
    "é",
    "!",
    "(",
    "~",
    "*",
    ",",
    "/",
    "?",
    "[",
    "ж",
    "__proto__"
  )
  const url = Arbitrary.map(
    Arbitrary.all([
      one("http://", "https://", "HTTPS://"),
      one("", "user@", "user:pass@"),
      one("example.com", "EXAMPLE.com", "[::1]", "127.0.0.1", "bücher.example"),
      one("", ":443", ":80", ":8080"),
      one("", "/", "/a/../b", "/a b", "/é", "/a//b/"),
      Arbitrary.map(joined(queryPiece, 14), (query) => (query === "" ? "" : `?${query}`))
    ]),
    (parts) => parts.join("")
  )

  const check = (holds: (url: string, fields: Fields) => Effect.Effect<void>) =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.all([url, fields]),
        ([url, fields]) =>
          holds(url, fields).pipe(
            Effect.as(true),
            Effect.catchDefect((defect) => Effect.fail(String(defect)))
          ),
        { runs: count(40, 3000), seed: "callbacks" }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    })

  const port = /^([a-z]+:\/\/(?:[^/?]*@)?(?:\[[^\]]*\]|[^:/?]+)):\d+/iu
  const withoutPort = /^([a-z]+:\/\/(?:[^/?]*@)?(?:\[[^\]]*\]|[^:/?@]+))(?=[/?]|$)/iu

  /** The forms of the URL that Twilio's package tries, built with Node's modules. */
  const officialForms = (url: string): ReadonlyArray<string> => {
    const { href } = new URL(url)
    const start = href.indexOf("?") + 1
    const legacy = start === 0 ? href : href.slice(0, start) + stringify(parse(href.slice(start)))
    const usual = /^https:/iu.test(url) ? ":443" : ":80"
    return [url, href, legacy].flatMap((form) => [
      form,
      form.replace(port, "$1"),
      form.replace(port, `$1${usual}`),
      form.replace(withoutPort, `$1${usual}`)
    ])
  }

  it.live("the library accepts every signature that Twilio's package accepts", () =>
    check((url, fields) =>
      Effect.gen(function* () {
        for (const signed of new Set(officialForms(url))) {
          const signature = getExpectedTwilioSignature(authToken, signed, fields)
          const verdict = yield* ours(form(url, fields, signature))
          assert.strictEqual(verdict === "accepted", twilio.validateRequest(authToken, signature, url, fields), signed)
        }
      })
    )
  )

  it.live("both reject signatures of another token, URL or parameters", () =>
    check((url, fields) =>
      Effect.gen(function* () {
        const signature = getExpectedTwilioSignature(authToken, url, fields)
        const others = [
          form(url, fields, getExpectedTwilioSignature("12346", url, fields)),
          form(`${url}x`, fields, signature),
          form(url, { ...fields, Extra: "1" }, signature)
        ]
        for (const other of others) assert.include(["mismatch", "unparsable-url"], yield* ours(other))
      })
    )
  )
})
