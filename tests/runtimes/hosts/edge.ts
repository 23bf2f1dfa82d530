/**
 * Runs a task where functions are called by fetch events, as on edge platforms: the task's name is the path, the base
 * URL a parameter. Holds no task.
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
    Smoke.perform(pathname.slice(1), searchParams.get("baseUrl") ?? "").then((account) =>
      Response.json({ version: EdgeRuntime, account })
    )
  )
})
