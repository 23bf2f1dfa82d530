/**
 * `pnpm runtimes`: the program on all runtimes that are installed, as a table. Ends with 1 where one of them failed.
 */
import * as Effect from "effect/Effect"
import { all } from "./runners/all.ts"
import * as Table from "./Table.ts"

const rows = await Effect.runPromise(Table.rows(all))

console.log(Table.format(rows))

process.exitCode = Table.hasFailed(rows) ? 1 : 0
