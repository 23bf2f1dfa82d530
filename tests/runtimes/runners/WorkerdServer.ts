/**
 * A Worker on the workerd that the npm package `workerd` installs. Holds no Worker, and no bundling.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
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

/** The compatibility date that this workerd was made for. */
export const currentDate = Effect.map(workerd, ({ compatibilityDate }) => compatibilityDate)

/** As the program says it: a Worker has no word for it. */
export const version = Effect.flatMap(workerd, ({ default: file }) =>
  Program.run({ source, file, args: ["--version"], env: {} })
).pipe(Effect.map(({ stdout }) => stdout.trim().replace(/^workerd /u, "")))

/** The port as workerd reports it, in a line of JSON. */
const portOf = async (program: Program.Program): Promise<number> => {
  for await (const line of createInterface({ input: program.control })) {
    const message: { readonly event: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") return message.port
  }
  const { exit, stderr } = await program.ended
  throw Missing.make(source, `it ended with ${exit} before it listened\n${stderr}`)
}

export interface Settings extends Omit<WorkerdConfig.Worker, "script"> {
  /** The Worker's one module, as text. */
  readonly text: string
}

/** Starts workerd with the Worker, and gives its origin. It is stopped when the scope closes. */
export const serve = ({ text, ...worker }: Settings) =>
  Effect.gen(function* () {
    const { default: file } = yield* workerd
    const cwd = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "workerd-"))),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const script = "worker.js"
    yield* Effect.promise(() => writeFile(join(cwd, script), text))
    yield* Effect.promise(() => writeFile(join(cwd, "config.capnp"), WorkerdConfig.make({ ...worker, script })))
    const args = ["serve", "--control-fd=3", "config.capnp"]
    const program = yield* Program.start({ source, file, args, cwd, env: {} })
    const port = yield* Effect.promise(() => portOf(program))
    return { origin: `http://127.0.0.1:${port}`, ended: program.ended }
  })
