/**
 * Serves the browser host's page on loopback, and forwards requests to the sandbox from the same origin, as an
 * application's server does. It closes a connection when the other side does.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { readFile } from "node:fs/promises"
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http"
import { fileURLToPath } from "node:url"
import * as Bundle from "./Bundle.ts"
import * as Listening from "./Listening.ts"

export interface Options {
  /** The sandbox that gets the requests to Twilio's API and to the controls. */
  readonly sandbox?: string | undefined
  /** The `connect-src` of the page's Content-Security-Policy. */
  readonly connect: string
}

/** The page may run its own script, without code generation from strings. */
const policy = (connect: string): string =>
  `default-src 'none'; script-src 'self'; connect-src ${connect}; base-uri 'none'; form-action 'none'`

const forward = (sandbox: string, request: IncomingMessage, response: ServerResponse): void => {
  const onward = send(new URL(request.url ?? "/", sandbox), {
    method: request.method ?? "GET",
    headers: request.headers,
    agent: false
  })
  const cut = () => response.destroy()
  onward.on("error", cut)
  onward.on("response", (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.headers)
    incoming.on("error", cut).pipe(response)
  })
  response.on("close", () => onward.destroy())
  request.pipe(onward)
}

/** Serves the page until the scope closes. Yields its origin. */
export const serve = ({ connect, sandbox }: Options): Effect.Effect<string, never, Scope.Scope> =>
  Effect.gen(function* () {
    const script = (yield* Bundle.make("browser")).text
    const page = yield* Effect.promise(() =>
      readFile(fileURLToPath(new URL("../hosts/browser.html", import.meta.url)), "utf8")
    )
    const files: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
      "/": { type: "text/html", text: page },
      "/browser.js": { type: "text/javascript", text: script }
    }
    const server = createServer((request, response) => {
      const path = request.url ?? "/"
      if (sandbox !== undefined && /^\/(?:v1|sandbox)(?:\/|$)/u.test(path)) return forward(sandbox, request, response)
      const file = files[path.replace(/\?.*$/u, "")]
      response.writeHead(file === undefined ? 404 : 200, {
        "content-type": `${file?.type ?? "text/plain"}; charset=utf-8`,
        "content-security-policy": policy(connect)
      })
      response.end(file?.text ?? "")
    })
    return yield* Listening.on(server)
  })
