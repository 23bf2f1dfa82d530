/**
 * The program that Deno runs: one task by name, with the base URL as the second argument, and its account on stdout.
 * Holds no task and asks for no permission: the tests say what it may do.
 */
import * as Effect from "effect/Effect"
import * as Smoke from "./smoke.ts"

declare const Deno: { readonly args: ReadonlyArray<string> }

const [name = "", baseUrl = ""] = Deno.args

const task = Smoke.tasks.get(name)
if (task === undefined) throw new Error(`There is no task "${name}"`)

console.log(JSON.stringify(await Effect.runPromise(task(baseUrl))))
