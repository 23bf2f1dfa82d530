/**
 * Requests to the sandbox's controls. The control token is kept here, in memory only.
 */
import type { Problem } from "../../src/internal/served/ConsoleProtocol.ts"
import * as Router from "./Router.ts"

/** A response that isn't 2xx, or none. The message is the server's. */
export class Refusal extends Error {
  /** The status of the response; 0 if there is none. */
  readonly status: number
  readonly problem: string

  constructor(status: number, { message, problem }: Problem) {
    super(message)
    this.status = status
    this.problem = problem
  }
}

let token: string | undefined

export const setToken = (value: string): void => {
  token = value
}

/** Takes the token from the address's fragment, such as `#token=secret`, and removes it there. Returns whether it has one. */
export const takeToken = (): boolean => {
  const [found, value = ""] = /[#?&]token=([^&]*)/u.exec(location.hash) ?? []
  if (found === undefined) return false
  token = Router.decode(value)
  const rest = location.hash.replace(found, "")
  history.replaceState(
    null,
    "",
    `${location.pathname}${location.search}${rest === "" ? "" : rest.replace(/^#?/u, "#")}`
  )
  return true
}

// The page's folder is /sandbox/console/.
const base = new URL("../", location.href)

const isProblem = (json: unknown): json is Problem =>
  typeof json === "object" && json !== null && "message" in json && typeof json.message === "string"

const refusalOf = async (response: Response): Promise<Refusal> => {
  const json: unknown = await response.json().catch(() => undefined)
  const fallback = { problem: "unknown", message: `The sandbox answered with status ${response.status}.` }
  return new Refusal(response.status, isProblem(json) ? json : fallback)
}

/** Sends a request to a control, such as `rooms`, and returns the response if it's 2xx. Throws a `Refusal`. */
export const send = async (method: string, path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
  const response = await fetch(new URL(path, base), { cache: "no-store", ...init, method, headers }).catch((error) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new Refusal(0, { problem: "no-connection", message: "The sandbox can't be reached. Is it still running?" })
  })
  if (!response.ok) throw await refusalOf(response)
  return response
}

/** Reads a record. */
export const get = async <A>(path: string): Promise<A> => (await send("GET", path)).json() as Promise<A>

/** Runs a control, with a JSON body if there is one, and returns its answer. */
export const run = async <A>(method: string, path: string, body?: unknown): Promise<A> => {
  const response = await send(method, path, body === undefined ? {} : { body: JSON.stringify(body) })
  return response.json() as Promise<A>
}

/** A path of the controls whose segments may contain any character. */
export const path = (strings: TemplateStringsArray, ...segments: ReadonlyArray<string>): string =>
  String.raw({ raw: strings }, ...segments.map(encodeURIComponent))
