/**
 * `pnpm build`: the packages as they are published, in packages/<name>/dist. Compiles, then marks top-level calls as
 * pure so that bundlers can drop what a program does not use. Bundles nothing and packs nothing.
 */
import { transformFileAsync } from "@babel/core"
import { spawnSync } from "node:child_process"
import { glob, rm, writeFile } from "node:fs/promises"
import * as path from "node:path"

const root = path.dirname(import.meta.dirname)

for await (const dist of glob("packages/*/dist", { cwd: root })) {
  await rm(path.join(root, dist), { recursive: true })
}

const tsc = path.join(root, "node_modules/typescript/bin/tsc")
const compiled = spawnSync(process.execPath, [tsc, "-b"], { cwd: root, stdio: "inherit" })
if (compiled.error !== undefined) throw compiled.error
if (compiled.status !== 0) {
  console.error("build: the compiler found errors; dist is not complete")
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
  if (typeof output?.code !== "string") throw new Error(`build: ${name} came back empty`)
  await writeFile(file, `${output.code}\n//# sourceMappingURL=${path.basename(file)}.map\n`)
  await writeFile(`${file}.map`, JSON.stringify(output.map))
  marked++
}
if (marked === 0) {
  console.error("build: the compiler wrote no file")
  process.exit(1)
}
console.log(`build: ${marked} modules in packages/*/dist`)
