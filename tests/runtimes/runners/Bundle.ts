/**
 * Bundles a host with esbuild, as Wrangler, edge platforms and web builds do.
 */
import * as Effect from "effect/Effect"
import { build, type Metafile } from "esbuild"
import { fileURLToPath } from "node:url"

/** The host of each target, and the conditions with which its platform resolves packages. */
export const targets = {
  workerd: { host: "smoke.worker.ts", format: "esm", conditions: ["workerd", "worker", "browser"] },
  edge: { host: "edge.ts", format: "iife", conditions: ["edge-light", "browser"] },
  browser: { host: "browser.ts", format: "esm", conditions: ["browser"] }
} as const

export type Target = keyof typeof targets

export interface Bundle {
  readonly text: string
  readonly metafile: Metafile
}

/** Bundles the host of a target, or another file for it. A build failure is a defect. */
export const make = (target: Target, file?: string): Effect.Effect<Bundle> =>
  Effect.promise(async () => {
    const { conditions, format, host } = targets[target]
    const result = await build({
      entryPoints: [file ?? fileURLToPath(new URL(`../hosts/${host}`, import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      format,
      target: "es2022",
      // Not Node: an import of a Node module fails the build.
      platform: "browser",
      conditions: [...conditions],
      // A module of workerd.
      external: ["cloudflare:workers"],
      logLevel: "silent"
    })
    return { text: result.outputFiles.map(({ text }) => text).join(""), metafile: result.metafile }
  })
