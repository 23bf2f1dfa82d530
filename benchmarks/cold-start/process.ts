/**
 * Runs in a new Node process: imports a client, calls it twice, and prints the wall-clock and CPU time of each step as
 * JSON, in milliseconds.
 */
import { pathToFileURL } from "node:url"

const [client = "", ...args] = process.argv.slice(2)

const step = async <A>(
  run: () => Promise<A>
): Promise<readonly [A, { readonly wall: number; readonly cpu: number }]> => {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const value = await run()
  const wall = performance.now() - start
  const { system, user } = process.cpuUsage(cpu)
  return [value, { wall, cpu: (system + user) / 1000 }]
}

const { system, user } = process.cpuUsage()
const boot = { wall: performance.now(), cpu: (system + user) / 1000 }
const [{ call }, loading] = await step(
  (): Promise<{ call: (...args: ReadonlyArray<string>) => Promise<string> }> => import(pathToFileURL(client).href)
)
const [identity, first] = await step(() => call(...args))
const [, second] = await step(() => call(...args))
if (identity !== "Alice") throw new Error(`The client fetched "${identity}" instead of "Alice".`)
console.log(JSON.stringify({ boot, loading, first, second }))
