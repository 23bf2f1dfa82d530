/**
 * The sandbox's command as `npx` starts it: from a registry on loopback, in an empty folder.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { createInterface } from "node:readline"
import { text as consume } from "node:stream/consumers"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import * as Children from "../runtimes/runners/Children.ts"
import * as Consumer from "./support/Consumer.ts"
import * as Packed from "./support/Packed.ts"
import * as Registry from "./support/Registry.ts"

// Package managers run in parallel with other tests.
vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(path.join(tmpdir(), "npx-"))
let packed: Readonly<Record<Packed.Name, Packed.Packed>>
let registry: Registry.Registry

beforeAll(async () => {
  packed = await Packed.make(folder)
  registry = await Registry.start(Object.values(packed), path.join(folder, "registry"))
})

afterAll(() => {
  registry?.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

const command = ["-y", "@effect-twilio-video/sandbox"]

// The same Node if the system has none.
describe.each([
  ["this Node", path.dirname(process.execPath) + path.delimiter + Consumer.systemPath],
  ["the system's Node", Consumer.systemPath]
])("on %s, npx alone", (name, PATH) => {
  let consumer: Consumer.Consumer

  beforeAll(() => {
    const { env, folder: place } = Consumer.empty(path.join(folder, name), registry)
    consumer = { folder: place, env: { ...env, PATH } }
  })

  test("starts a sandbox, which answers until a SIGTERM", async () => {
    const child = spawn("npx", [...command, "--json", "--port", "0"], {
      cwd: consumer.folder,
      env: consumer.env,
      stdio: ["ignore", "pipe", "pipe"]
    })
    Children.watch(child)
    const closed = once(child, "close")
    const errors = consume(child.stderr)
    const lines: Array<string> = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      const ready = JSON.parse(line)
      expect(Object.keys(ready)).toEqual([
        "url",
        "console",
        "accountSid",
        "authToken",
        "apiKeySid",
        "apiKeySecret",
        "pid"
      ])
      const response = await fetch(`${ready.url}/v1/Rooms/DailyStandup`, {
        headers: { authorization: `Basic ${btoa(`${ready.accountSid}:${ready.authToken}`)}` }
      })
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ unique_name: "DailyStandup" })
      ])
      expect(await (await fetch(ready.console)).text()).toContain("<!doctype html>")
      // A number is a process, so it exists.
      process.kill(ready.pid, "SIGTERM")
    }
    await closed
    expect([lines.length, await errors]).toEqual([1, ""])
    expect(readdirSync(consumer.folder)).toEqual([])
  })

  test("installs no @effect/platform-node", () => {
    const installed = globSync(".npm/_npx/*/node_modules/@effect*/*", { cwd: path.dirname(consumer.folder) })
    expect(installed.map((place) => path.basename(place)).toSorted()).toEqual(["core", "http", "sandbox"])
  })

  test("runs a command beside a sandbox, and ends with its exit code", async () => {
    const script =
      "fetch(process.env.TWILIO_VIDEO_BASE_URL + '/sandbox/state').then(({ status }) => process.exit(status === 200 ? 7 : 1))"
    const { exit } = await Consumer.end(consumer, "npx", ...command, "exec", "--", "node", "-e", script)
    expect(exit).toBe(7)
  })
})

test("the command is one file, with the licenses of the packages in it", () => {
  const text = readFileSync(path.join(packed.sandbox.folder, "dist/bin.js"), "utf8")
  const imported = [...text.matchAll(/\bfrom"([^"]+)"/gu)].map(([, name = ""]) => name)
  expect(imported.filter((name) => !name.startsWith("node:"))).toEqual([])
  expect(imported.length).toBeGreaterThan(0)
  const licenses = [
    "@effect/platform-node",
    "@effect/platform-node-shared",
    "@preact/signals",
    "effect",
    "preact",
    "ws"
  ]
  for (const name of licenses) expect(text).toMatch(new RegExp(`^(?: \\* )?${name}:\\n`, "mu"))
})
