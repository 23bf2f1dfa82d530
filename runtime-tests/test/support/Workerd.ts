/**
 * Bundles `src/smoke.worker.ts` as Wrangler does and runs it on the workerd that the npm package `workerd` installs,
 * once for each compatibility date, on ports of loopback that the system picks. Holds no expectation.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { build } from "esbuild"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Program from "./Program.ts"

/** By name: the date that this workerd was made for, and one from before most of its compatibility flags. */
export type Age = "current" | "old"

export const ages: ReadonlyArray<Age> = ["current", "old"]

const workerd = Program.locate("workerd", (require): { readonly default: string; readonly compatibilityDate: string } =>
  require("workerd")
)

const bundle = (outfile: string) =>
  Effect.promise(() =>
    build({
      entryPoints: [fileURLToPath(new URL("../../src/smoke.worker.ts", import.meta.url))],
      outfile,
      bundle: true,
      format: "esm",
      target: "es2022",
      // Not Node: an import of one of its modules fails the build.
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      logLevel: "silent"
    })
  )

// No compatibility flags, so no `nodejs_compat`; and a network that reaches loopback only.
const configOf = (dates: Readonly<Record<Age, string>>): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
${ages.map((age) => `    (name = "${age}", worker = .${age}),`).join("\n")}
  ],
  sockets = [
${ages.map((age) => `    (name = "${age}", address = "127.0.0.1:0", http = (), service = "${age}"),`).join("\n")}
  ]
);
${ages
  .map(
    (age) => `
const ${age} :Workerd.Worker = (
  modules = [(name = "smoke", esModule = embed "smoke.js")],
  compatibilityDate = "${dates[age]}",
  globalOutbound = "loopback"
);
`
  )
  .join("")}`

/** The ports as workerd reports them, one line of JSON for each socket. */
const ports = async (program: Program.Program): Promise<ReadonlyMap<string, number>> => {
  const found = new Map<string, number>()
  for await (const line of createInterface({ input: program.control })) {
    const message: { readonly event: string; readonly socket: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") found.set(message.socket, message.port)
    if (found.size === ages.length) return found
  }
  const { exit, stderr } = await program.ended
  throw Program.missing("workerd", `it ended with ${exit} before it listened\n${stderr}`)
}

const make = Effect.gen(function* () {
  const { compatibilityDate, default: file } = yield* workerd
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "workerd-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  )
  yield* bundle(join(folder, "smoke.js"))
  yield* Effect.promise(() =>
    writeFile(join(folder, "config.capnp"), configOf({ current: compatibilityDate, old: "2023-01-01" }))
  )
  const program = yield* Program.start({
    packageName: "workerd",
    file,
    args: ["serve", "--control-fd=3", "config.capnp"],
    cwd: folder,
    env: {}
  })
  return yield* Effect.promise(() => ports(program)).pipe(
    Effect.timeout("30 seconds"),
    Effect.catch(() => Effect.die(Program.missing("workerd", "it did not listen within 30 seconds")))
  )
})

/** A running workerd, with one Worker for each age. */
export class Workerd extends Context.Service<
  Workerd,
  {
    readonly origin: (age: Age) => Effect.Effect<string>
  }
>()("Workerd") {}

// A workerd that does not start fails whoever asks for it: where a layer fails, Vitest skips the tests.
export const layer: Layer.Layer<Workerd> = Layer.effect(
  Workerd,
  Effect.map(Effect.exit(make), (started) => ({
    origin: (age) => Effect.map(started, (ports) => `http://127.0.0.1:${ports.get(age)}`)
  }))
)
