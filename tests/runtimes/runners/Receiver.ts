/**
 * An application on loopback that receives status callbacks, and records the verified events.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"
import { buffer } from "node:stream/consumers"
import * as Listening from "./Listening.ts"

export interface Receiver {
  readonly url: string
  /** The tags of the events in order of arrival. */
  readonly events: ReadonlyArray<string>
}

/** Receives until the scope closes. */
export const serve: Effect.Effect<Receiver, never, Scope.Scope> = Effect.gen(function* () {
  const events: Array<string> = []
  const handler = StatusCallbackHandler.toWebHandler((event) => Effect.sync(() => events.push(event._tag)), {
    layer: AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) }),
    url: "/video-events"
  })
  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) =>
        handler(
          new Request(`http://${request.headers.host}${request.url}`, {
            method: request.method ?? "POST",
            headers: request.headers as Record<string, string>,
            body: new Uint8Array(body)
          })
        )
      )
      .then(({ status }) => response.writeHead(status).end())
      .catch(() => response.destroy())
  })
  const origin = yield* Listening.on(server)
  return { url: `${origin}/video-events`, events }
})
