/**
 * `pnpm build`: writes the published form of the packages to packages/<name>/dist. Compiles, then marks top-level calls
 * as pure, so that bundlers can drop the exports that a program doesn't use.
 */
import { transformFileAsync } from "@babel/core"
import { spawnSync } from "node:child_process"
import { glob, rm, writeFile } from "node:fs/promises"
import * as path from "node:path"
import * as ConsolePage from "../packages/sandbox/console/build.ts"

const root = path.dirname(import.meta.dirname)

for await (const dist of glob("packages/*/dist", { cwd: root })) {
  await rm(path.join(root, dist), { recursive: true })
}

await ConsolePage.build()

const tsc = path.join(root, "node_modules/typescript/bin/tsc")
const compiled = spawnSync(process.execPath, [tsc, "-b"], { cwd: root, stdio: "inherit" })
if (compiled.error !== undefined) throw compiled.error
if (compiled.status !== 0) {
  console.error("build: compilation failed, so packages/*/dist is incomplete. Fix the errors above.")
  process.exit(1)
}

let marked = 0
for await (const name of glob("packages/*/dist/**/*.js", { cwd: root })) {
  const file = path.join(root, name)
  const output = await transformFileAsync(file, {
    babelrc: false,
    configFile: false,
    compact: false,
    inputSourceMap: true,
    plugins: ["annotate-pure-calls"],
    sourceMaps: true
  })
  if (typeof output?.code !== "string") throw new Error(`build: Babel returned no code for ${name}`)
  await writeFile(file, `${output.code}\n//# sourceMappingURL=${path.basename(file)}.map\n`)
  await writeFile(`${file}.map`, JSON.stringify(output.map))
  marked++
}
if (marked === 0) {
  console.error("build: the compiler wrote no files to packages/*/dist")
  process.exit(1)
}
console.log(`build: ${marked} modules in packages/*/dist`)

const bundled = spawnSync(process.execPath, ["packages/sandbox/bundle.ts"], { cwd: root, stdio: "inherit" })
if (bundled.status !== 0) process.exit(1)
