/**
 * The Worker that workerd runs:
 *
 * - a task's name as the path runs the task, with the base URL as a parameter
 * - `/shared/metered` and `/shared/guarded` fetch a participant on a connection that all requests share, `/each/metered` on
 *   one per request
 * - `/bound/itself` and `/bound/method` do so through the Worker's service binding to itself, passed as an object or as its
 *   unbound method
 * - `/receiver` receives status callbacks, and fetches a participant while it builds its layer and for each event;
 *   `/receiver/builds` tells how often it built and closed the layer
 * - everything else is served by a sandbox in the Worker
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Failures from "../program/Failures.ts"
import * as TestEnvironment from "../program/TestEnvironment.ts"
import * as Smoke from "../program/smoke.ts"

// At module scope, so it keeps its rooms between requests. A Worker has no clock and no randomness here.
const sandbox = Sandbox.toWebHandler()

const { accountSid, authToken } = TestEnvironment

const guarded = (parameters: URLSearchParams) =>
  CircuitBreakerTransport.layer({
    failures: 3,
    openDuration: Number(parameters.get("openMillis")),
    timeout: Number(parameters.get("timeoutMillis"))
  }).pipe(Layer.provide(FetchTransport.layer))

type Connection = ManagedRuntime.ManagedRuntime<Participants.Participants, TwilioError.TwilioError>

const connections = new Map<string, Connection>()

/** The connection that all requests with this URL share, with the default quota. */
const shared = ({ href, pathname, searchParams }: URL): Connection => {
  const known = connections.get(href)
  if (known !== undefined) return known
  const baseUrl = searchParams.get("baseUrl") ?? ""
  const options = { accountSid, authToken: Redacted.make(authToken), baseUrl }
  const transport = pathname === "/shared/guarded" ? guarded(searchParams) : FetchTransport.layer
  const made = ManagedRuntime.make(TwilioHttpClient.layer(TwilioVideo.services, options).pipe(Layer.provide(transport)))
  connections.set(href, made)
  return made
}

const lookUp = Participants.fetch("DailyStandup", "Alice").pipe(
  Effect.match({ onFailure: Failures.show, onSuccess: ({ identity }) => ({ identity }) })
)

interface Env {
  readonly SELF: { readonly fetch: typeof globalThis.fetch }
}

/** Fetches a participant from this Worker's sandbox. */
const bound = (fetch: TwilioConnection.FetchOptions["fetch"]) => {
  const options = { accountSid, authToken: Redacted.make(authToken), baseUrl: "http://localhost", fetch }
  return Effect.runPromise(Effect.provide(lookUp, TwilioVideo.layerFetch(options)))
}

const lookUpOnce = RequestPolicy.withPolicy(RequestPolicy.noRetries)(lookUp)

const builds = { begun: 0, closed: 0 }

const makeReceiver = (baseUrl: string) => {
  const counted = Effect.acquireRelease(
    Effect.sync(() => builds.begun++),
    () => Effect.sync(() => builds.closed++)
  )
  const twilio = TwilioConnection.layerFetch(TwilioVideo.participants, {
    accountSid,
    authToken: Redacted.make(authToken),
    baseUrl
  })
  const connected = Layer.effectDiscard(Effect.andThen(counted, Participants.fetch("DailyStandup", "Alice")))
  return StatusCallbackHandler.toWebHandler(() => Participants.fetch("DailyStandup", "Alice"), {
    layer: Layer.merge(AuthToken.layer({ authToken: Redacted.make(authToken) }), Layer.provideMerge(connected, twilio)),
    url: (request) => request.url
  })
}

let receiver: ReturnType<typeof makeReceiver> | undefined

export default {
  fetch: async (request: Request, { SELF }: Env, context: unknown): Promise<Response> => {
    const url = new URL(request.url)
    const { pathname, searchParams } = url
    if (pathname === "/shared/metered") return Response.json(await shared(url).runPromise(lookUp))
    if (pathname === "/each/metered") {
      const baseUrl = searchParams.get("baseUrl") ?? ""
      const layer = TwilioVideo.layerFetch({ accountSid, authToken: Redacted.make(authToken), baseUrl })
      return Response.json(await Effect.runPromise(Effect.provide(lookUp, layer)))
    }
    if (pathname === "/shared/guarded") return Response.json(await shared(url).runPromise(lookUpOnce))
    if (pathname === "/bound/itself") return Response.json(await bound(SELF))
    if (pathname === "/bound/method") return Response.json(await bound(SELF.fetch))
    if (pathname === "/receiver/builds") return Response.json(builds)
    if (pathname === "/receiver") return (receiver ??= makeReceiver(searchParams.get("baseUrl") ?? ""))(request)
    const name = pathname.slice(1)
    if (!Smoke.tasks.has(name)) return sandbox.handler(request, context)
    return Response.json({
      version: navigator.userAgent,
      results: await Smoke.perform(name, searchParams.get("baseUrl") ?? "")
    })
  }
}
