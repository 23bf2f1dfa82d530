/**
 * Runs a task on Bun, by name, with the base URL as the second argument. Holds no task.
 */
import * as Smoke from "../program/smoke.ts"

declare const Bun: { readonly argv: ReadonlyArray<string>; readonly version: string }

const [name = "", baseUrl = ""] = Bun.argv.slice(2)

console.log(JSON.stringify({ version: Bun.version, account: await Smoke.perform(name, baseUrl) }))
