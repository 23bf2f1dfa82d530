/**
 * An HTTP server on 127.0.0.1, on a port that the system picks. Receives status callbacks and records the requests.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

export interface Received {
  readonly method: "GET" | "POST"
  /** The server's origin with the path and query of the request. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface Service {
  readonly origin: string
  readonly received: Array<Received>
  /** The response status. Default: 204. */
  respond: (received: Received) => number
}

export class CallbackReceiver extends Context.Service<CallbackReceiver, Service>()(
  "tests/conformance/twilio-node/CallbackReceiver"
) {}

export const layer: Layer.Layer<CallbackReceiver> = Layer.effect(
  CallbackReceiver,
  Effect.acquireRelease(
    Effect.callback<{ readonly service: Service; readonly close: () => void }>((resume) => {
      const server = createServer(async (request, response) => {
        const received = {
          method: request.method === "GET" ? ("GET" as const) : ("POST" as const),
          url: `http://${request.headers.host}${request.url}`,
          headers: request.headers,
          body: await text(request)
        }
        service.received.push(received)
        // The target of a redirect. The sandbox must not follow it.
        response.writeHead(service.respond(received), { location: "/elsewhere" }).end("<Response/>")
      })
      const service: Service = { origin: "", received: [], respond: () => 204 }
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.close()
          server.closeAllConnections()
        }
        resume(Effect.succeed({ service: Object.assign(service, { origin: `http://127.0.0.1:${port}` }), close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ service }) => service))
)
