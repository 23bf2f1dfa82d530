/**
 * Runs a task on Deno. Arguments: the task's name and the base URL. The runner sets the permissions.
 */
import * as Smoke from "../program/smoke.ts"

declare const Deno: { readonly args: ReadonlyArray<string>; readonly version: { readonly deno: string } }

const [name = "", baseUrl = ""] = Deno.args

console.log(JSON.stringify({ version: Deno.version.deno, results: await Smoke.perform(name, baseUrl) }))
