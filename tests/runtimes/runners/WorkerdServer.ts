/**
 * Starts a Worker on the workerd of the npm package `workerd`.
 */
import * as Effect from "effect/Effect"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as WorkerdConfig from "./WorkerdConfig.ts"

const source = Missing.npm("workerd")

const workerd = Program.locate(source, (require): { readonly default: string; readonly compatibilityDate: string } =>
  require("workerd")
)

/** The compatibility date of this workerd. */
export const currentDate = Effect.map(workerd, ({ compatibilityDate }) => compatibilityDate)

/** From the command line. A Worker can't read it. */
export const version = Effect.flatMap(workerd, ({ default: file }) =>
  Program.run({ source, file, args: ["--version"], env: {} })
).pipe(Effect.map(({ stdout }) => stdout.trim().replace(/^workerd /u, "")))

/** The port, which workerd prints as a line of JSON. */
const portOf = async (program: Program.Program): Promise<number> => {
  for await (const line of createInterface({ input: program.control })) {
    const message: { readonly event: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") return message.port
  }
  const { exit, stderr } = await program.ended
  throw Missing.make(source, `it exited with ${exit} before it listened\n${stderr}`)
}

export interface Settings extends Omit<WorkerdConfig.Worker, "objects" | "script"> {
  /** The Worker's only module, as text. */
  readonly text: string
  /** The classes of its Durable Objects, by binding. */
  readonly objects?: Readonly<Record<string, string>> | undefined
  /** The folder of their storage. Default: one that's removed when workerd stops. */
  readonly disk?: string | undefined
}

/** Starts workerd with the Worker. It stops when the scope closes. Yields the Worker's origin. */
export const serve = ({ disk, objects, text, ...worker }: Settings) =>
  Effect.gen(function* () {
    const { default: file } = yield* workerd
    const cwd = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "workerd-"))),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const script = "worker.js"
    const own = join(cwd, "objects")
    const config = WorkerdConfig.make({
      ...worker,
      script,
      objects: objects === undefined ? undefined : { classes: objects, disk: disk ?? own }
    })
    yield* Effect.promise(async () => {
      await mkdir(own)
      await writeFile(join(cwd, script), text)
      await writeFile(join(cwd, "config.capnp"), config)
    })
    const args = ["serve", "--control-fd=3", "config.capnp"]
    const program = yield* Program.start({ source, file, args, cwd, env: {} })
    const port = yield* Effect.promise(() => portOf(program))
    return { origin: `http://127.0.0.1:${port}`, ended: program.ended }
  })
