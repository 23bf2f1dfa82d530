/**
 * The command's files and what it prints for programs: --config, --import, --export-on-exit, --json and exec.
 */
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import * as CommandProcess from "./support/CommandProcess.ts"

const folder = mkdtempSync(path.join(tmpdir(), "command-"))

afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => path.join(folder, name)

const write = (name: string, text: string): string => {
  writeFileSync(at(name), text)
  return at(name)
}

/** The files whose names begin like this. */
const beginning = (name: string): ReadonlyArray<string> => readdirSync(folder).filter((file) => file.startsWith(name))

const namesIn = (file: string): ReadonlyArray<string> =>
  JSON.parse(readFileSync(file, "utf8")).rooms.map((room: { readonly uniqueName: string }) => room.uniqueName)

describe("the command with --json", () => {
  for (const host of [
    "127.0.0.1",
    // Loopback too, but in a form that doesn't count as loopback.
    "::ffff:127.0.0.1"
  ]) {
    it(`prints one line to stdout on ${host}`, async () => {
      const { stdout } = await CommandProcess.end(["--json", "--port", "0", "--host", host], (_, child) => child.kill())
      const { console, controlToken, pid, url, ...credentials } = JSON.parse(stdout)
      const isOpen = host === "127.0.0.1"
      assert.strictEqual(console, `${url}/sandbox/console/${isOpen ? "" : `#token=${controlToken}`}`)
      assert.match(String(controlToken), isOpen ? /^undefined$/u : /^[0-9a-f]{32}$/u)
      assert.isAbove(pid, 0)
      const { bearerToken: _, ...expected } = SandboxCredentials.defaults
      assert.deepStrictEqual(credentials, expected)
    })
  }
})

describe("the command with --config", () => {
  for (const [what, text, where] of [
    ["text that isn't JSON", "{", "isn't JSON"],
    ["an unknown member", '{"prot": 4010}', '["prot"]'],
    ["an unknown assumption", '{"assumptions": {"listOrdr": "newest-first"}}', '["assumptions"]["listOrdr"]'],
    ["an unknown member of a rule", '{"faults": [{"fault": {"type": "reset"}, "rates": 1}]}', '["faults"][0]["rates"]'],
    ["an unknown member of the scenario", '{"scenario": {"rooms": [{"name": "x"}]}}', '["scenario"]'],
    ["an invalid value", '{"credentials": {"authToken": "not secret"}}', '["credentials"]["authToken"]'],
    ["a scenario that is missing", '{"scenario": "missing.json"}', "missing.json"]
  ] as const) {
    it(`refuses ${what}, and names the file and the place`, async () => {
      const file = write("config.json", text)
      const { code, stderr, stdout } = await CommandProcess.end(["--config", file])
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.include(stderr, file)
      assert.include(stderr, where)
      assert.notInclude(stderr, "not secret")
    })
  }

  it("uses a flag rather than the file, and the file rather than the default", async () => {
    const file = write(
      "config.json",
      JSON.stringify({ $schema: "./schema.json", seed: "file", requestLog: 7, port: 0 })
    )
    const running = await CommandProcess.start(["--config", file, "--seed", "flag"])
    const { body } = await running.control("GET", "options")
    await running.stop()
    assert.deepStrictEqual([body.seed, body.requestLog, body.callbackLog], ["flag", 7, 1000])
  })
})

describe("the command with --import and --export-on-exit", () => {
  it("starts without the file if it also writes it, and goes on from it later", async () => {
    const file = at("state.json")
    for (const uniqueName of ["First", "Second"]) {
      const running = await CommandProcess.start(["--port", "0", "--import", file, "--export-on-exit", file])
      await running.control("POST", "rooms", { uniqueName })
      // A killed command leaves nothing behind.
      assert.deepStrictEqual(beginning("state.json"), uniqueName === "First" ? [] : ["state.json"])
      await running.stop()
    }
    assert.deepStrictEqual(namesIn(file).slice(-2), ["First", "Second"])
    assert.deepStrictEqual(beginning("state.json"), ["state.json"])
  })

  for (const [what, text, where] of [
    ["that is missing", undefined, "can't be read"],
    ["that isn't JSON", "{", "isn't JSON"],
    ["with an invalid state", '{"version": 1, "sids": 0, "rooms": [{}]}', '["rooms"][0]']
  ] as const) {
    it(`refuses a file ${what}, names it, and writes nothing`, async () => {
      const file = text === undefined ? at("missing.json") : write("invalid.json", text)
      const { code, stderr, stdout } = await CommandProcess.end([
        "--port",
        "0",
        "--import",
        file,
        "--export-on-exit",
        at("never.json")
      ])
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.include(stderr, file)
      assert.include(stderr, where)
      assert.deepStrictEqual(beginning("never.json"), [])
    })
  }

  for (const [what, name] of [
    ["is in no folder", "no-folder/state.json"],
    ["is a folder", "."]
  ] as const) {
    it(`doesn't start if the file to write ${what}`, async () => {
      const file = at(name)
      const { code, stderr } = await CommandProcess.end(["--port", "0", "--export-on-exit", file], (_, child) =>
        child.kill()
      )
      assert.strictEqual(code, 1)
      assert.include(stderr, `--export-on-exit ${file} can't be written`)
    })
  }
})

describe("the command's exec", () => {
  const node = (script: string) => ["exec", "--", process.execPath, "-e", script]

  it("runs a command with the sandbox's address and credentials, and ends with its exit code", async () => {
    const file = at("exec.json")
    const script = `
const env = process.env
const authorization = "Basic " + btoa(env.TWILIO_ACCOUNT_SID + ":" + env.TWILIO_AUTH_TOKEN)
fetch(env.TWILIO_VIDEO_BASE_URL + "/v1/Rooms", { method: "POST", headers: { authorization } }).then((response) => {
  console.log(response.status, env.TWILIO_API_KEY_SID, env.TWILIO_API_KEY_SECRET, env.SANDBOX_CONTROL_TOKEN)
  process.exitCode = 7
})`
    const { code, stdout } = await CommandProcess.end(["--export-on-exit", file, ...node(script)])
    const { apiKeySecret, apiKeySid } = SandboxCredentials.defaults
    assert.deepStrictEqual([code, stdout], [7, `201 ${apiKeySid} ${apiKeySecret} undefined`])
    assert.lengthOf(namesIn(file), 4)
  })

  it("ends with 0 if the command does", async () => {
    const { code } = await CommandProcess.end(node(""))
    assert.strictEqual(code, 0)
  })

  for (const [what, script, signal, expected] of [
    ["that handles a signal", 'process.on("SIGTERM", () => process.exit(5))', "SIGTERM", 5],
    ["that a signal ends", "", "SIGTERM", 143],
    ["that a signal ends", "", "SIGINT", 130],
    ["that a signal ends", "", "SIGHUP", 129]
  ] as const) {
    it(`passes ${signal} on to a command ${what}, and ends with ${expected} and the state`, async () => {
      const file = at(`${signal}.json`)
      const { code } = await CommandProcess.end(
        ["--export-on-exit", file, ...node(`${script}; setInterval(() => {}, 1000); console.log("ready")`)],
        (_, child) => child.kill(signal)
      )
      assert.strictEqual(code, expected)
      assert.lengthOf(namesIn(file), 3)
    })
  }

  it("says which command can't be started, and ends with 127", async () => {
    const { code, stderr } = await CommandProcess.end(["exec", "--", at("no-command")])
    assert.strictEqual(code, 127)
    assert.include(stderr, `${at("no-command")} can't be started`)
  })

  it("gives the command a control token if other machines can reach the sandbox", async () => {
    const script = `
const headers = { authorization: "Bearer " + process.env.SANDBOX_CONTROL_TOKEN }
fetch(process.env.TWILIO_VIDEO_BASE_URL + "/sandbox/state", { headers }).then(({ status }) => console.log(status))`
    const { stdout } = await CommandProcess.end(["--host", "::ffff:127.0.0.1", ...node(script)])
    assert.strictEqual(stdout, "200")
  })
})
