/**
 * Checks that the compiler reports mistakes in the use of Effect. Without the patch of the `prepare` script, it compiles
 * but doesn't report them.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { expect, onTestFinished, test } from "vitest"

const root = path.resolve(import.meta.dirname, "../..")

test("the compiler rejects an effect that is neither yielded nor assigned", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "compiler-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"))
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: path.join(root, "tsconfig.base.json"),
      compilerOptions: { composite: false, noEmit: true },
      files: ["floating.ts"]
    })
  )
  writeFileSync(path.join(folder, "floating.ts"), `import * as Effect from "effect/Effect"\nEffect.log("never")\n`)
  const { status, stdout } = spawnSync(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc")], {
    cwd: folder,
    encoding: "utf8"
  })
  expect(stdout).toContain("floating.ts(2,1): error TS377001")
  expect(status).not.toBe(0)
})
