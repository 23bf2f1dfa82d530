/**
 * The Worker that workerd runs. A task's name as the path runs it, with the base URL as a parameter; `/shared/metered`
 * and `/shared/guarded` look somebody up on a connection that all requests share; everything else is answered by a
 * sandbox in the Worker itself. Holds no task.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Failures from "../program/Failures.ts"
import * as Setting from "../program/Setting.ts"
import * as Smoke from "../program/smoke.ts"

// At module scope, so that it keeps its rooms from one request to the next; a Worker has neither a clock nor
// randomness here.
const sandbox = Sandbox.toWebHandler()

const { accountSid, authToken } = Setting

/** The connections that requests share, with the quota that holds where a program says nothing. */
const layers = {
  metered: FetchTransport.layer,
  guarded: CircuitBreakerTransport.layer({ failures: 3, openDuration: "500 millis", timeout: "500 millis" }).pipe(
    Layer.provide(FetchTransport.layer)
  )
}

type Connection = ManagedRuntime.ManagedRuntime<Participants.Participants, TwilioError.TwilioError>

const connections = new Map<string, Connection>()

const shared = (kind: keyof typeof layers, baseUrl: string): Connection => {
  const key = `${kind} ${baseUrl}`
  const known = connections.get(key)
  if (known !== undefined) return known
  const options = { accountSid, authToken: Redacted.make(authToken), baseUrl }
  const made = ManagedRuntime.make(TwilioVideo.layer(options).pipe(Layer.provide(layers[kind])))
  connections.set(key, made)
  return made
}

const lookUp = Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice")).pipe(
  Effect.match({ onFailure: Failures.show, onSuccess: ({ identity }) => ({ identity }) })
)

const lookUpOnce = RequestPolicy.withPolicy(RequestPolicy.noRetries)(lookUp)

export default {
  fetch: async (request: Request, _env: unknown, context: unknown): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url)
    const baseUrl = searchParams.get("baseUrl") ?? ""
    if (pathname === "/shared/metered") return Response.json(await shared("metered", baseUrl).runPromise(lookUp))
    if (pathname === "/shared/guarded") return Response.json(await shared("guarded", baseUrl).runPromise(lookUpOnce))
    const name = pathname.slice(1)
    if (!Smoke.tasks.has(name)) return sandbox.handler(request, context)
    return Response.json({ version: navigator.userAgent, account: await Smoke.perform(name, baseUrl) })
  }
}
