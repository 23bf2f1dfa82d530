/**
 * The settings in which the program runs: a sandbox in the same process, and one that listens on loopback, reached
 * through Effect's `HttpClient` or straight by `fetch`. Holds the connection and the sandbox's controls, which are one
 * interface for all, and no step of the program.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
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

/** What the program does to the sandbox beside Twilio's API. A control that is refused is a defect. */
export interface Controls {
  readonly reset: Effect.Effect<void>
  readonly setFaults: (rules: ReadonlyArray<Fault.FaultRule>) => Effect.Effect<void>
  readonly clearRequests: Effect.Effect<void>
  readonly requests: Effect.Effect<ReadonlyArray<LoggedRequest.LoggedRequest>>
  /** Who joined by the token, or Twilio's code for why nobody did. */
  readonly joinWithToken: (
    token: string
  ) => Effect.Effect<{ readonly identity: string; readonly status: string } | { readonly refused: number | null }>
}

type Services = Layer.Layer<TwilioVideo.Services, TwilioError.TwilioError>

/** How the sandbox is reached and controlled. */
export class Setting extends Context.Service<
  Setting,
  {
    /** The services with these credentials, and the quota that holds where a program says nothing. */
    readonly connect: (authToken: string) => Services
    readonly controls: Controls
  }
>()("tests/runtimes/Setting") {}

/** What the program needs. */
export type Needs = TwilioVideo.Services | Setting

export const { accountSid, authToken } = SandboxCredentials.defaults

/** The services with these credentials. */
export const connect = (token: string) =>
  Layer.unwrap(Effect.map(Setting, ({ connect }) => Layer.orDie(connect(token))))

const layerOf = (setting: Layer.Layer<Setting>): Layer.Layer<Needs> => Layer.provideMerge(connect(authToken), setting)

const through =
  (transport: Layer.Layer<HttpClient.HttpClient>, baseUrl: string) =>
  (token: string): Services =>
    TwilioVideo.layer({ accountSid, authToken: Redacted.make(token), baseUrl }).pipe(Layer.provide(transport))

/** A sandbox of the program's own. Requests to any origin reach it, so this one is nobody's. */
export const inProcess: Layer.Layer<Needs> = layerOf(
  Layer.effect(
    Setting,
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

interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly json: unknown
}

const send = (baseUrl: string, method: string, path: string, body?: unknown): Effect.Effect<Answer> =>
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
      : Effect.die(new Error(`The control ${method} /sandbox/${path} answers ${status}: ${JSON.stringify(json)}`))
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

/** A sandbox that listens at the base URL, reached through an `HttpClient` on the runtime's own `fetch`. */
export const loopback = (baseUrl: string): Layer.Layer<Needs> =>
  layerOf(Layer.succeed(Setting, { connect: through(FetchTransport.layer, baseUrl), controls: controlsAt(baseUrl) }))

/** The same, reached straight by the runtime's own `fetch`, which is given what the host says of requests. */
export const straight = (baseUrl: string): Layer.Layer<Needs> =>
  layerOf(
    Layer.effect(
      Setting,
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

/** Runs a part of the program on a sandbox as it was at the start, without faults. */
export const fresh = <A, E, R>(part: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Setting> =>
  Effect.gen(function* () {
    const { controls } = yield* Setting
    yield* controls.setFaults([])
    yield* controls.reset
    return yield* part
  })
