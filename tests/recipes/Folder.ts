/**
 * A folder outside the repository with the files of a recipe, in which its commands run.
 */
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

const sandbox = join(root, "packages/sandbox/src/bin.ts")

/** Replaces npx and the published package by the repository's command, in a shell command or a list of arguments. */
const local = (text: string): string =>
  text
    .replaceAll("npx -y @effect-twilio-video/sandbox", `'${process.execPath}' '${sandbox}'`)
    .replaceAll('"npx", "-y", "@effect-twilio-video/sandbox"', `"${process.execPath}", "${sandbox}"`)

const packages = [
  ["twilio", "tests/node_modules/twilio"],
  ["vitest", "node_modules/vitest"],
  [".bin", "node_modules/.bin"]
] as const

export interface Ended {
  readonly code: number
  readonly output: string
}

/** Makes the folder, with the packages that the recipes for Node need. It's removed when the scope closes. */
export const make = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = await mkdtemp(join(tmpdir(), "recipe-"))
      await mkdir(join(folder, "node_modules"))
      for (const [name, target] of packages) await symlink(join(root, target), join(folder, "node_modules", name))
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), local(text))
      return folder
    }),
    (folder) => Effect.promise(() => rm(folder, { recursive: true }))
  )

/** Runs a command without this process's variables, which configure Vitest and Twilio's packages. */
export const run = (folder: string, command: string) =>
  Effect.callback<Ended>((resume) => {
    // Debian's Python packages belong to /usr/bin/python3, which needn't be the first on the PATH.
    const path = [dirname(process.execPath), "/usr/bin", process.env["PATH"]].join(delimiter)
    const child = execFile(
      "/bin/sh",
      ["-c", `exec ${local(command)}`],
      { cwd: folder, env: { HOME: folder, PATH: path, NO_COLOR: "1" } },
      (_, stdout, stderr) => resume(Effect.succeed({ code: child.exitCode ?? -1, output: stdout + stderr }))
    )
    return Effect.sync(() => child.kill())
  })
