/**
 * Runs a task on Deno, by name, with the base URL as the second argument. Holds no task and asks for no permission: the
 * runner says what it may do.
 */
import * as Smoke from "../program/smoke.ts"

declare const Deno: { readonly args: ReadonlyArray<string>; readonly version: { readonly deno: string } }

const [name = "", baseUrl = ""] = Deno.args

console.log(JSON.stringify({ version: Deno.version.deno, account: await Smoke.perform(name, baseUrl) }))
