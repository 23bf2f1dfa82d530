/**
 * Runs a task on Bun. Arguments: the task's name and the base URL.
 */
import * as Smoke from "../program/smoke.ts"

declare const Bun: { readonly argv: ReadonlyArray<string>; readonly version: string }

const [name = "", baseUrl = ""] = Bun.argv.slice(2)

console.log(JSON.stringify({ version: Bun.version, results: await Smoke.perform(name, baseUrl) }))
