/**
 * Sends requests to the controls of a sandbox that is served on a port.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { basic, accountSid, authToken, type Reply } from "./Calls.ts"

/** A sandbox and its server, on a port that the system picks. */
export const serve = (options: Sandbox.Options = {}, listen: SandboxServer.ListenOptions = {}) =>
  SandboxServer.layer(listen).pipe(Layer.provideMerge(Sandbox.layerControls(options)), Layer.orDie)

const read = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text
  }
}

/** Calls a control with a JSON body. */
export const control = (method: string, path: string, body?: unknown) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.promise(async () =>
      read(await fetch(`${baseUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }))
    )
  )

/** Sends a request to Twilio's API, with the default credentials unless others are given. */
export const twilio = (path: string, form?: Record<string, string>, authorization = basic(accountSid, authToken)) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.promise(async () =>
      read(
        await fetch(`${baseUrl}${path}`, {
          headers: { authorization },
          ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) })
        })
      )
    )
  )
