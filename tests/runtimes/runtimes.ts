/**
 * `pnpm runtimes`: runs the program on all installed runtimes and prints a table. Exits with 1 if one fails.
 */
import * as Effect from "effect/Effect"
import { all } from "./runners/all.ts"
import * as Table from "./Table.ts"

const rows = await Effect.runPromise(Table.rows(all))

console.log(Table.format(rows))

process.exitCode = Table.hasFailed(rows) ? 1 : 0
