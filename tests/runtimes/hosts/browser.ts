/**
 * Runs a task in a page and shows its results as text. The page's fragment names the task. The base URL is the page's
 * origin, unless the query has another one.
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Smoke from "../program/smoke.ts"

const output = document.querySelector("output")

const violations: Array<string> = []

document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => violations.push(violatedDirective))

const show = (value: unknown): void => {
  if (output === null) return
  output.textContent = JSON.stringify(value)
  output.dataset.done = "true"
}

const baseUrl = new URLSearchParams(location.search).get("baseUrl") ?? location.origin

// On a 401 from its own origin, a browser asks the user for a password and the request waits, unless the request omits
// the browser's credentials.
const task = Effect.provideService(Smoke.task(location.hash.slice(1), baseUrl), FetchHttpClient.RequestInit, {
  credentials: "omit"
})

void Effect.runPromise(task)
  .then((results) => show({ version: navigator.userAgent, results, violations }))
  .catch((error: unknown) => show({ error: String(error), violations }))
