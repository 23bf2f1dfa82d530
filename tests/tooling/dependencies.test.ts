/** Runs the dependency check on small sources: the imports and cycles that it accepts and rejects, and its messages. */
import { describe, expect, test } from "vitest"
import * as Dependencies from "../../scripts/dependencies.ts"

const problemsOf = (sources: Readonly<Record<string, string>>) =>
  Dependencies.problemsOf(
    Object.entries(sources).flatMap(([file, text]) => Dependencies.importsOf(`packages/${file}`, text))
  )

test("importsOf finds each kind of import, with its line", () => {
  const source = `import * as A from "./A.ts"
import type * as B from "./B.ts"
export * as C from "./C.ts"
export type { D } from "./D.ts"
export * from "./E.ts"
export const f = () => import("./F.ts")
export type G = import("./G.ts").G
// import * as H from "./H.ts"
`
  const found = Dependencies.importsOf("a.ts", source)
  expect(found.map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
    "1 ./A.ts",
    "2 ./B.ts",
    "3 ./C.ts",
    "4 ./D.ts",
    "5 ./E.ts",
    "6 ./F.ts",
    "7 ./G.ts"
  ])
})

describe("between packages", () => {
  test.each([
    ["core", "@effect-twilio-video/http/VideoWire", "core may import no other package."],
    ["http", "@effect-twilio-video/sandbox/Sandbox", "http may import only @effect-twilio-video/core."],
    ["sandbox", "@effect-twilio-video/http/RequestPolicy", "sandbox may import only @effect-twilio-video/core, "],
    ["http", "@effect-twilio-video/core/internal/Hmac", "an internal module of another package."],
    ["http", "../../core/src/Sid.ts", "a relative import outside the package's src."]
  ])("%s must not import %s", (name, specifier, message) => {
    const [problem, ...others] = problemsOf({ [`${name}/src/A.ts`]: `\nimport type * as B from "${specifier}"` })
    expect(problem).toContain(`packages/${name}/src/A.ts:2 imports "${specifier}": ${message}`)
    expect(others).toEqual([])
  })

  test.each([
    ["core", "effect/Effect"],
    ["http", "@effect-twilio-video/core/Sid"],
    ["sandbox", "@effect-twilio-video/core/Sid"],
    ["sandbox", "@effect-twilio-video/http/VideoWire"]
  ])("%s may import %s", (name, specifier) => {
    expect(problemsOf({ [`${name}/src/A.ts`]: `export * as B from "${specifier}"` })).toEqual([])
  })
})

describe("between modules", () => {
  test("reports a cycle once, with each import, type imports and re-exports included", () => {
    expect(
      problemsOf({
        "core/src/A.ts": `import type * as B from "./internal/B.ts"`,
        "core/src/internal/B.ts": `export * from "./C.ts"`,
        "core/src/internal/C.ts": `\nimport * as A from "../A.ts"`
      })
    ).toEqual([
      `Circular dependency between modules: core/A.ts → core/internal/B.ts → core/internal/C.ts → core/A.ts. Remove one step:
    packages/core/src/A.ts:1 imports "./internal/B.ts"
    packages/core/src/internal/B.ts:1 imports "./C.ts"
    packages/core/src/internal/C.ts:2 imports "../A.ts"`
    ])
  })

  test("names each of two cycles through one module", () => {
    const problems = problemsOf({
      "core/src/A.ts": `import * as B from "./B.ts"\nimport * as C from "./C.ts"`,
      "core/src/B.ts": `import * as A from "./A.ts"`,
      "core/src/C.ts": `import * as A from "./A.ts"`
    })
    expect(problems.map((problem) => problem.split(".ts.")[0])).toEqual([
      "Circular dependency between modules: core/A.ts → core/B.ts → core/A",
      "Circular dependency between modules: core/C.ts → core/A.ts → core/C"
    ])
  })

  test("accepts two modules that import a third", () => {
    expect(
      problemsOf({
        "core/src/A.ts": `import * as B from "./B.ts"\nimport * as C from "./C.ts"`,
        "core/src/B.ts": `import * as C from "./C.ts"`
      })
    ).toEqual([])
  })
})

describe("between the folders below internal/", () => {
  test("reports a cycle between folders with all its imports, even without a cycle between modules", () => {
    expect(
      problemsOf({
        "http/src/internal/client/A.ts": `import * as B from "../wire/B.ts"\nimport * as C from "../wire/C.ts"`,
        "http/src/internal/wire/D.ts": `import type * as E from "../client/E.ts"`
      })
    ).toEqual([
      `Circular dependency between folders: http/internal/client → http/internal/wire → http/internal/client. Remove one step:
    packages/http/src/internal/client/A.ts:1 imports "../wire/B.ts"
    packages/http/src/internal/client/A.ts:2 imports "../wire/C.ts"
    packages/http/src/internal/wire/D.ts:1 imports "../client/E.ts"`
    ])
  })

  test("accepts imports of another folder and of the same folder", () => {
    expect(
      problemsOf({
        "http/src/internal/client/A.ts": `import * as B from "../wire/B.ts"\nimport * as C from "./C.ts"`,
        "http/src/internal/client/C.ts": `import * as B from "../wire/B.ts"`
      })
    ).toEqual([])
  })

  test("ignores modules directly in internal/", () => {
    expect(
      problemsOf({
        "http/src/internal/A.ts": `import * as B from "./wire/B.ts"`,
        "http/src/internal/wire/C.ts": `import * as D from "../D.ts"`
      })
    ).toEqual([])
  })
})
