/**
 * A sandbox with a tap on everything that is sent to it: by clients of this library, and by probes for what no client
 * sends. Holds no steps: see `Visit`.
 */
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Connection, type Transport } from "../support/Transports.ts"
import * as Tap from "./Tap.ts"

/** A request that no client sends, and the answer that it must get. */
export interface Probe {
  readonly method: HttpMethod.HttpMethod
  /** With the query, as written. */
  readonly path: string
  readonly body?: string
  /** `application/x-www-form-urlencoded` unless said otherwise. */
  readonly type?: string
  readonly anonymous?: boolean
  readonly status: number
  /** Twilio's code; none for a success. */
  readonly code?: number
}

export class Run extends Context.Service<
  Run,
  {
    /** Everything sent so far, in order. */
    readonly exchanges: ReadonlyArray<Tap.Exchange>
    /** Where requests had to go, where that is not Twilio's own server. */
    readonly server: string | undefined
    /** The services, as somebody with these credentials. */
    readonly as: (credentials: TwilioConnection.Credentials) => Layer.Layer<TwilioVideo.Services>
    readonly probe: (probe: Probe) => Effect.Effect<void>
  }
>()("tests/conformance/Run") {}

const make = Effect.gen(function* () {
  const { baseUrl, transport } = yield* Connection
  const { credentials } = yield* Sandbox.Sandbox
  const exchanges: Array<Tap.Exchange> = []

  const tapped = (by: Tap.Exchange["by"]) =>
    Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpClient.HttpClient, (client) => Tap.record(client, exchanges, by))
    ).pipe(Layer.provide(transport))

  const probe = ({ anonymous, body, code, method, path, status, type }: Probe) =>
    Effect.gen(function* () {
      const request = HttpClientRequest.make(method)(`${baseUrl ?? "https://video.twilio.com"}${path}`)
      const withBody =
        body === undefined
          ? request
          : HttpClientRequest.bodyText(request, body, type ?? "application/x-www-form-urlencoded")
      const client = yield* HttpClient.HttpClient
      yield* client.execute(
        anonymous === true
          ? withBody
          : HttpClientRequest.basicAuth(withBody, credentials.accountSid, Redacted.make(credentials.authToken))
      )
      const answer = exchanges.at(-1)?.answer
      assert.strictEqual(answer?.status, status, `${method} ${path}: ${answer?.body}`)
      if (code !== undefined) assert.include(answer?.body, `"code":${code}`, `${method} ${path}`)
    }).pipe(Effect.provide(tapped("probe")), Effect.orDie)

  return Run.of({
    exchanges,
    server: baseUrl,
    as: (credentials) =>
      TwilioVideo.layer({ ...credentials, baseUrl }).pipe(Layer.provide(tapped("client")), Layer.orDie),
    probe
  })
})

/** A run over a transport, when its visit is done. */
export const layer = <E>(
  transport: Transport,
  options: Sandbox.Options,
  visit: Effect.Effect<void, E, Run | Sandbox.Sandbox | TwilioVideo.Services>
): Layer.Layer<Run> =>
  Layer.effect(
    Run,
    Effect.gen(function* () {
      const run = yield* make
      const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
      const owner = run.as({ accountSid, authToken: Redacted.make(authToken) })
      yield* visit.pipe(Effect.provide(owner), Effect.provideService(Run, run), Effect.orDie)
      return run
    })
  ).pipe(Layer.provide(transport(options)))
