/**
 * `node packages/sandbox/bundle.ts`: bundles the built command into the one file `dist/bin.js`, with the packages that it
 * uses and their licenses, so that `npx` starts it without anything else.
 */
import { build } from "esbuild"
import { appendFile, readFile, rm } from "node:fs/promises"
import * as path from "node:path"

const dist = path.join(import.meta.dirname, "dist")

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  allowOverwrite: true,
  // Some of the bundled packages are CommonJS, and load Node's modules with require.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  bundle: true,
  entryPoints: ["dist/bin.js"],
  format: "esm",
  legalComments: "eof",
  logLevel: "warning",
  metafile: true,
  minify: true,
  outfile: "dist/bin.js",
  platform: "node",
  target: "node20"
})

/** The folders of the bundled packages by their names. */
const packages = new Map(
  Object.keys(metafile.inputs).flatMap((file) => {
    const [folder, name] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(file) ?? []
    return folder === undefined || name === undefined ? [] : [[name, path.join(import.meta.dirname, folder)] as const]
  })
)

// Most packages have no comment with their license in their code.
for (const [name, folder] of [...packages].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const license = (await readFile(path.join(folder, "LICENSE"), "utf8")).trim()
  await appendFile(path.join(dist, "bin.js"), `/*!\n${name}:\n\n${license}\n*/\n`)
}

// The map of the file before it was bundled.
await rm(path.join(dist, "bin.js.map"))
