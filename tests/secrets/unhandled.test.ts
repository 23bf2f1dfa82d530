/**
 * Node processes that exit with an unhandled failure: the output of Node, Effect and the console contains the library's
 * message and no credentials. It covers some failures of each kind; `errors.test.ts` covers all.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Representative from "./Representative.ts"
import * as Secrets from "./Secrets.ts"
import * as Summary from "./Summary.ts"

interface Child {
  readonly mode: string
  readonly names: ReadonlyArray<string>
  readonly flags?: ReadonlyArray<string>
  readonly code: number
  /** What the output must contain. */
  readonly says: ReadonlyArray<string>
}

interface Output {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const script = fileURLToPath(new URL("Child.ts", import.meta.url))

const run = ({ flags = [], mode, names }: Child): Promise<Output> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, script, mode, ...names])
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (chunk) => (stdout += String(chunk)))
    child.stderr.on("data", (chunk) => (stderr += String(chunk)))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

const messagesOf = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.flatMap((name) => Representative.byName(name).says ?? [])

const names = Representative.all.map(({ name }) => name)
const synchronous = Representative.synchronous.map(({ name }) => name)

const each = (mode: string, names: ReadonlyArray<string>, says = messagesOf): ReadonlyArray<Child> =>
  names.map((name) => ({ mode, names: [name], code: 1, says: says([name]) }))

const children: ReadonlyArray<Child> = [
  ...each("promise", names),
  ...each(
    "rethrown",
    [5, 8, 15].flatMap((index) => names[index] ?? []),
    (names) => ["could not", ...messagesOf(names)]
  ),
  {
    mode: "aggregate",
    names: names.slice(0, 12),
    code: 1,
    says: ["All promises were rejected", ...messagesOf(names.slice(0, 12))]
  },
  ...each(
    "main",
    [0, 3, 9, 13, 15].flatMap((index) => names[index] ?? [])
  ),
  ...each("sync", synchronous),
  ...each("sync", names.slice(10, 11), () => ["AsyncFiberError"]),
  {
    mode: "sync, written",
    names: [...synchronous, ...names],
    code: 0,
    says: [...messagesOf(synchronous), "AsyncFiberError"]
  },
  { mode: "console", names: [...synchronous, ...names], code: 0, says: messagesOf([...synchronous, ...names]) },
  { mode: "fork", names, code: 0, says: messagesOf(names) },
  { mode: "promise", names, flags: ["--unhandled-rejections=warn"], code: 0, says: messagesOf(names) }
]

const outputs = new Map<Child, Output>()

// One more than the two cores: a process also waits for sockets.
beforeAll(async () => {
  const queue = [...children]
  const work = async () => {
    for (let child = queue.shift(); child !== undefined; child = queue.shift()) outputs.set(child, await run(child))
  }
  await Promise.all([work(), work(), work()])
})

const covered = { children: 0, failures: names.length + synchronous.length, modes: 0, characters: 0, leaking: 0 }

afterAll(() => {
  covered.modes = new Set(children.map(({ flags, mode }) => [...(flags ?? []), mode].join(" "))).size
  Summary.write("unhandled", covered)
})

describe("a process with an unhandled failure prints no credentials", () => {
  for (const child of children) {
    const what = child.names.length === 1 ? child.names[0] : `${child.names.length} failures`
    it([child.mode, ...(child.flags ?? []), what].join(": "), () => {
      const output = outputs.get(child)
      assert(output !== undefined)
      const { code, stderr, stdout } = output
      const all = `${stdout}\n${stderr}`
      covered.children += 1
      covered.characters += all.length
      assert.strictEqual(code, child.code, all.slice(-2000))
      for (const text of child.says) assert.include(all, text)
      // If the process exits with the failure, Node prints it to stderr.
      if (child.mode === "promise") for (const text of child.says) assert.include(stderr, text)
      assert.isAbove(all.length, 100)
      const leaks = Secrets.leaks(Secrets.authToken)
      const lines = all.split("\n").filter((line) => leaks(line).length > 0)
      if (lines.length > 0) covered.leaking += 1
      assert(lines.length === 0, `${lines.length} lines, such as\n${lines.slice(0, 5).join("\n").slice(0, 1500)}`)
    })
  }
})
