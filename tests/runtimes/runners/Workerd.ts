/**
 * Runs the bundled program on workerd with a compatibility date.
 */
import * as Effect from "effect/Effect"
import * as Bundle from "./Bundle.ts"
import * as Runner from "./Runner.ts"
import * as WorkerdServer from "./WorkerdServer.ts"

/** The date of this workerd, and one from before most compatibility flags. */
export type Age = "current" | "old"

export const ages: ReadonlyArray<Age> = ["current", "old"]

/** Starts workerd with the program as its Worker. Yields the Worker's origin. */
export const serve = (age: Age) =>
  Effect.gen(function* () {
    const { text } = yield* Bundle.make("workerd")
    const date = age === "current" ? yield* WorkerdServer.currentDate : "2023-01-01"
    const { origin } = yield* WorkerdServer.serve({ text, date })
    return origin
  })

/** Runs a task in the Worker. */
export const perform =
  (origin: string): Runner.Perform =>
  (task, baseUrl = "") =>
    Effect.promise(async (signal) => {
      const url = new URL(task, origin)
      url.searchParams.set("baseUrl", baseUrl)
      const response = await fetch(url, { signal })
      const report = Runner.reportIn(await response.text())
      if (report.version !== "Cloudflare-Workers") throw new Error(`It ran on ${report.version}`)
      return report
    })

const startOf = Effect.fnUntraced(function* (age: Age) {
  const version = yield* WorkerdServer.version
  const run = perform(yield* serve(age))
  return (task: string, baseUrl?: string) => Effect.map(run(task, baseUrl), (report) => ({ ...report, version }))
})

export const runners: Readonly<Record<Age, Runner.Runner>> = {
  current: { name: "workerd", start: startOf("current") },
  old: { name: "workerd as of 2023", start: startOf("old") }
}
