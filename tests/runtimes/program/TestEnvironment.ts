/**
 * The environments in which the program runs: a sandbox in the same process, and one that listens on loopback, reached
 * through an `HttpClient` or with fetch alone. Each has the same services and controls.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Fault from "@effect-twilio-video/sandbox/Fault"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** The sandbox's controls. A control that fails is a defect. */
export interface Controls {
  readonly reset: Effect.Effect<void>
  readonly setFaults: (rules: ReadonlyArray<Fault.FaultRule>) => Effect.Effect<void>
  readonly clearRequests: Effect.Effect<void>
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest.LoggedRequest>>
  /** The participant who joined with the token, or Twilio's error code. */
  readonly joinWithToken: (
    token: string
  ) => Effect.Effect<{ readonly identity: string; readonly status: string } | { readonly refused: number | null }>
}

type Services = Layer.Layer<TwilioVideo.Services, TwilioError.TwilioError>

/** Connects to the sandbox, and controls it. */
export class TestEnvironment extends Context.Service<
  TestEnvironment,
  {
    /** The services with this Auth Token and the default quota. */
    readonly connect: (authToken: string) => Services
    readonly controls: Controls
  }
>()("tests/runtimes/TestEnvironment") {}

/** The requirements of the program. */
export type Needs = TwilioVideo.Services | TestEnvironment

export const { accountSid, authToken } = SandboxCredentials.defaults

/** The services with this Auth Token. */
export const connect = (token: string) =>
  Layer.unwrap(Effect.map(TestEnvironment, ({ connect }) => Layer.orDie(connect(token))))

const layerOf = (environment: Layer.Layer<TestEnvironment>): Layer.Layer<Needs> =>
  Layer.provideMerge(connect(authToken), environment)

const through =
  (transport: Layer.Layer<HttpClient.HttpClient>, baseUrl: string) =>
  (token: string): Services =>
    TwilioHttpClient.layer(TwilioVideo.services, { accountSid, authToken: Redacted.make(token), baseUrl }).pipe(
      Layer.provide(transport)
    )

/** A sandbox in the same process. Requests to any origin reach it. */
export const inProcess: Layer.Layer<Needs> = layerOf(
  Layer.effect(
    TestEnvironment,
    Effect.gen(function* () {
      const { clearRequests, joinWithToken, requests, reset, setFaults } = yield* Sandbox.Sandbox
      const client = Layer.succeed(HttpClient.HttpClient, yield* HttpClient.HttpClient)
      return {
        connect: through(client, "http://sandbox.test"),
        controls: {
          clearRequests,
          requests,
          reset,
          setFaults: (rules) => Effect.orDie(setFaults(rules)),
          joinWithToken: (token) =>
            Effect.match(joinWithToken(token), {
              onSuccess: ({ identity, status }) => ({ identity, status }),
              onFailure: ({ code }) => ({ refused: code ?? null })
            })
        }
      }
    })
  ).pipe(Layer.provide(Sandbox.layerHttpClient), Layer.provide(Sandbox.layerControls()))
)

interface ControlResponse {
  readonly ok: boolean
  readonly status: number
  readonly json: unknown
}

const send = (baseUrl: string, method: string, path: string, body?: unknown): Effect.Effect<ControlResponse> =>
  Effect.promise(async (signal) => {
    const response = await fetch(`${baseUrl}/sandbox/${path}`, {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { ok: response.ok, status: response.status, json: JSON.parse(await response.text()) as unknown }
  })

const control = (baseUrl: string, method: string, path: string, body?: unknown): Effect.Effect<unknown> =>
  Effect.flatMap(send(baseUrl, method, path, body), ({ json, ok, status }) =>
    ok
      ? Effect.succeed(json)
      : Effect.die(new Error(`The control ${method} /sandbox/${path} failed with ${status}: ${JSON.stringify(json)}`))
  )

const controlsAt = (baseUrl: string): Controls => ({
  clearRequests: control(baseUrl, "DELETE", "requests"),
  requests: Effect.map(
    control(baseUrl, "GET", "requests"),
    (body) => body as ReadonlyArray<LoggedRequest.LoggedRequest>
  ),
  reset: control(baseUrl, "POST", "reset"),
  setFaults: (rules) => control(baseUrl, "PUT", "faults", rules),
  joinWithToken: (token) =>
    Effect.map(send(baseUrl, "POST", "participants", { token }), ({ json, ok }) => {
      const {
        code,
        identity = "",
        status = ""
      } = json as {
        readonly code?: number
        readonly identity?: string
        readonly status?: string
      }
      return ok ? { identity, status } : { refused: code ?? null }
    })
})

/** A sandbox that listens at the base URL, reached through an `HttpClient` on the runtime's `fetch`. */
export const loopback = (baseUrl: string): Layer.Layer<Needs> =>
  layerOf(
    Layer.succeed(TestEnvironment, { connect: through(FetchTransport.layer, baseUrl), controls: controlsAt(baseUrl) })
  )

/** The same with the runtime's `fetch` alone, and the host's `RequestInit`. */
export const fetchAlone = (baseUrl: string): Layer.Layer<Needs> =>
  layerOf(
    Layer.effect(
      TestEnvironment,
      Effect.map(Effect.serviceOption(FetchHttpClient.RequestInit), (requestInit) => ({
        connect: (token) =>
          TwilioVideo.layerFetch({
            accountSid,
            authToken: Redacted.make(token),
            baseUrl,
            requestInit: Option.getOrUndefined(requestInit)
          }),
        controls: controlsAt(baseUrl)
      }))
    )
  )

/** Runs a part of the program on a sandbox in its initial state, without faults. */
export const fresh = <A, E, R>(part: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | TestEnvironment> =>
  Effect.gen(function* () {
    const { controls } = yield* TestEnvironment
    yield* controls.setFaults([])
    yield* controls.reset
    return yield* part
  })
