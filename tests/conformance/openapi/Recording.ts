/**
 * Runs scenarios on sandboxes and records every request and response: of the library's client, and of probes that send
 * what the client never does.
 */
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Connection, type Transport } from "../../support/Transports.ts"
import * as Recorder from "./Recorder.ts"

/** A request that the client never sends, and the expected response. */
export interface Probe {
  readonly method: HttpMethod.HttpMethod
  /** With the query, as written. */
  readonly path: string
  readonly body?: string
  /** The content type. Default: `application/x-www-form-urlencoded`. */
  readonly type?: string
  readonly anonymous?: boolean
  readonly status: number
  /** Twilio's error code. */
  readonly code?: number
}

/** Sends the requests of a scenario. */
export class Sender extends Context.Service<
  Sender,
  {
    /** The services, with other credentials. */
    readonly as: (credentials: TwilioConnection.Credentials) => Layer.Layer<TwilioVideo.Services>
    readonly probe: (probe: Probe) => Effect.Effect<void>
  }
>()("tests/conformance/openapi/Sender") {}

/** The exchanges of all scenarios, those of failed scenarios included. */
export class Recording extends Context.Service<
  Recording,
  {
    /** In order. */
    readonly exchanges: ReadonlyArray<Recorder.Exchange>
    /** How the scenarios ended. */
    readonly exits: ReadonlyArray<Exit.Exit<void>>
  }
>()("tests/conformance/openapi/Recording") {}

const makeSender = Effect.fnUntraced(function* (exchanges: Array<Recorder.Exchange>) {
  const { baseUrl, transport } = yield* Connection
  const { credentials } = yield* Sandbox.Sandbox
  const server = baseUrl ?? "https://video.twilio.com"

  const recorded = (by: Recorder.Exchange["by"]) =>
    Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpClient.HttpClient, (client) => Recorder.record(client, exchanges, by, baseUrl))
    ).pipe(Layer.provide(transport))

  const probe = ({ anonymous, body, code, method, path, status, type }: Probe) =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      let request = HttpClientRequest.make(method)(`${server}${path}`)
      if (body !== undefined) {
        request = HttpClientRequest.bodyText(request, body, type ?? "application/x-www-form-urlencoded")
      }
      if (anonymous !== true) {
        request = HttpClientRequest.basicAuth(request, credentials.accountSid, Redacted.make(credentials.authToken))
      }
      yield* client.execute(request)
      const response = exchanges.at(-1)?.response
      assert.strictEqual(response?.status, status, `${method} ${path}: ${response?.body}`)
      if (code !== undefined) assert.include(response?.body, `"code":${code}`, `${method} ${path}`)
    }).pipe(Effect.provide(recorded("probe")), Effect.orDie)

  return Sender.of({
    as: (credentials) =>
      TwilioHttpClient.layer(TwilioVideo.services, { ...credentials, baseUrl, quota: "off" }).pipe(
        Layer.provide(recorded("client")),
        Layer.orDie
      ),
    probe
  })
})

/** Steps on a sandbox with these options. */
export interface Scenario {
  readonly options: Sandbox.Options
  readonly run: Effect.Effect<void, Error, Sender | Sandbox.Sandbox | TwilioVideo.Services>
}

/** Runs the scenarios over a transport. */
export const layer = (transport: Transport, scenarios: ReadonlyArray<Scenario>): Layer.Layer<Recording> =>
  Layer.effect(
    Recording,
    Effect.gen(function* () {
      const exchanges: Array<Recorder.Exchange> = []
      const exits: Array<Exit.Exit<void>> = []
      for (const { options, run } of scenarios) {
        const steps = Effect.gen(function* () {
          const sender = yield* makeSender(exchanges)
          const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
          const owner = sender.as({ accountSid, authToken: Redacted.make(authToken) })
          yield* run.pipe(Effect.provide(owner), Effect.provideService(Sender, sender), Effect.orDie)
        })
        exits.push(yield* Effect.exit(Effect.provide(steps, transport(options))))
      }
      return { exchanges, exits }
    })
  )
