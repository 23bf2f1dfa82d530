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

interface Settings {
  readonly main: string
  readonly compatibility_date: string
  readonly compatibility_flags?: ReadonlyArray<string>
  readonly durable_objects: { readonly bindings: ReadonlyArray<{ readonly name: string; readonly class_name: string }> }
  readonly migrations: ReadonlyArray<{ readonly new_sqlite_classes: ReadonlyArray<string> }>
  readonly triggers: { readonly crons: ReadonlyArray<string> }
}

/** The settings in `wrangler.jsonc`. */
export const settings = Effect.promise(async (): Promise<Settings> => {
  const text = await readFile(join(folder, "wrangler.jsonc"), "utf8")
  return JSON.parse(text.replace(/^\s*\/\/.*$/gmu, ""))
})

/** The environment of `wrangler dev` with a copy of `.dev.vars.example`. */
export const devVars = Effect.promise(async (): Promise<Environment> => {
  const text = await readFile(join(folder, ".dev.vars.example"), "utf8")
  return Object.fromEntries(Array.from(text.matchAll(/^(\w+)=(.*)$/gmu), ([, name = "", value = ""]) => [name, value]))
})

/** The bundled Worker. */
export const bundle = Effect.flatMap(settings, ({ main }) => Bundle.make("workerd", join(folder, main)))

/** The Worker with a path `/scheduled`, which does what its cron trigger does. */
export const bundleWithSchedule = Bundle.make("workerd", fileURLToPath(new URL("scheduled.worker.ts", import.meta.url)))

export interface Options {
  /** The folder of the Durable Objects' storage. Default: one that's removed when workerd stops. */
  readonly disk?: string
  /** A bundle with the same exports. Default: the Worker's. */
  readonly text?: string
}

/** Starts workerd with the Worker's settings. It stops when the scope closes. */
export const start = (environment: Environment, { disk, text }: Options = {}) =>
  Effect.gen(function* () {
    const { compatibility_date: date, durable_objects: objects } = yield* settings
    return yield* WorkerdServer.serve({
      text: text ?? (yield* bundle).text,
      date,
      bindings: environment,
      objects: Object.fromEntries(objects.bindings.map(({ class_name, name }) => [name, class_name])),
      disk
    })
  }).pipe(Effect.orDie)

export const host: Host = { name: "the Worker", start }
