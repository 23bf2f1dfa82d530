/**
 * The two lanes of tests, and the files in each. `scripts/doctest.ts` writes the doctests before a run.
 *
 * - `pnpm test` runs every test file that isn't in `deepOnly`. It must stay quick on a slow, busy machine.
 * - `pnpm test:deep` runs the files in `deepOnly`, and again each file that takes a size from
 *   `tests/support/Lane.ts`: `count(small, full)` is `small` in `pnpm test` and `full` in `pnpm test:deep`.
 *
 * A new `*.test.ts` file runs in `pnpm test`. To also run it at a larger size in `pnpm test:deep`, use `count`. To
 * keep it out of `pnpm test`, add it to `deepOnly`.
 */
import { globSync, readFileSync } from "node:fs"
import { defineConfig } from "vitest/config"
import { Watchdog } from "./scripts/Watchdog.ts"

const all = ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts", "tests/.doctest/*.test.ts"]

/** Files that start commands, other runtimes, a browser or a database, or that pack the packages. */
const deepOnly = [
  "packages/sandbox/test/{Exec,Settings,cli}.test.ts",
  "tests/console/**/*.test.ts",
  "tests/erasure/{postgres,redis}.test.ts",
  "tests/examples/{backend,commands,erase}.test.ts",
  "tests/packages/**/*.test.ts",
  "tests/recipes/**/*.test.ts",
  "tests/resilience/redis.test.ts",
  "tests/roster/{browser,durable,hosts,postgres}.test.ts",
  "tests/runtimes/**/*.test.ts",
  "tests/secrets/unhandled.test.ts"
]

const searches = globSync(all).filter((file) => /\bfrom "[^"]+\/support\/Lane\.ts"/u.test(readFileSync(file, "utf8")))

export default defineConfig(({ mode }) => {
  const isDeep = mode === "deep"
  return {
    test: {
      include: isDeep ? [...deepOnly, ...searches] : all,
      exclude: ["**/node_modules/**", ...(isDeep ? [] : deepOnly)],
      env: { TEST_LANE: mode },
      // No time limit: a loaded machine may take long. The watchdog ends a run that hangs.
      testTimeout: 0,
      hookTimeout: 0,
      teardownTimeout: 60_000,
      // Files that run in the same worker share the modules they import.
      isolate: false,
      maxWorkers: "100%",
      reporters: [
        "default",
        ["json", { outputFile: isDeep ? "reports/tests-deep.json" : "reports/tests.json" }],
        new Watchdog(isDeep ? 25 : 10)
      ]
    }
  }
})
