/**
 * The sandbox's command with a file of faults. Holds nothing of what faults do.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** What the command prints, until it listens or ends. */
const printed = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = ""
    const add = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes("Begin again")) resolve(text)
    }
    child.stdout?.on("data", add)
    child.stderr?.on("data", add)
    child.once("close", () => resolve(text))
  })

const withFaults = <A>(faults: unknown, use: (child: ChildProcess, printed: string) => Promise<A>) =>
  Effect.promise(async () => {
    const folder = await mkdtemp(join(tmpdir(), "faults-"))
    const file = join(folder, "faults.json")
    await writeFile(file, JSON.stringify(faults))
    const child = spawn(process.execPath, [bin, "--port", "0", "--faults", file])
    try {
      return await use(child, await printed(child))
    } finally {
      child.kill()
      await rm(folder, { recursive: true })
    }
  })

describe("the command's --faults", () => {
  it.live("are the rules of the file", () =>
    withFaults([{ times: 2, fault: { type: "html" } }], async (_, text) => {
      const url = /Base URL +(\S+)/u.exec(text)?.[1]
      const response = await fetch(`${url}/sandbox/faults`)
      assert.deepStrictEqual(await response.json(), [{ rule: { times: 2, fault: { type: "html" } }, struck: 0 }])
    })
  )

  it.live("that cannot be are told with where, and the command fails", () =>
    withFaults([{ rates: 2, fault: { type: "html" } }], async (child, text) => {
      assert.include(
        text,
        'The faults cannot be played. These are not rules of faults. Expected no excess property at [0]["rates"].'
      )
      assert.strictEqual(child.exitCode, 1)
    })
  )
})
