/**
 * The sandbox's command with a file of faults, and with a quota. Holds nothing of what they do.
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

/** Runs the command, until it has been looked at. */
const withCommand = async <A>(
  args: ReadonlyArray<string>,
  use: (child: ChildProcess, printed: string) => Promise<A>
) => {
  const child = spawn(process.execPath, [bin, "--port", "0", ...args])
  try {
    return await use(child, await printed(child))
  } finally {
    child.kill()
  }
}

const withFaults = <A>(faults: unknown, use: (child: ChildProcess, printed: string) => Promise<A>) =>
  Effect.promise(async () => {
    const folder = await mkdtemp(join(tmpdir(), "faults-"))
    const file = join(folder, "faults.json")
    await writeFile(file, JSON.stringify(faults))
    try {
      return await withCommand(["--faults", file], use)
    } finally {
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

describe("the command's --quota", () => {
  for (const [args, expected] of [
    [[], 0],
    [["--quota"], 20]
  ] as const) {
    it.live(`is ${expected === 0 ? "off" : "Twilio's"} with ${JSON.stringify(args)}`, () =>
      Effect.promise(() =>
        withCommand(args, async (_, text) => {
          const word = (name: string) => new RegExp(`${name} +(\\S+)`, "u").exec(text)?.[1] ?? ""
          const authorization = `Basic ${btoa(`${word("Account SID")}:${word("Auth Token")}`)}`
          // More than two seconds' worth at once, so that a second that turns over between does not hide it.
          const statuses = await Promise.all(
            Array.from({ length: 60 }, async () => {
              const response = await fetch(`${word("Base URL")}/v1/Rooms`, {
                method: "POST",
                headers: { authorization }
              })
              await response.text()
              return response.status
            })
          )
          const refused = statuses.filter((status) => status === 429).length
          if (expected === 0) assert.strictEqual(refused, 0)
          else assert.isAtLeast(refused, expected)
        })
      )
    )
  }
})
