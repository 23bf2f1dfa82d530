/**
 * Imports the modules that its arguments name, and prints what that took, as JSON.
 */
import type * as Job from "./Job.ts"

globalThis.gc?.()
const heap = process.memoryUsage().heapUsed
const cpu = process.cpuUsage()
const start = performance.now()
await Promise.all(process.argv.slice(2).map((module) => import(module)))
const wall = (performance.now() - start) * 1000
const { system, user } = process.cpuUsage(cpu)
globalThis.gc?.()
const sample: Job.Sample = {
  cpu: system + user,
  wall,
  heap: (process.memoryUsage().heapUsed - heap) / 1e6,
  requests: 0
}
console.log(JSON.stringify(sample))
