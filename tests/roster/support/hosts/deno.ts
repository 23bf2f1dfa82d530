/**
 * Serves events on Deno. Argument: the URL to which it sends its origin.
 */
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as Host from "./Host.ts"

declare const Deno: {
  readonly args: ReadonlyArray<string>
  readonly serve: (
    options: {
      readonly port: number
      readonly hostname: string
      readonly onListen: (address: { port: number }) => void
    },
    handler: (request: Request) => Promise<Response>
  ) => void
}

const onListen = ({ port }: { readonly port: number }) =>
  fetch(Deno.args[0] ?? "", { method: "POST", body: `http://127.0.0.1:${port}` })

Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, Host.make(RosterMemory.layer))
