/**
 * `node packages/sandbox/bundle.ts`: bundles the built command into the one file `dist/bin.js`, with the packages that it
 * uses and their licenses, so that `npx` starts it without anything else.
 */
import { build } from "esbuild"
import { rm } from "node:fs/promises"
import * as path from "node:path"

const dist = path.join(import.meta.dirname, "dist")

await build({
  absWorkingDir: import.meta.dirname,
  allowOverwrite: true,
  // Some of the bundled packages are CommonJS, and load Node's modules with require.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  bundle: true,
  entryPoints: ["dist/bin.js"],
  format: "esm",
  legalComments: "eof",
  logLevel: "warning",
  minify: true,
  outfile: "dist/bin.js",
  platform: "node",
  target: "node20"
})

// The map of the file before it was bundled.
await rm(path.join(dist, "bin.js.map"))
