/**
 * Runs a task in a page and leaves its account there as text: the task's name is the page's fragment. Holds no task. The
 * base URL is the page's own origin, unless its query names another.
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

// In the page's own origin, a browser asks its user for a name and a password where an answer is 401, and the request
// waits. It does not where the request takes no credentials of the browser's.
const task = Effect.provideService(Smoke.task(location.hash.slice(1), baseUrl), FetchHttpClient.RequestInit, {
  credentials: "omit"
})

void Effect.runPromise(task)
  .then((account) => show({ version: navigator.userAgent, account, violations }))
  .catch((error: unknown) => show({ error: String(error), violations }))
