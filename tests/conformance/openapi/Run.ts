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
import type * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Connection, type Transport } from "../../support/Transports.ts"
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

/** What the steps of a run send with. */
export class Sender extends Context.Service<
  Sender,
  {
    /** The services, as somebody with these credentials. */
    readonly as: (credentials: TwilioConnection.Credentials) => Layer.Layer<TwilioVideo.Services>
    readonly probe: (probe: Probe) => Effect.Effect<void>
  }
>()("tests/conformance/openapi/Sender") {}

/** What a run has left: also of steps that went wrong, what was sent until then is worth a look. */
export class Run extends Context.Service<
  Run,
  {
    /** Everything that was sent and answered, in order. */
    readonly exchanges: ReadonlyArray<Tap.Exchange>
    /** How the steps ended. */
    readonly exits: ReadonlyArray<Exit.Exit<void>>
  }
>()("tests/conformance/openapi/Run") {}

const makeSender = Effect.fnUntraced(function* (exchanges: Array<Tap.Exchange>) {
  const { baseUrl, transport } = yield* Connection
  const { credentials } = yield* Sandbox.Sandbox
  const server = baseUrl ?? "https://video.twilio.com"

  const tapped = (by: Tap.Exchange["by"]) =>
    Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpClient.HttpClient, (client) => Tap.record(client, exchanges, by, baseUrl))
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
      const answer = exchanges.at(-1)?.answer
      assert.strictEqual(answer?.status, status, `${method} ${path}: ${answer?.body}`)
      if (code !== undefined) assert.include(answer?.body, `"code":${code}`, `${method} ${path}`)
    }).pipe(Effect.provide(tapped("probe")), Effect.orDie)

  return Sender.of({
    as: (credentials) =>
      TwilioVideo.layer({ ...credentials, baseUrl, quota: "off" }).pipe(Layer.provide(tapped("client")), Layer.orDie),
    probe
  })
})

/** A sandbox, and the steps that are done on it. */
export interface Part {
  readonly options: Sandbox.Options
  readonly visit: Effect.Effect<void, Error, Sender | Sandbox.Sandbox | TwilioVideo.Services>
}

/** A run over a transport, when all its parts are done. */
export const layer = (transport: Transport, parts: ReadonlyArray<Part>): Layer.Layer<Run> =>
  Layer.effect(
    Run,
    Effect.gen(function* () {
      const exchanges: Array<Tap.Exchange> = []
      const exits: Array<Exit.Exit<void>> = []
      for (const { options, visit } of parts) {
        const steps = Effect.gen(function* () {
          const sender = yield* makeSender(exchanges)
          const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
          const owner = sender.as({ accountSid, authToken: Redacted.make(authToken) })
          yield* visit.pipe(Effect.provide(owner), Effect.provideService(Sender, sender), Effect.orDie)
        })
        exits.push(yield* Effect.exit(Effect.provide(steps, transport(options))))
      }
      return { exchanges, exits }
    })
  )
