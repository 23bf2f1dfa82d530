/**
 * The packages for JSR, laid out as the release lays them out, in a dry run of `deno publish` without a network. What
 * JSR checks on arrival, such as the scope, isn't covered.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import * as Jsr from "../../scripts/jsr.ts"
import * as Command from "./support/Command.ts"
import * as Packed from "./support/Packed.ts"

// Compilers, bundlers and package managers run in parallel with other tests.
vi.setConfig({ testTimeout: 120_000 })

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "jsr-")))
const installer: { readonly runInstall: () => string } = createRequire(import.meta.url)("deno/install_api.cjs")

beforeAll(() => Jsr.stage(folder))

afterAll(() => rmSync(folder, { recursive: true }))

const publish = (...args: ReadonlyArray<string>) =>
  Command.end(installer.runInstall(), ["publish", "--dry-run", "--allow-dirty", "--no-provenance", ...args], {
    cwd: folder,
    env: {
      HOME: folder,
      DENO_DIR: path.join(folder, ".deno"),
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      // Requests to other machines fail.
      https_proxy: "http://127.0.0.1:9",
      http_proxy: "http://127.0.0.1:9"
    }
  })

test.each(Packed.names)("jsr.json of %s exports every public module, and the command as a module that runs", (name) => {
  const commands = name === "sandbox" ? ["cli"] : []
  const exported: Jsr.JsrManifest = JSON.parse(
    readFileSync(path.join(Packed.root, "packages", name, "jsr.json"), "utf8")
  )
  expect(Object.keys(exported.exports).toSorted()).toEqual(
    [".", ...[...Packed.modules(name), ...commands].map((module) => `./${module}`)].toSorted()
  )
})

describe("deno publish", () => {
  test("accepts the packages, type-checked by Deno, with their sources and texts and nothing else", async () => {
    const { exit, stderr } = await publish("--allow-slow-types")
    expect([exit, stderr]).toEqual([0, expect.stringContaining("Success Dry run complete")])
    const files = [...stderr.matchAll(/^ +file:\/\/(\S+) \(.+\)$/gmu)].map(([, file = ""]) =>
      path.relative(path.join(folder, "packages"), file)
    )
    const texts = ["AGENTS.md", "LICENSE", "README.md", "jsr.json", "llms.txt"]
    const taken = (name: Packed.Name) =>
      texts.concat(Packed.sources(name).flatMap((module) => (module === "bin" ? [] : [`src/${module}.ts`])))
    const expected = Packed.names
      .flatMap((name) => taken(name).map((file) => `${name}/${file}`))
      .concat("sandbox/ASSUMPTIONS.md", "sandbox/COVERAGE.md", "sandbox/config.schema.json")
    expect(files.toSorted()).toEqual(expected.toSorted())
  })

  // The types of schemas are inferred. Written out, they would repeat the schema.
  test("reports only inferred types", async () => {
    const { exit, stderr } = await publish()
    expect(exit).toBe(1)
    const kinds = new Set([...stderr.matchAll(/^(?:error|warning)\[([a-z-]+)\]/gmu)].map(([, kind]) => kind))
    expect([...kinds].sort()).toEqual([
      "missing-explicit-return-type",
      "missing-explicit-type",
      "not-found-reference",
      "unsupported-super-class-expr"
    ])
  })
})
