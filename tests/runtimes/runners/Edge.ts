/**
 * Runs the bundled program in `@edge-runtime/vm`, as edge functions run: only web standards, and code generation from
 * strings forbidden.
 */
import * as Effect from "effect/Effect"
import * as Bundle from "./Bundle.ts"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

const source = Missing.npm("@edge-runtime/vm")

const vm = Effect.tryPromise({
  try: () => import("@edge-runtime/vm"),
  catch: (error) => Missing.make(source, error)
})

const packageVersion = Program.locate(source, (require) => {
  const manifest: { readonly version: string } = require("@edge-runtime/vm/package.json")
  return manifest.version
})

export const runner: Runner.Runner = {
  name: "edge-runtime",
  start: Effect.gen(function* () {
    const { EdgeVM } = yield* vm
    const version = yield* packageVersion
    const bundle = yield* Bundle.make("edge")
    const machine = new EdgeVM({ codeGeneration: { strings: false, wasm: false }, initialCode: bundle.text })
    return (task, baseUrl = "") =>
      Effect.promise(async () => {
        const url = new URL(task, "http://edge.test")
        url.searchParams.set("baseUrl", baseUrl)
        const response = await machine.dispatchFetch(url.href)
        const report = Runner.reportIn(await response.text())
        if (report.version !== "edge-runtime") throw new Error(`It ran on ${report.version}`)
        return { ...report, version }
      })
  })
}
