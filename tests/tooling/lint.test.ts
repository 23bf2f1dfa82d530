/**
 * That each rule this repository relies on fires where it should, and nowhere else: the real linter, with the
 * repository's configuration, on small files in a folder laid out like the repository. Lints none of the sources.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { afterAll, describe, expect, test } from "vitest"

const root = path.resolve(import.meta.dirname, "../..")
const folder = mkdtempSync(path.join(tmpdir(), "lint-"))
afterAll(() => rmSync(folder, { recursive: true }))
copyFileSync(path.join(root, ".oxlintrc.json"), path.join(folder, ".oxlintrc.json"))

const oxlint = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [path.join(root, "node_modules/oxlint/bin/oxlint"), ...args], {
    cwd: folder,
    encoding: "utf8"
  })

const source = "packages/core/src/*.ts"
const example = "examples/src/*.ts"
const spec = "tests/*.test.ts"
const usesOfNode = `
import * as http from "node:http"
import * as fs from "fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { request } from "undici"
export const all = [http, fs, NodeServices, request, process.env, Buffer.from("a")]
`

// Where, what, and all the rules that fire; a star in the place is filled in.
const cases: ReadonlyArray<readonly [place: string, code: string, ...rules: ReadonlyArray<string>]> = [
  ...[source, "packages/http/src/internal/wire/*.ts", example].flatMap((place) => [
    [place, `import * as Effect from "effect"; export const a = Effect`, "eslint(no-restricted-imports)"] as const,
    [place, `import type { Flag } from "effect/cli"; export type A = Flag`, "eslint(no-restricted-imports)"] as const,
    [place, `export * from "effect/http-api"`, "eslint(no-restricted-imports)"] as const,
    [place, `export * as Schema from "effect/schema"`, "eslint(no-restricted-imports)"] as const,
    [place, `export const a = () => import("effect/testing")`, "eslint(no-restricted-imports)"] as const,
    [place, `export { NodeServices } from "@effect/platform-node"`, "eslint(no-restricted-imports)"] as const,
    [place, `export { Sid } from "@effect-twilio-video/core"`, "eslint(no-restricted-imports)"] as const,
    [place, `export * as A from "effect/Effect"`] as const,
    [place, `export * as A from "effect/http/HttpClient"`] as const,
    [place, `export * as A from "effect/cli/Command"`] as const,
    [place, `export * as A from "@effect-twilio-video/core/Sid"`] as const
  ]),

  [source, `export * as A from "@effect/platform-node/NodeServices"`, "eslint(no-restricted-imports)"],
  [source, `export * as A from "@effect/platform-node-shared/NodePath"`, "eslint(no-restricted-imports)"],
  [source, `export { request } from "undici"`, "eslint(no-restricted-imports)"],
  [source, `export { readFile } from "node:fs/promises"`, "import(no-nodejs-modules)"],
  [source, `import * as http from "http"; export const a = http`, "import(no-nodejs-modules)"],
  [source, `export const a = () => import("node:path")`, "import(no-nodejs-modules)"],
  [source, `export const a = globalThis.process`, "eslint(no-restricted-globals)"],
  ...["process", "Buffer", "require", "__dirname", "__filename", "global", "setImmediate", "clearImmediate"].map(
    (name) => [source, `export const a = ${name}`, "eslint(no-restricted-globals)"] as const
  ),
  [source, `export const a = (process: string) => process`],
  [example, usesOfNode],
  ["packages/http/src/UndiciTransport.ts", usesOfNode],
  ["packages/sandbox/src/SandboxServer.ts", usesOfNode],
  ["packages/sandbox/src/bin.ts", usesOfNode],
  ["packages/sandbox/src/cli.ts", `${usesOfNode}export * from "effect/cli"`, "eslint(no-restricted-imports)"],
  [
    "packages/core/src/UndiciTransport.ts",
    usesOfNode,
    "eslint(no-restricted-globals)",
    "eslint(no-restricted-globals)",
    "eslint(no-restricted-imports)",
    "eslint(no-restricted-imports)",
    "import(no-nodejs-modules)",
    "import(no-nodejs-modules)"
  ],

  [source, `console.log(1)`, "eslint(no-console)"],
  [source, `export const a = (b: string | null) => b!`, "typescript(no-non-null-assertion)"],
  [source, `export const a: any = 1`, "typescript(no-explicit-any)"],
  [spec, `export const a = JSON.parse("1") as any`, "typescript(no-explicit-any)"],
  [source, `// @ts-ignore: it is known\nexport const a: string = 1`, "typescript(ban-ts-comment)"],
  [source, `// @ts-nocheck\nexport const a: string = 1`, "typescript(ban-ts-comment)"],
  [spec, `// @ts-expect-error\nexport const a: string = 1`, "typescript(ban-ts-comment)"],
  [spec, `// @ts-expect-error: a number is no string\nexport const a: string = 1`],
  [source, `const unused = 1`, "eslint(no-unused-vars)"],
  [source, `import * as Option from "effect/Option"`, "eslint(no-unused-vars)"],
  [source, `export const a = (b: number) => { b + 1 }`, "eslint(no-unused-expressions)"],
  [source, `export const a = (b: number) => b == 1`, "eslint(eqeqeq)"],
  [source, `Promise.resolve(1).then(String)`, "promise(catch-or-return)"],
  [source, `import * as A from "effect/Option"; export type B = A.Option<1>`, "typescript(consistent-type-imports)"],
  [
    source,
    `export { type A } from "./A.ts"; import { type B } from "./B.ts"; export const a = (b: B) => b`,
    "typescript(no-import-type-side-effects)"
  ],
  [example, `export const a = require("./a.ts")`, "typescript(no-require-imports)"],
  [source, `// oxlint-disable\ndebugger`, "unicorn(no-abusive-eslint-disable)"],
  [source, `// oxlint-disable-next-line no-debugger\nexport const a = 1`, "unused directive"],
  [source, `var a = 1; export const b = a`, "eslint(no-var)"],
  [source, `debugger`, "eslint(no-debugger)"],
  [source, `export const a = (b: boolean) => (b ? true : false)`, "eslint(no-unneeded-ternary)"],
  [source, `export const a = (b: Array<string>) => b.filter(Boolean)[0]`, "unicorn(prefer-array-find)"],
  ["packages/core/src/Cycle1.ts", `import { b } from "./Cycle2.ts"; export const a = () => b`, "import(no-cycle)"],
  ["packages/core/src/Cycle2.ts", `import { a } from "./Cycle1.ts"; export const b = () => a`, "import(no-cycle)"],

  [source, `export default 1`, "import(no-default-export)"],
  [example, `export default 1`, "import(no-default-export)"],
  ["scripts/*.ts", `export default 1`, "import(no-default-export)"],
  ["tests/runtimes/*.ts", `export default 1`, "import(no-default-export)"],
  ["tests/runtimes/*.worker.ts", `export default 1`],
  ["vitest.config.ts", `export default 1`],

  [
    spec,
    `import { it } from "vitest"; it.only("a", b)`,
    "eslint(no-restricted-properties)",
    "vitest(no-focused-tests)"
  ],
  [
    spec,
    `import { it } from "vitest"; it.skip("a", b)`,
    "eslint(no-restricted-properties)",
    "vitest(no-disabled-tests)"
  ],
  [spec, `import { it } from "@effect/vitest"; it.effect.only("a", b)`, "eslint(no-restricted-properties)"],
  [spec, `import { it } from "@effect/vitest"; it.effect.skip("a", b)`, "eslint(no-restricted-properties)"]
]

const files = cases.map(([place, code, ...rules], index) => {
  const file = place.replace("*", `Case${index}`)
  mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
  writeFileSync(path.join(folder, file), `${code}\n`)
  return { file, code, rules }
})

describe("the linter", () => {
  const { status, stdout } = oxlint("--format=json")
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: ReadonlyArray<{ readonly code?: string; readonly filename: string }>
  }

  test.each(files)("$rules for $file: $code", ({ file, rules }) => {
    const fired = diagnostics.filter(({ filename }) => filename === file).map(({ code }) => code ?? "unused directive")
    expect(fired.toSorted()).toEqual(rules)
  })

  test("fails on an error", () => {
    expect(status).toBe(1)
  })

  test("fails on a warning too", () => {
    writeFileSync(path.join(folder, "scripts/Warning.ts"), "export const a = 1 & 2\n")
    const { status, stdout } = oxlint("-W", "no-bitwise", "scripts/Warning.ts")
    expect(stdout).toContain("Found 1 warning and 0 errors.")
    expect(status).toBe(1)
  })
})
