import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { serve } from "./support/Served.ts"

const request = (path: string, init: RequestInit = {}) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.promise(async () => {
      const response = await fetch(`${baseUrl}${path}`, { redirect: "manual", ...init })
      return { status: response.status, headers: response.headers, text: await response.text() }
    })
  )

const folder = "/sandbox/console/"

describe("the page of the console", () => {
  for (const path of ["/", "/sandbox/console"]) {
    it.live(`is where ${path} redirects to`, () =>
      Effect.gen(function* () {
        const { headers, status } = yield* request(path)
        assert.deepStrictEqual([status, headers.get("location")], [307, folder])
      }).pipe(Effect.provide(serve()))
    )
  }

  it.live("needs no control token, unlike the controls", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* request(folder)).status, 200)
      for (const path of ["events", "rooms/Huddle/timeline", "rooms/Huddle/subscriptions", "console/none"]) {
        assert.strictEqual((yield* request(`/sandbox/${path}`)).status, 401, path)
      }
    }).pipe(Effect.provide(serve({}, { controlToken: Redacted.make("a-token") })))
  )

  it.live("loads nothing from elsewhere, and can't be embedded", () =>
    Effect.gen(function* () {
      const { headers, text } = yield* request(folder)
      const policy = headers.get("content-security-policy")?.split("; ") ?? []
      assert.includeMembers(policy, ["default-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
      assert.notInclude(policy.join(), "unsafe")
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
      assert.strictEqual(headers.get("referrer-policy"), "no-referrer")
      assert.strictEqual(headers.get("cross-origin-opener-policy"), "same-origin")
      assert.notMatch(text, /<style|style=|<script(?![^>]*\ssrc=)|\son\w+=|https?:\/\//iu)
      const paths = Array.from(text.matchAll(/(?:src|href)="([^"]*)"/gu), ([, path = ""]) => path)
      assert.isNotEmpty(paths)
      for (const path of paths) {
        const { pathname } = new URL(path, `http://sandbox.test${folder}`)
        assert.strictEqual((yield* request(pathname)).status, 200, path)
      }
    }).pipe(Effect.provide(serve()))
  )

  it.live("is compressed if the client accepts gzip, with the same content", () =>
    Effect.gen(function* () {
      const bodies: Array<string> = []
      for (const [accepted, encoding] of [
        ["gzip, deflate, br", "gzip"],
        ["identity", null],
        ["br, gzip;q=0", null]
      ] as const) {
        const { headers, status, text } = yield* request(folder, { headers: { "accept-encoding": accepted } })
        assert.deepStrictEqual([status, headers.get("content-encoding")], [200, encoding], accepted)
        bodies.push(text)
      }
      assert.include(bodies[0], "<!doctype html>")
      assert.strictEqual(new Set(bodies).size, 1)
    }).pipe(Effect.provide(serve()))
  )

  it.live("isn't sent again to a client that has it", () =>
    Effect.gen(function* () {
      const etag = (yield* request(folder)).headers.get("etag") ?? ""
      const { headers, status, text } = yield* request(folder, { headers: { "if-none-match": etag } })
      assert.deepStrictEqual([status, text, headers.get("etag")], [304, "", etag])
      const old = yield* request(folder, { headers: { "if-none-match": '"old"' } })
      assert.strictEqual(old.status, 200)
    }).pipe(Effect.provide(serve()))
  )

  it.live("has no file with the name of an object's member", () =>
    Effect.gen(function* () {
      for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
        assert.strictEqual((yield* request(folder + name)).status, 404, name)
      }
    }).pipe(Effect.provide(serve()))
  )

  it.live("is refused to a page of another origin", () =>
    Effect.gen(function* () {
      const { status } = yield* request(folder, { headers: { origin: "https://attacker.test" } })
      assert.strictEqual(status, 403)
    }).pipe(Effect.provide(serve()))
  )
})
