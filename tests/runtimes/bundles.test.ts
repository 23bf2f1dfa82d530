/**
 * The bundles of the program contain no code generation from strings and no Node module.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bundle from "./runners/Bundle.ts"

const targets = Object.keys(Bundle.targets) as ReadonlyArray<Bundle.Target>

/** The names that generate code from strings. Bundles have no comments. */
const codeGeneration = /\beval\s*\(|\bnew\s+(?:globalThis\.)?Function\b|\bFunction\s*\(/gu

const folder = fileURLToPath(new URL(".", import.meta.url))

/** A file next to the program, which resolves packages as the program does. */
const file = (source: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const path = await mkdtemp(join(folder, "bundle-"))
      await writeFile(join(path, "source.ts"), source)
      return path
    }),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  ).pipe(Effect.map((path) => join(path, "source.ts")))

describe.each(targets)("the bundle for %s", (target) => {
  it.live("contains no code generation from strings, also not Effect's", () =>
    Effect.gen(function* () {
      const { metafile, text } = yield* Bundle.make(target)
      expect(text.match(codeGeneration)).toBeNull()
      const inputs = Object.keys(metafile.inputs)
      expect(inputs.filter((input) => input.includes("SchemaJITCompiler"))).toEqual([])
      // It contains the whole program.
      expect(inputs.filter((input) => input.endsWith("runtimes/program/smoke.ts"))).toHaveLength(1)
    })
  )

  it.live("fails to build with a Node module", () =>
    Effect.gen(function* () {
      const source = yield* file(`import { readFileSync } from "node:fs"\nconsole.log(readFileSync)\n`)
      const exit = yield* Effect.exit(Bundle.make(target, source))
      expect(String(exit)).toContain('Could not resolve "node:fs"')
    })
  )
})

it.live("code generation from strings is detected in a bundle", () =>
  Effect.gen(function* () {
    const source = yield* file(`import "effect/schema/SchemaJITCompiler/enable"\n`)
    const { metafile, text } = yield* Bundle.make("workerd", source)
    expect(text).toMatch(codeGeneration)
    expect(Object.keys(metafile.inputs).some((input) => input.includes("SchemaJITCompiler"))).toBe(true)
  })
)
