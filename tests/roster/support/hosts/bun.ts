/**
 * Serves events on Bun. Argument: the URL to which it sends its origin.
 */
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as Host from "./Host.ts"

declare const Bun: {
  readonly argv: ReadonlyArray<string>
  readonly serve: (options: {
    readonly port: number
    readonly hostname: string
    /** In seconds. 0: none. */
    readonly idleTimeout: number
    readonly fetch: (request: Request) => Promise<Response>
  }) => { readonly port: number }
}

const fetch = Host.make(RosterMemory.layer)

const { port } = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch })

await globalThis.fetch(Bun.argv[2] ?? "", { method: "POST", body: `http://127.0.0.1:${port}` })
