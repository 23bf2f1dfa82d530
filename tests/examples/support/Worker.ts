/**
 * The Worker on workerd: bundled as Wrangler does, as of the compatibility date of its `wrangler.jsonc`, on a port of
 * loopback that the system picks. Holds no expectation.
 */
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bundle from "../../runtimes/runners/Bundle.ts"
import * as WorkerdServer from "../../runtimes/runners/WorkerdServer.ts"
import type { Environment, Host } from "./Host.ts"

const folder = fileURLToPath(new URL("../../../examples/worker", import.meta.url))

/** What `wrangler.jsonc` says. */
export const settings = Effect.promise(async () => {
  const text = await readFile(join(folder, "wrangler.jsonc"), "utf8")
  const settings: { readonly main: string; readonly compatibility_date: string } = JSON.parse(
    text.replace(/^\s*\/\/.*$/gmu, "")
  )
  return settings
})

/** What `wrangler dev` gives the Worker from a copy of `.dev.vars.example`. */
export const devVars = Effect.promise(async (): Promise<Environment> => {
  const text = await readFile(join(folder, ".dev.vars.example"), "utf8")
  return Object.fromEntries(Array.from(text.matchAll(/^(\w+)=(.*)$/gmu), ([, name = "", value = ""]) => [name, value]))
})

/** The Worker as one file. */
export const bundle = Effect.flatMap(settings, ({ main }) => Bundle.make("workerd", join(folder, main)))

export const host: Host = {
  name: "the Worker",
  start: (environment) =>
    Effect.gen(function* () {
      const { compatibility_date: date } = yield* settings
      const { text } = yield* bundle
      return yield* WorkerdServer.serve({ text, date, bindings: environment })
    }).pipe(Effect.orDie)
}
