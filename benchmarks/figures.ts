/**
 * `pnpm figures`: writes the charts and tables of `docs/figures.md` and the README's figures from
 * `docs/figures/data.json`. `--collect` first copies the figures from `reports/` to that file; `pnpm figures:measure`
 * measures everything and does so. `--check` writes nothing, and fails if a file is out of date.
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
