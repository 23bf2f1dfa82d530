/**
 * Bundles a program as a user's bundler does and weighs it: with esbuild, as Wrangler has it, and with rolldown, as Vite
 * has it.
 */
import { build, type Plugin } from "esbuild"
import * as path from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

/** A Worker, or a program that needs Node's own modules. */
export type Platform = "worker" | "node"

/** The size of a program's bundle, minified and gzipped, in bytes. */
export type Bundler = (source: string, platform: Platform) => Promise<number>

// What Wrangler and Vite's Worker builds resolve packages with.
const conditions = ["workerd", "worker", "browser"]

/** workerd's own module. */
const external = ["cloudflare:workers"]

/** In the repository the packages' exports lead to the sources; a user gets dist. */
const published = (module: string): string | undefined => {
  const [scope, name = "", file = "index"] = module.split("/")
  return scope === "@effect-twilio-video"
    ? path.join(import.meta.dirname, "../packages", name, "dist", `${file}.js`)
    : undefined
}

const weigh = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length

const ofEsbuild: Plugin = {
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
    ...(platform === "node" ? { platform: "node" } : { platform: "browser", conditions, plugins: [ofEsbuild] })
  })
  return weigh(outputFiles[0]?.contents ?? new Uint8Array())
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
  return weigh(new TextEncoder().encode(code))
}

export const bundlers = { esbuild: withEsbuild, rolldown: withRolldown } as const
