/**
 * Bundles a program and measures the result: with esbuild, which Wrangler uses, and with rolldown, which Vite uses.
 */
import { build, type Plugin } from "esbuild"
import * as path from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

/** The target of a bundle: a Worker, or a Node program that imports built-in modules. */
export type Platform = "worker" | "node"

/** Returns the size of a program's bundle, minified and gzipped, in bytes. */
type Bundler = (source: string, platform: Platform) => Promise<number>

/** The export conditions of Wrangler and of Vite's Worker builds. */
const conditions = ["workerd", "worker", "browser"]

/** workerd provides this module. */
const external = ["cloudflare:workers"]

/** Resolves an import of the packages to `dist`, which users install. In the workspace, exports point to the sources. */
const published = (module: string): string | undefined => {
  const [scope, name = "", file = "index"] = module.split("/")
  return scope === "@effect-twilio-video"
    ? path.join(import.meta.dirname, "../packages", name, "dist", `${file}.js`)
    : undefined
}

const gzipSize = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length

const resolvePublished: Plugin = {
  name: "published",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@effect-twilio-video\// }, ({ path: module }) => {
      const file = published(module)
      return file === undefined ? undefined : { path: file }
    })
  }
}

const withEsbuild: Bundler = async (source, platform) => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
    external,
    ...(platform === "node" ? { platform: "node" } : { platform: "browser", conditions, plugins: [resolvePublished] })
  })
  return gzipSize(outputFiles[0]?.contents ?? new Uint8Array())
}

const withRolldown: Bundler = async (source, platform) => {
  const entry = path.join(import.meta.dirname, "entry.virtual.ts")
  const bundle = await rolldown({
    input: entry,
    external,
    platform: platform === "node" ? "node" : "browser",
    ...(platform === "node" ? {} : { resolve: { conditionNames: [...conditions, "import"] } }),
    plugins: [
      {
        name: "published",
        resolveId: (module) => (module === entry ? entry : published(module)),
        load: (id) => (id === entry ? source : undefined)
      }
    ]
  })
  const { output } = await bundle.generate({ format: "esm", minify: true })
  await bundle.close()
  const code = output.map((part) => (part.type === "chunk" ? part.code : "")).join("")
  return gzipSize(new TextEncoder().encode(code))
}

export const bundlers = { esbuild: withEsbuild, rolldown: withRolldown } as const
