/**
 * Tests what a connection on `fetch` sends, and with which `fetch`. `Transports.test.ts` has its failures, and the contract
 * tests its responses.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { vi } from "vitest"
import * as Stub from "./support/Stub.ts"

interface Sent {
  readonly input: unknown
  readonly init: RequestInit
}

const recording = (sent: Array<Sent>, response = () => Stub.json(Stub.body())): typeof globalThis.fetch =>
  async function (this: unknown, input, init = {}) {
    // A Worker's fetch must not be called as a method.
    assert.isUndefined(this)
    sent.push({ input, init })
    return response()
  }

const credentials = { accountSid: Stub.accountSid, authToken: Redacted.make("s\u00e9cret:=") }

const remove = Participants.disconnect("Daily Standup", "Ali ce")

const find = Participants.fetch("Daily Standup", "Ali ce")

const authorization = `Basic ${Buffer.from(`${Stub.accountSid}:s\u00e9cret:=`, "utf8").toString("base64")}`

describe("a connection on fetch", () => {
  it.effect("sends exactly what a connection on an HttpClient sends", () =>
    Effect.gen(function* () {
      const sent: Array<Sent> = []
      yield* Effect.provide(
        Effect.andThen(find, remove),
        TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch: recording(sent) })
      )
      const url = "https://video.twilio.com/v1/Rooms/Daily%20Standup/Participants/Ali%20ce"
      assert.deepStrictEqual(
        sent.map(({ init: { signal, ...init }, input }) => {
          assert.instanceOf(signal, AbortSignal)
          return { input, init }
        }),
        [
          {
            input: url,
            init: { method: "GET", headers: { accept: "application/json", authorization }, redirect: "manual" }
          },
          {
            input: url,
            init: {
              method: "POST",
              headers: {
                accept: "application/json",
                authorization,
                "content-type": "application/x-www-form-urlencoded"
              },
              body: "Status=disconnected",
              redirect: "manual"
            }
          }
        ]
      )
    })
  )

  it.effect("passes on requestInit, without its changes to the request", () =>
    Effect.gen(function* () {
      const sent: Array<Sent> = []
      const requestInit: object = {
        cache: "no-store",
        cf: { cacheTtl: 0 },
        method: "DELETE",
        redirect: "follow",
        headers: { authorization: "Basic other" }
      }
      yield* Effect.provide(
        find,
        TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch: recording(sent), requestInit })
      )
      const { signal: _, ...init } = sent[0]?.init ?? {}
      assert.deepStrictEqual(init, {
        cache: "no-store",
        cf: { cacheTtl: 0 },
        method: "GET",
        redirect: "manual",
        headers: { accept: "application/json", authorization }
      } as RequestInit)
    })
  )

  it.effect("looks up the runtime's fetch for each request", () =>
    Effect.gen(function* () {
      const sent: Array<Sent> = []
      const services = yield* Layer.build(TwilioVideo.layerFetch({ ...credentials, quota: "off" }))
      yield* Effect.acquireUseRelease(
        Effect.sync(() => vi.stubGlobal("fetch", recording(sent))),
        () => Effect.provide(find, services),
        () => Effect.sync(() => vi.unstubAllGlobals())
      )
      assert.strictEqual(sent.length, 1)
    })
  )

  it.effect("reads its options from the environment", () =>
    Effect.gen(function* () {
      const sent: Array<Sent> = []
      const layer = TwilioConnection.layerFetchConfig(TwilioVideo.participants, undefined, {
        fetch: recording(sent)
      }).pipe(
        Layer.provide(
          ConfigProvider.layer(
            ConfigProvider.fromEnv({
              env: {
                TWILIO_API_KEY_SID: `SK${"2".repeat(32)}`,
                TWILIO_API_KEY_SECRET: "key",
                TWILIO_VIDEO_BASE_URL: "http://sandbox.test/proxy"
              }
            })
          )
        )
      )
      yield* Effect.provide(find, layer).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries))
      assert.strictEqual(sent[0]?.input, "http://sandbox.test/proxy/v1/Rooms/Daily%20Standup/Participants/Ali%20ce")
    })
  )

  it.effect("calls the fetch of an object as its method, as a Worker's service binding requires", () =>
    Effect.gen(function* () {
      const sent: Array<string> = []
      class Binding {
        fetch(input: string): Promise<Response> {
          // The binding rejects any other call.
          assert.instanceOf(this, Binding)
          sent.push(input)
          return Promise.resolve(Stub.json(Stub.body()))
        }
      }
      // A binding may also be callable.
      const callable = Object.assign(() => assert.fail("called"), {
        fetch: (input: string) => new Binding().fetch(input)
      })
      for (const fetch of [new Binding(), callable]) {
        yield* Effect.provide(find, TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch }))
      }
      const url = "https://video.twilio.com/v1/Rooms/Daily%20Standup/Participants/Ali%20ce"
      assert.deepStrictEqual(sent, [url, url])
    })
  )

  describe("whose fetch fails with a TypeError", () => {
    // The runtimes' messages. For a port that browsers block, undici has a cause without a code.
    const lost: ReadonlyArray<readonly [string, unknown]> = [
      ["Node", new TypeError("fetch failed", { cause: new Error("bad port") })],
      ["Deno", new TypeError("fetch failed", { cause: new Error("Connection reset by peer (os error 104)") })],
      ["Bun", Object.assign(new TypeError("ECONNRESET: closed"), { code: "ECONNRESET" })],
      ["workerd", new Error("Network connection lost.")],
      ["Chromium", new TypeError("Failed to fetch")],
      ["Chromium, naming the host", new TypeError("Failed to fetch (video.twilio.com)")],
      ["Firefox", new TypeError("NetworkError when attempting to fetch resource.")],
      ["Safari", new TypeError("Load failed")],
      ["older Safari", new TypeError("The network connection was lost.")],
      ["React Native", new TypeError("Network request failed")]
    ]
    const mistakes: ReadonlyArray<readonly [string, unknown]> = [
      ["workerd", new TypeError("Illegal invocation: function called with incorrect `this` reference.")],
      ["Chromium", new TypeError("Failed to execute 'fetch' on 'Window': Illegal invocation")],
      ["Firefox", new TypeError("'fetch' called on an object that does not implement interface Window.")],
      ["undici", new TypeError('Headers.append: "a b" is an invalid header name.')],
      ["a program", new TypeError("Cannot read properties of undefined (reading 'Ali ce')")]
    ]
    const failing = (error: unknown, program: typeof find = find) =>
      Effect.gen(function* () {
        let sent = 0
        const fetch = () => {
          sent += 1
          throw error
        }
        const layer = TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch })
        const failed = yield* program.pipe(
          Effect.provide(layer),
          RequestPolicy.withPolicy({ attempts: 3, baseDelay: "1 millis" }),
          Effect.catchTag("NotFound", Effect.die),
          Effect.flip
        )
        return { sent, error: failed }
      })

    for (const [runtime, error] of lost) {
      it.live(`retries a lost connection: ${runtime}`, () =>
        Effect.gen(function* () {
          const { error: failed, sent } = yield* failing(error)
          assert.strictEqual(sent, 3)
          assert.isTrue(failed.message.startsWith("No response from https://video.twilio.com"), failed.message)
        })
      )
    }

    it.effect("options that throw fail the call, as a fetch that throws does", () =>
      Effect.gen(function* () {
        const requestInit: RequestInit = {
          get cache(): RequestCache {
            throw new Error("Alice")
          }
        }
        const error = yield* find.pipe(
          Effect.provide(TwilioVideo.layerFetch({ ...credentials, quota: "off", requestInit })),
          RequestPolicy.withPolicy(RequestPolicy.noRetries),
          Effect.flip
        )
        assert.include(error.message, "No response from https://video.twilio.com")
        assert.notInclude(error.message, "Alice")
      })
    )

    for (const [runtime, error] of mistakes) {
      it.effect(`doesn't retry a mistake in the program: ${runtime}`, () =>
        Effect.gen(function* () {
          for (const program of [find, remove]) {
            const { error: failed, sent } = yield* failing(error, program)
            assert.strictEqual(sent, 1)
            assert.deepInclude(failed.reason, { _tag: "TransportFailed", failure: "TYPE_ERROR" })
            assert.isTrue(
              failed.message.startsWith(
                "fetch threw a TypeError for https://video.twilio.com. Check the options fetch and " +
                  "requestInit, or the HttpClient; pass a service binding itself, not its fetch."
              ),
              failed.message
            )
            assert.notInclude(failed.message, "Ali ce")
          }
        })
      )
    }
  })

  it.effect("reads the headers that errors contain", () =>
    Effect.gen(function* () {
      const requestId = `RQ${"7".repeat(32)}`
      const response = () => Stub.json({ code: 20429 }, 429, { "retry-after": "7", "twilio-request-id": requestId })
      const layer = TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch: recording([], response) })
      const error = yield* find.pipe(
        Effect.provide(layer),
        RequestPolicy.withPolicy(RequestPolicy.noRetries),
        Effect.catchTag("NotFound", Effect.die),
        Effect.flip
      )
      assert.strictEqual(error.requestId, requestId)
      assert.deepStrictEqual(
        error.reason._tag === "RateLimited" && error.reason.retryAfter,
        Option.some(Duration.seconds(7))
      )
    })
  )

  it.effect("distinguishes an incomplete response from none", () =>
    Effect.gen(function* () {
      const broken = () =>
        new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) }))
      const layer = TwilioVideo.layerFetch({ ...credentials, quota: "off", fetch: recording([], broken) })
      const error = yield* find.pipe(
        Effect.provide(layer),
        RequestPolicy.withPolicy(RequestPolicy.noRetries),
        Effect.flip
      )
      assert.include(error.message, "closed before the response was complete")
    })
  )

  it.effect("rejects invalid options", () =>
    Effect.gen(function* () {
      for (const [argument, options] of [
        ["accountSid", { accountSid: "AC1", authToken: Redacted.make("x") }],
        ["fetch", { ...credentials, fetch: {} as TwilioConnection.Fetcher }],
        ["fetch", { ...credentials, fetch: "fetch" as unknown as TwilioConnection.Fetcher }]
      ] as const) {
        const error = yield* Effect.flip(Layer.build(TwilioVideo.layerFetch(options)))
        assert.strictEqual(error.reason._tag === "InvalidArgument" && error.reason.argument, argument)
      }
    })
  )
})
