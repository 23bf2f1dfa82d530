/**
 * `pnpm figures`: writes the charts and tables of `docs/figures.md` and the README's figures from
 * `docs/figures/data.json`. `--collect` takes the figures from `reports/` first; `pnpm figures:measure` measures them
 * all and does that. `--check` writes nothing, and fails if a file is out of date.
 */
import { argv } from "node:process"
import * as Figures from "./figures/Figures.ts"
import * as Page from "./figures/Page.ts"

if (argv.includes("--check")) {
  const stale = await Page.stale()
  for (const file of stale) console.error(`figures: ${file} is out of date. Run \`pnpm figures\`.`)
  if (stale.length > 0) process.exitCode = 1
} else {
  if (argv.includes("--collect")) await Figures.save(await Figures.collect())
  await Page.write()
}
