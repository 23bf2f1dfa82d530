/**
 * Runs the program, bundled, on the workerd that the npm package `workerd` installs, on a port of loopback that the
 * system picks, as of a compatibility date. Holds no expectation.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as Bundle from "./Bundle.ts"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

/** The date that this workerd was made for, and one from before most of its compatibility flags. */
export type Age = "current" | "old"

export const ages: ReadonlyArray<Age> = ["current", "old"]

const source = Missing.npm("workerd")

const workerd = Program.locate(source, (require): { readonly default: string; readonly compatibilityDate: string } =>
  require("workerd")
)

// No compatibility flags, so no `nodejs_compat`; and a network that reaches loopback only.
const configOf = (date: string): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "smoke", worker = .smoke)
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "smoke")]
);

const smoke :Workerd.Worker = (
  modules = [(name = "smoke", esModule = embed "smoke.js")],
  compatibilityDate = "${date}",
  globalOutbound = "loopback"
);
`

/** The port as workerd reports it, in a line of JSON. */
const portOf = async (program: Program.Program): Promise<number> => {
  for await (const line of createInterface({ input: program.control })) {
    const message: { readonly event: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") return message.port
  }
  const { exit, stderr } = await program.ended
  throw Missing.make(source, `it ended with ${exit} before it listened\n${stderr}`)
}

/** Starts workerd with the program as its Worker, and gives the Worker's origin. */
export const serve = (age: Age) =>
  Effect.gen(function* () {
    const { compatibilityDate, default: file } = yield* workerd
    const cwd = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "workerd-"))),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const { text } = yield* Bundle.make("workerd")
    yield* Effect.promise(() => writeFile(join(cwd, "smoke.js"), text))
    const config = configOf(age === "current" ? compatibilityDate : "2023-01-01")
    yield* Effect.promise(() => writeFile(join(cwd, "config.capnp"), config))
    const program = yield* Program.start({
      source,
      file,
      args: ["serve", "--control-fd=3", "config.capnp"],
      cwd,
      env: {}
    })
    const port = yield* Effect.promise(() => portOf(program)).pipe(
      Effect.timeout("30 seconds"),
      Effect.mapError(() => Missing.make(source, "it did not listen within 30 seconds"))
    )
    return `http://127.0.0.1:${port}`
  })

/** A Worker has no word for it: the program that runs it has. */
const versionOf = Effect.flatMap(workerd, ({ default: file }) =>
  Program.run({ source, file, args: ["--version"], env: {} })
).pipe(Effect.map(({ stdout }) => stdout.trim().replace(/^workerd /u, "")))

/** Asks a Worker to perform a task. */
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
  const version = yield* versionOf
  const run = perform(yield* serve(age))
  return (task: string, baseUrl?: string) => Effect.map(run(task, baseUrl), (report) => ({ ...report, version }))
})

export const runners: Readonly<Record<Age, Runner.Runner>> = {
  current: { name: "workerd", start: startOf("current") },
  old: { name: "workerd as of 2023", start: startOf("old") }
}
