/**
 * A bundled Worker on workerd, on a port of loopback that the system picks. Holds no Worker.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"

const require = createRequire(import.meta.url)

export interface Workerd {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** Without compatibility flags, so without `nodejs_compat`; and with a network that reaches loopback only. */
const configOf = (script: string, date: string, bindings: Readonly<Record<string, string>>): string =>
  `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "loopback", network = (allow = ["local"])),
    (name = "worker", worker = .worker)
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${JSON.stringify(script)})],
  compatibilityDate = ${JSON.stringify(date)},
  bindings = [${Object.entries(bindings)
    .map(([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`)
    .join(", ")}],
  globalOutbound = "loopback"
);
`

/** Serves a script of the folder, with texts as its bindings. */
export const start = async (
  folder: string,
  script: string,
  bindings: Readonly<Record<string, string>>
): Promise<Workerd> => {
  const workerd: { readonly default: string; readonly compatibilityDate: string } = require("workerd")
  const config = `${script}.capnp`
  writeFileSync(path.join(folder, config), configOf(script, workerd.compatibilityDate, bindings))
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
  // The types do not follow `stdio`.
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
  throw new Error(`workerd ended before it listened\n${stderr}`)
}
