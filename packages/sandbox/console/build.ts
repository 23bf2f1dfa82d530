/**
 * `node packages/sandbox/console/build.ts`: bundles the console's page into the module ConsoleFiles.ts, which the server
 * serves. Does nothing if the page's sources haven't changed since. Fails if the page is too large.
 */
import { createHash } from "node:crypto"
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { gzipSync } from "node:zlib"

const folder = import.meta.dirname
const target = path.join(folder, "../src/internal/served/ConsoleFiles.ts")

/** The limit of the page in all: HTML, script and style, compressed. */
const maximumBytes = 40_000

/** The packages whose code is in the page. */
const bundled = ["preact", "@preact/signals"]

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml"
}

const sha256 = (...texts: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const text of texts) hash.update(text).update("\0")
  return hash.digest("hex")
}

/** Changes with each source of the page, and with the versions of the bundled packages and the bundler. */
const hashOfSources = (): string => {
  const sources = globSync("**/*.{ts,tsx,css,html,svg,json}", { cwd: folder }).toSorted()
  const texts = sources.flatMap((file) => [file, readFileSync(path.join(folder, file), "utf8")])
  return sha256(...texts, readFileSync(path.join(folder, "../package.json"), "utf8"))
}

type Files = ReadonlyArray<readonly [name: string, text: string]>

const bundle = async (): Promise<Files> => {
  const esbuild = await import("esbuild")
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    bundle: true,
    entryPoints: { console: "src/main.tsx", style: "src/style.css" },
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify: true,
    outdir: "out",
    target: "es2022",
    tsconfigRaw: {},
    write: false
  })
  // Their changes wouldn't be noticed.
  const foreign = Object.keys(metafile.inputs).filter((file) => !/^src\/|(?:^|\/)node_modules\//u.test(file))
  if (foreign.length > 0) {
    throw new Error(`console: the page contains ${foreign.join(", ")}. Import only types from outside of its folder.`)
  }
  return [
    ...outputFiles.map((file) => [path.basename(file.path), file.text] as const),
    ...["index.html", "icon.svg"].map((name) => [name, readFileSync(path.join(folder, "src", name), "utf8")] as const)
  ]
}

const licenses = (): string =>
  bundled
    .map((name) => `${name}:\n\n${readFileSync(path.join(folder, "../node_modules", name, "LICENSE"), "utf8").trim()}`)
    .join("\n\n")

const moduleOf = (hash: string, compressed: ReadonlyArray<readonly [name: string, etag: string, gzip: Buffer]>) => {
  const entries = compressed.map(([name, etag, gzip]) => {
    const file = {
      contentType: contentTypes[path.extname(name)] ?? "",
      etag: `"${etag}"`,
      gzip: gzip.toString("base64")
    }
    return `  ${JSON.stringify(name)}: ${JSON.stringify(file)}`
  })
  return `/*!
 * The console's page. \`node packages/sandbox/console/build.ts\` writes it. It contains these packages.
 *
 * ${licenses().replaceAll("\n", "\n * ").replaceAll(/ +$/gmu, "")}
 */
// ${hash}

/** A file of the page. */
export interface ConsoleFile {
  readonly contentType: string
  readonly etag: string
  /** The compressed text in base64. */
  readonly gzip: string
}

/** The files by their names in the page's folder. */
export const files: Readonly<Record<string, ConsoleFile>> = {
${entries.join(",\n")}
}
`
}

/** Writes the module, unless it's up to date. */
export const build = async (): Promise<void> => {
  const hash = hashOfSources()
  if (existsSync(target) && readFileSync(target, "utf8").includes(`\n// ${hash}\n`)) return
  const compressed = (await bundle()).map(
    ([name, text]) => [name, sha256(text).slice(0, 16), gzipSync(text, { level: 9 })] as const
  )
  const bytes = compressed.reduce((total, [, , gzip]) => total + gzip.length, 0)
  const size = `${(bytes / 1000).toFixed(1)} kB gzip of at most ${maximumBytes / 1000}`
  if (bytes > maximumBytes) throw new Error(`console: the page is too large: ${size}.`)
  // Replaced at once: other commands may read or write it now.
  const temporary = `${target}.${process.pid}`
  writeFileSync(temporary, moduleOf(hash, compressed))
  renameSync(temporary, target)
  console.log(`console: ${size}`)
}

if (import.meta.main) await build()
