/**
 * The sandbox's command: its flags, its output and its errors.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text as consume } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** What the command prints until it listens or ends. */
const printed = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = ""
    const add = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes("Reset ")) resolve(text)
    }
    child.stdout?.on("data", add)
    child.stderr?.on("data", add)
    child.once("close", () => resolve(text))
  })

/** Runs the command while `use` runs. */
const withCommand = async <A>(
  args: ReadonlyArray<string>,
  use: (child: ChildProcess, printed: string) => Promise<A>,
  env: NodeJS.ProcessEnv = {}
) => {
  const child = spawn(process.execPath, [bin, "--port", "0", ...args], { env: { ...process.env, ...env } })
  try {
    return await use(child, await printed(child))
  } finally {
    child.kill()
  }
}

/** Runs the command with a JSON file for a flag. */
const withFile = <A>(flag: string, content: unknown, use: (child: ChildProcess, printed: string) => Promise<A>) =>
  Effect.promise(async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-"))
    const file = join(folder, "file.json")
    await writeFile(file, JSON.stringify(content))
    try {
      return await withCommand([flag, file], use)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

describe("the command's --scenario", () => {
  it.live("sets the rooms at the start and after a reset", () =>
    withFile("--scenario", { rooms: [{ uniqueName: "Own" }] }, async (_, text) => {
      const url = /Controls +(\S+)/u.exec(text)?.[1] ?? ""
      const post = async (control: string, body?: string) => {
        const response = await fetch(`${url}/${control}`, { method: "POST", ...(body === undefined ? {} : { body }) })
        return (await response.json()).rooms.map((room: { readonly uniqueName: string }) => room.uniqueName)
      }
      assert.deepStrictEqual(await post("seed", '{"rooms":[{"uniqueName":"Other"}]}'), ["Other"])
      assert.deepStrictEqual(await post("reset"), ["Own"])
    })
  )

  it.live("with an unknown member is refused with its place", () =>
    withFile("--scenario", { rooms: [{ UniqueName: "Own" }] }, async (child, text) => {
      assert.include(text, '["rooms"][0]["UniqueName"]')
      assert.strictEqual(child.exitCode, 1)
    })
  )
})

describe("the command's --faults", () => {
  it.live("sets the rules from the file", () =>
    withFile("--faults", [{ times: 2, fault: { type: "html" } }], async (_, text) => {
      const url = /Base URL +(\S+)/u.exec(text)?.[1]
      const response = await fetch(`${url}/sandbox/faults`)
      assert.deepStrictEqual(await response.json(), [{ rule: { times: 2, fault: { type: "html" } }, triggered: 0 }])
    })
  )

  it.live("with an invalid rule is refused with its place", () =>
    withFile("--faults", [{ rates: 2, fault: { type: "html" } }], async (child, text) => {
      assert.include(text, 'The flags are invalid. Expected no excess property at ["faults"][0]["rates"].')
      assert.strictEqual(child.exitCode, 1)
    })
  )
})

describe("the command's --quota", () => {
  for (const [args, expected] of [
    [[], 0],
    [["--quota"], 20]
  ] as const) {
    it.live(`${expected === 0 ? "is off by default" : "limits requests to Twilio's quota"}`, () =>
      Effect.promise(() =>
        withCommand(args, async (_, text) => {
          const word = (name: string) => new RegExp(`${name} +(\\S+)`, "u").exec(text)?.[1] ?? ""
          const authorization = `Basic ${btoa(`${word("Account SID")}:${word("Auth Token")}`)}`
          // More than the quota of two seconds, since the requests may straddle a second.
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

describe("the command's callbacks", () => {
  for (const [args, outcome] of [
    [[], "refused-host"],
    [["--allow-callback-host", "[::ffff:127.0.0.1]:1", "--allow-callback-host", "app.example.com"], "failed"]
  ] as const) {
    it.live(`are sent to the allowed hosts with ${JSON.stringify(args)}`, () =>
      Effect.promise(() =>
        withCommand(args, async (_, text) => {
          const url = /Callbacks +(\S+)/u.exec(text)?.[1] ?? ""
          const rooms = new URL("/sandbox/rooms", url)
          // Nobody listens there. The first is loopback too, but in a form that doesn't count as loopback.
          for (const statusCallback of ["http://[::ffff:127.0.0.1]:1/", "http://127.0.0.1:1/"]) {
            await fetch(rooms, { method: "POST", body: JSON.stringify({ statusCallback }) })
          }
          await fetch(`${url}/await`, { method: "POST" })
          const callbacks = (await (await fetch(url)).json()) as ReadonlyArray<{ readonly deliveryStatus: string }>
          assert.deepStrictEqual(
            callbacks.map((callback) => callback.deliveryStatus),
            [outcome, "failed"]
          )
        })
      )
    )
  }

  it.live("are sent to --callback-url for rooms without a URL", () =>
    Effect.promise(async () => {
      const received: Array<string> = []
      const receiver = createServer(async (request, response) => {
        received.push(new URLSearchParams(await consume(request)).get("StatusCallbackEvent") ?? "")
        response.end()
      })
      await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
      const { port } = receiver.address() as AddressInfo
      await withCommand(["--callback-url", `http://localhost:${port}/`], async (_, text) => {
        const url = /Controls +(\S+)/u.exec(text)?.[1]
        await fetch(`${url}/rooms/DailyStandup/participants/Alice/leave`, { method: "POST" })
        await fetch(`${url}/callbacks/await`, { method: "POST" })
      })
      receiver.close()
      receiver.closeAllConnections()
      assert.deepStrictEqual(received, ["participant-disconnected"])
    })
  )

  it.live("that are pending when the command stops are counted in a warning", () =>
    Effect.promise(async () => {
      const receiver = createServer(() => {})
      await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
      const { port } = receiver.address() as AddressInfo
      const said = await withCommand(["--callback-url", `http://127.0.0.1:${port}/`], async (child, printedText) => {
        const url = /Controls +(\S+)/u.exec(printedText)?.[1]
        for (const who of ["Alice", "Bob"]) {
          await fetch(`${url}/rooms/DailyStandup/participants/${who}/leave`, { method: "POST" })
        }
        const rest = Promise.all([consume(child.stdout!), consume(child.stderr!)])
        child.kill("SIGINT")
        return (await rest).join("")
      })
      receiver.close()
      receiver.closeAllConnections()
      assert.include(said, "The sandbox stopped and dropped 2 pending status callback(s).")
    })
  )
})

describe("the command", () => {
  it.live("prints its name and its defaults with --help", () =>
    Effect.promise(() =>
      withCommand(["--help"], async (child, text) => {
        const { bin } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"))
        assert.include(text, `USAGE\n  ${Object.keys(bin)[0]} <subcommand> [flags]\n`)
        const defaults = Array.from(text.matchAll(/^ {2}--(\S+) .*\(default: ([^()]+)\)$/gmu), ([, ...told]) => told)
        assert.deepStrictEqual(defaults, [
          ["port", "4010"],
          ["host", "127.0.0.1"],
          ["control-token", "$SANDBOX_CONTROL_TOKEN; without it, none on loopback and a generated one beyond"],
          ["public-origin", "the origin of the request's URL"],
          ["assumption", "those of ASSUMPTIONS.md"],
          ["quota", "no quota"],
          ["seed", "a fixed one"],
          ["scenario", "the rooms DailyStandup, Webinar and Retro"],
          ["faults", "none"],
          ["account-sid", "a fixed one"],
          ["auth-token", "a fixed one"],
          ["api-key-sid", "a fixed one"],
          ["api-key-secret", "a fixed one"],
          ["bearer-token", "a fixed one"],
          ["request-log", "1000"],
          ["request-log-bytes", "8 KiB for each request"],
          ["callback-log", "1000"],
          ["callback-log-bytes", "16 KiB for each callback"],
          ["callback-url", "none"],
          ["forward-to", "none"],
          ["delivery-faults", "none"],
          ["config", "none"],
          ["import", "none"],
          ["export-on-exit", "none"]
        ])
        assert.strictEqual(child.exitCode, 0)
      })
    )
  )

  const noAddress =
    "Use an address of this machine: --host 127.0.0.1 for this machine only, --host 0.0.0.0 for other machines too."
  const refusals: ReadonlyArray<readonly [args: ReadonlyArray<string>, said: string]> = [
    [
      ["--allow-callback-host", "http://app.example.com"],
      'Invalid callback host "http://app.example.com". Use a form such as app.example.com or app.example.com:8080.'
    ],
    [
      ["--callback-url", "https://app.example.com:8443/callbacks", "--allow-callback-host", "app.example.com:443"],
      "Status callbacks may not be sent to app.example.com:8443, which isn't on loopback. Add --allow-callback-host " +
        "app.example.com:8443."
    ],
    [
      ["--allow-host", "a/b"],
      'Invalid host "a/b". Use a form such as sandbox.example.com or sandbox.example.com:8080.'
    ],
    [
      // An address reserved for documentation, so no machine has it.
      ["--host", "192.0.2.1"],
      `The sandbox can't listen on 192.0.2.1:0: listen EADDRNOTAVAIL: address not available 192.0.2.1. ${noAddress}`
    ]
  ]
  for (const [args, said] of refusals) {
    it.live(`refuses ${args.join(" ")} with the reason`, () =>
      Effect.promise(() =>
        withCommand(args, async (child, text) => {
          assert.strictEqual(text, `${said}\n`)
          assert.strictEqual(child.exitCode, 1)
        })
      )
    )
  }

  // Loopback too, but in a form that doesn't count as loopback.
  const beyondLoopback = ["--host", "::ffff:127.0.0.1"]

  const statusOf = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(`${url}/sandbox/state`, { headers })).status

  it.live("warns beyond loopback and prints a generated control token", () =>
    Effect.promise(() =>
      withCommand(beyondLoopback, async (_, text) => {
        const url = /Base URL +(\S+)/u.exec(text)?.[1] ?? ""
        assert.include(text, `WARN`)
        assert.include(text, `The sandbox listens on ${url}, where other machines may reach it.`)
        const token = /^ {2}export SANDBOX_CONTROL_TOKEN=([0-9a-f]{32})$/mu.exec(text)?.[1] ?? ""
        assert.include(text, `curl -H "Authorization: Bearer $SANDBOX_CONTROL_TOKEN" ${url}/sandbox/state`)
        assert.strictEqual(await statusOf(url), 401)
        assert.strictEqual(await statusOf(url, { authorization: `Bearer ${token}` }), 200)
      })
    )
  )

  it.live(
    "accepts hosts, origins, a public origin and a control token from the environment, which it doesn't print",
    () =>
      Effect.promise(() =>
        withCommand(
          [
            ["--allow-host", "video_sandbox", "--allow-host", "b.example"],
            ["--allow-origin", "https://app.example.com", "--public-origin", "https://video.example.com"]
          ].flat(),
          async (_, text) => {
            assert.notInclude(text, "open-sesame")
            assert.include(text, 'curl -H "Authorization: Bearer $SANDBOX_CONTROL_TOKEN"')
            const url = /Base URL +(\S+)/u.exec(text)?.[1] ?? ""
            const authorization = "Bearer open-sesame"
            assert.strictEqual(await statusOf(url), 401)
            assert.strictEqual(await statusOf(url, { authorization, origin: "https://app.example.com" }), 200)
            assert.strictEqual(await statusOf(url, { authorization, origin: "https://evil.example" }), 403)
            const opened = await new Promise<string>((resolve) => {
              const headers = { authorization, host: "video_sandbox" }
              const sent = request(`${url}/sandbox/rooms`, { method: "POST", headers }, async (response) =>
                resolve(await consume(response))
              )
              sent.end()
            })
            assert.include(opened, '"url":"https://video.example.com/v1/Rooms/RM')
          },
          { SANDBOX_CONTROL_TOKEN: "open-sesame" }
        )
      )
  )
})
