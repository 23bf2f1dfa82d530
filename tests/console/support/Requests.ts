/**
 * Requests to the sandbox behind a console: to its controls, and to Twilio's API.
 */
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import type * as Console from "./Console.ts"

const { accountSid, authToken } = SandboxCredentials.defaults

/** Calls a control, such as `rooms`, and returns its answer. */
export const control = async (
  server: Pick<Console.Server, "url">,
  method: string,
  path: string,
  body?: unknown
  // Each test knows the shape of the JSON that it reads.
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<any> => {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  return (await fetch(`${server.url}/sandbox/${path}`, init)).json()
}

/** Reads a control. */
export const read = (server: Pick<Console.Server, "url">, path: string) => control(server, "GET", path)

/** Sends a request to Twilio's API. */
export const twilio = async (
  server: Pick<Console.Server, "url">,
  path: string,
  form?: Readonly<Record<string, string>>
): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) })
  })
