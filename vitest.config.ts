/**
 * Which tests there are and how they run. The doctests are written by scripts/doctest.ts before a run.
 */
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "examples/test/**/*.test.ts",
      "tests/**/*.test.ts",
      "runtime-tests/**/*.test.ts"
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: "reports/tests.json" }]]
  }
})
