/**
 * `pnpm figures`: writes the charts and tables of `docs/figures.md` and the README's figures from
 * `docs/figures/data.json`. `--collect` first copies the figures from `reports/` to that file; `pnpm figures:measure`
 * measures everything and does so. `--collect roster` copies those of one report. `--check` writes nothing, and fails if a
 * file is out of date.
 */
import { parseArgs } from "node:util"
import * as Figures from "./figures/Figures.ts"
import * as Page from "./figures/Page.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, collect: { type: "boolean" } }
})

if (values.check === true) {
  const stale = await Page.stale()
  for (const file of stale) console.error(`figures: ${file} is out of date. Run \`pnpm figures\`.`)
  if (stale.length > 0) process.exitCode = 1
} else {
  if (values.collect === true) await Figures.save(await Figures.collect(positionals))
  await Page.write()
}
