/**
 * Starts the Worker on workerd, bundled as Wrangler does, with the compatibility date of its `wrangler.jsonc`, on a loopback
 * port that the system picks.
 */
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bundle from "../../runtimes/runners/Bundle.ts"
import * as WorkerdServer from "../../runtimes/runners/WorkerdServer.ts"
import type { Environment, Host } from "./Host.ts"

const folder = fileURLToPath(new URL("../../../examples/worker", import.meta.url))

/** The settings in `wrangler.jsonc`. */
export const settings = Effect.promise(async () => {
  const text = await readFile(join(folder, "wrangler.jsonc"), "utf8")
  const settings: { readonly main: string; readonly compatibility_date: string } = JSON.parse(
    text.replace(/^\s*\/\/.*$/gmu, "")
  )
  return settings
})

/** The environment of `wrangler dev` with a copy of `.dev.vars.example`. */
export const devVars = Effect.promise(async (): Promise<Environment> => {
  const text = await readFile(join(folder, ".dev.vars.example"), "utf8")
  return Object.fromEntries(Array.from(text.matchAll(/^(\w+)=(.*)$/gmu), ([, name = "", value = ""]) => [name, value]))
})

/** The bundled Worker. */
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
