/**
 * The Worker on workerd: bundled as Wrangler does, as of the compatibility date of its `wrangler.jsonc`, on a port of
 * loopback that the system picks. Holds no expectation.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Bundle from "../../../runtime-tests/src/runners/Bundle.ts"
import * as Missing from "../../../runtime-tests/src/runners/Missing.ts"
import * as Program from "../../../runtime-tests/src/runners/Program.ts"
import type { Environment, Host } from "./Host.ts"

const folder = fileURLToPath(new URL("../../worker", import.meta.url))

const source = Missing.npm("workerd")

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

const configOf = (date: string, environment: Environment): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "backend", worker = .backend)
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "backend")]
);

const backend :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  bindings = [${Object.entries(environment)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
    .join(", ")}],
  compatibilityDate = "${date}",
  globalOutbound = "loopback"
);
`

const portOf = async (program: Program.Program): Promise<number> => {
  for await (const line of createInterface({ input: program.control })) {
    const message: { readonly event: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") return message.port
  }
  const { exit, stderr } = await program.ended
  throw Missing.make(source, `it ended with ${exit} before it listened\n${stderr}`)
}

export const host: Host = {
  name: "the Worker",
  start: (environment) =>
    Effect.gen(function* () {
      const file = yield* Program.locate(source, (require): string => require("workerd").default)
      const cwd = yield* Effect.acquireRelease(
        Effect.promise(() => mkdtemp(join(tmpdir(), "worker-"))),
        (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
      )
      const { compatibility_date } = yield* settings
      const { text } = yield* bundle
      yield* Effect.promise(() => writeFile(join(cwd, "worker.js"), text))
      yield* Effect.promise(() => writeFile(join(cwd, "config.capnp"), configOf(compatibility_date, environment)))
      const args = ["serve", "--control-fd=3", "config.capnp"]
      const program = yield* Program.start({ source, file, args, cwd, env: {} })
      const port = yield* Effect.promise(() => portOf(program)).pipe(Effect.timeout("30 seconds"))
      return { origin: `http://127.0.0.1:${port}`, ended: program.ended }
    }).pipe(Effect.orDie)
}
