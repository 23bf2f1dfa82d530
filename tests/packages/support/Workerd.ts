/**
 * Runs a bundled Worker on workerd, on a loopback port that the system picks.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import * as WorkerdConfig from "../../runtimes/runners/WorkerdConfig.ts"

const require = createRequire(import.meta.url)

export interface Workerd {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** Serves a script of the folder, with text bindings. */
export const start = async (
  folder: string,
  script: string,
  bindings: Readonly<Record<string, string>>
): Promise<Workerd> => {
  const workerd: { readonly default: string; readonly compatibilityDate: string } = require("workerd")
  const config = `${script}.capnp`
  writeFileSync(path.join(folder, config), WorkerdConfig.make({ script, date: workerd.compatibilityDate, bindings }))
  const child = spawn(workerd.default, ["serve", "--control-fd=3", config], {
    cwd: folder,
    env: {},
    stdio: ["ignore", "ignore", "pipe", "pipe"]
  })
  const closed = once(child, "close")
  let stderr = ""
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk
  })
  // The types don't reflect `stdio`.
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const message: { readonly event: string; readonly port: number } = JSON.parse(line)
    if (message.event === "listen") {
      const stop = async () => {
        child.kill("SIGKILL")
        await closed
      }
      return { url: `http://127.0.0.1:${message.port}`, pid: child.pid ?? 0, stop }
    }
  }
  await closed
  throw new Error(`workerd exited before it listened\n${stderr}`)
}
