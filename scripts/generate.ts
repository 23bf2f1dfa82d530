/**
 * `pnpm generate`: writes the files that are derived from others. With `--check` it writes nothing and fails if one is out
 * of date. `changeset version` sets the version in each package.json, and these files repeat it:
 *
 * - packages/<name>/jsr.json, from package.json and the modules in src
 * - the sandbox's Version.ts, for its command
 * - the sandbox's config.schema.json, from the schema of its configuration
 * - the sandbox's COVERAGE.md, from Twilio's OpenAPI document and the sandbox's router
 * - CHANGELOG.md, with the changesets as its first section
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import * as ConfigSchema from "../packages/sandbox/src/internal/served/ConfigSchema.ts"
import * as Changelog from "./changelog.ts"
import * as Coverage from "./coverage.ts"
import * as Jsr from "./jsr.ts"

const root = path.dirname(import.meta.dirname)
const read = (file: string): string => readFileSync(path.join(root, file), "utf8")

const { version } = Jsr.manifestOf("sandbox")
const release = { version, date: new Date().toISOString().slice(0, 10) }

const files: ReadonlyArray<readonly [file: string, text: string]> = [
  ...Jsr.packages.map((name) => [`packages/${name}/jsr.json`, JSON.stringify(Jsr.manifestOf(name), null, 2)] as const),
  [
    "packages/sandbox/src/internal/server/Version.ts",
    `/**\n * The packages' version. \`pnpm generate\` writes it.\n */\nexport const version = "${version}"\n`
  ],
  ["packages/sandbox/config.schema.json", JSON.stringify(ConfigSchema.make(), null, 2)],
  ["packages/sandbox/COVERAGE.md", Coverage.page()],
  ["CHANGELOG.md", Changelog.update(read("CHANGELOG.md"), Changelog.readChangesets(root), release)]
]

const format = (file: string, text: string): string => {
  const oxfmt = path.join(root, "node_modules/.bin/oxfmt")
  const { error, status, stderr, stdout } = spawnSync(oxfmt, ["--stdin-filepath", file], {
    cwd: root,
    encoding: "utf8",
    input: text
  })
  if (status !== 0) throw error ?? new Error(`generate: oxfmt failed on ${file}\n${stderr}`)
  return stdout
}

const outdated = files
  .map(([file, text]) => [file, format(file, text)] as const)
  .filter(([file, text]) => !existsSync(path.join(root, file)) || read(file) !== text)

if (process.argv.includes("--check")) {
  for (const [file] of outdated) console.error(`generate: ${file} is out of date. Run \`pnpm generate\`.`)
  process.exitCode = outdated.length === 0 ? 0 : 1
} else {
  for (const [file, text] of outdated) writeFileSync(path.join(root, file), text)
  console.log(`generate: ${outdated.map(([file]) => file).join(", ") || "everything is up to date"}`)
}
