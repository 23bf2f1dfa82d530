/**
 * A roster that a sandbox calls back in process, through the handler that verifies signatures.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import type * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Redacted from "effect/Redacted"

export const start = Date.parse("2026-03-01T12:00:00Z")

const url = "http://localhost:8080/twilio/callbacks"

const authToken = AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) })

type Receive = (request: Request) => Promise<Response>

const receive = (request: Request) => StatusCallbackHandler.handle(request, Roster.record, { url })

/** A roster, and a sandbox whose rooms call it back. Callbacks wait until the roster is built. */
export const layer = <E>(
  roster: Layer.Layer<Roster.Roster, E, Roster.Requirements>,
  options: Sandbox.Options = {},
  store: Layer.Layer<RosterStore.RosterStore, E> = RosterMemory.layer
) =>
  Layer.suspend(() => {
    const { promise, resolve } = Promise.withResolvers<Receive>()
    const sandbox = Sandbox.layer({
      rooms: [],
      ...options,
      callbacks: { url, handler: async (request) => (await promise)(request), ...options.callbacks }
    })
    const receiver = Layer.effectDiscard(
      Effect.contextWith((context: Context.Context<AuthToken.AuthToken | Roster.Roster>) =>
        Effect.sync(() => resolve((request) => Effect.runPromiseWith(context)(receive(request))))
      )
    )
    return receiver.pipe(
      Layer.provide(authToken),
      Layer.provideMerge(roster),
      Layer.provideMerge(store),
      Layer.provideMerge(sandbox),
      // First, so that the roster doesn't live through the years until then.
      Layer.provideMerge(Layer.effectDiscard(TestClock.setTime(start)))
    )
  })
