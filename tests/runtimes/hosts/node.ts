/**
 * Runs a task on Node, by name, with the base URL as the second argument. Holds no task.
 */
import { argv, version } from "node:process"
import * as Smoke from "../program/smoke.ts"

const [name = "", baseUrl = ""] = argv.slice(2)

console.log(JSON.stringify({ version: version.slice(1), account: await Smoke.perform(name, baseUrl) }))
