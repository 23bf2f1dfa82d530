/**
 * Runs a task on Node. Arguments: the task's name and the base URL.
 */
import { argv, version } from "node:process"
import * as Smoke from "../program/smoke.ts"

const [name = "", baseUrl = ""] = argv.slice(2)

console.log(JSON.stringify({ version: version.slice(1), results: await Smoke.perform(name, baseUrl) }))
