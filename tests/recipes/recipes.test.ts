/**
 * The recipes of docs/recipes.md, run against the sandbox's command.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import * as Folder from "./Folder.ts"
import * as Page from "./Page.ts"

/** Runs a command of the page in a folder with these files. It must succeed, with this line about its tests. */
const passes = (files: Readonly<Record<string, string>>, command: string, summary: RegExp) =>
  Effect.gen(function* () {
    const { code, output } = yield* Folder.run(yield* Folder.make(files), command)
    assert.strictEqual(code, 0, output)
    assert.match(output, summary)
  })

describe("the recipe for Node", () => {
  const test = Page.file("moderation.test.ts")

  it.live("passes with Vitest", () =>
    passes(
      { "moderation.test.ts": test, "package.json": Page.packageJson },
      Page.command("exec -- npm test"),
      /Tests +4 passed \(4\)/u
    )
  )

  it.live("passes with node:test", () =>
    passes(
      { "moderation.test.ts": test.replace('from "vitest"', 'from "node:test"'), "package.json": Page.packageJson },
      Page.command("node --test"),
      /pass 4\b/u
    )
  )
})

const hasPython = spawnSync("/usr/bin/python3", ["-c", "import pytest, twilio"]).status === 0

const hint =
  "Twilio's Python package or pytest isn't installed; on Debian: apt-get install python3-twilio python3-pytest"

if (!hasPython) console.log(`Skipped: the recipe for pytest. ${hint}`)

describe(`the recipe for pytest${hasPython ? "" : ` (skipped: ${hint})`}`, () => {
  const test = Page.file("test_moderation.py")

  it.live.skipIf(!hasPython)("passes in the sandbox's exec", () =>
    passes({ "test_moderation.py": test }, Page.command("python3 -m pytest"), /\b4 passed in /u)
  )

  it.live.skipIf(!hasPython)("passes with a sandbox that conftest.py starts", () =>
    passes(
      { "test_moderation.py": test, "conftest.py": Page.file("conftest.py") },
      "python3 -m pytest",
      /\b4 passed in /u
    )
  )
})
