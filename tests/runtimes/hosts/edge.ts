/**
 * Runs a task on an edge platform that calls functions with fetch events. The path names the task, a parameter has the
 * base URL.
 */
import * as Smoke from "../program/smoke.ts"

declare const EdgeRuntime: string

interface FetchEvent {
  readonly request: Request
  readonly respondWith: (response: Promise<Response>) => void
}

declare const addEventListener: (type: "fetch", listener: (event: FetchEvent) => void) => void

addEventListener("fetch", (event) => {
  const { pathname, searchParams } = new URL(event.request.url)
  event.respondWith(
    Smoke.perform(pathname.slice(1), searchParams.get("baseUrl") ?? "").then((results) =>
      Response.json({ version: EdgeRuntime, results })
    )
  )
})
