/**
 * The packages as a user installs them: by npm, pnpm and Deno from a registry on loopback, then compiled, bundled and run.
 */
import { build as esbuild } from "esbuild"
import { spawn, spawnSync } from "node:child_process"
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { rolldown } from "rolldown"
import { build as vite } from "vite"
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest"
import * as Consumer from "./support/Consumer.ts"
import * as Packed from "./support/Packed.ts"
import * as Registry from "./support/Registry.ts"
import * as Workerd from "./support/Workerd.ts"

// Compilers, bundlers and package managers run in parallel with other tests.
vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(path.join(tmpdir(), "installed-"))
const ours = Packed.names.map((name) => `@effect-twilio-video/${name}`)
let registry: Registry.Registry
/** A project with all packages and their peers on Node. */
let npm: Consumer.Consumer

const named = (name: string) => Consumer.make(path.join(folder, name), registry)

beforeAll(async () => {
  const packed = await Packed.make(folder)
  registry = await Registry.start(Object.values(packed), path.join(folder, "registry"))
  npm = named("npm")
  await Consumer.run(npm, "npm", "install", ...ours, "effect", "@effect/platform-node", "@effect/sql-pg", "@types/node")
})

afterAll(() => {
  registry?.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

const printed =
  '{"connected":["Erin","Bob","Alice"],"before":"connected","after":"disconnected","gone":"no participant by identity"}\n'

/** This process's Node, and the system's if it's another version. */
const nodes = ((): ReadonlyArray<readonly [version: string, file: string]> => {
  const script = "process.stdout.write(JSON.stringify([process.version, process.execPath]))"
  const { stdout } = spawnSync("node", ["-e", script], {
    env: { PATH: Consumer.systemPath },
    encoding: "utf8"
  })
  const here = [process.version, process.execPath] as const
  const system: readonly [string, string] = stdout === null || stdout === "" ? here : JSON.parse(stdout)
  // The minimum in the packages' manifests.
  const runs = Number(/^v(\d+)/u.exec(system[0])?.[1]) >= 20
  return system[0] === here[0] || !runs ? [here] : [here, system]
})()

/** Does the module have exports at run time? A module of types has none. */
const hasValues = (name: string): boolean => {
  const [, folder = "", module = "index"] = name.split("/")
  const source = readFileSync(path.join(Packed.root, "packages", folder, "src", `${module}.ts`), "utf8")
  return /^export (?!interface|type)/mu.test(source)
}

const files = ["program.ts", "everything.ts", "internal.ts", "kick.worker.ts"]
const [newest = "", older = ""] = Object.values(Consumer.compilers)

describe("installed by npm", () => {
  test("the client needs only core, http and effect, without npm warnings", async () => {
    const bare = named("bare")
    await Consumer.run(bare, "npm", "install", "@effect-twilio-video/http", "effect")
    const installed = globSync("node_modules/{@*/*,[!@.]*}/package.json", { cwd: bare.folder })
    expect(
      installed.map((file) => Packed.readManifest(path.dirname(path.join(bare.folder, file))).name).sort()
    ).toEqual(["@effect-twilio-video/core", "@effect-twilio-video/http", "effect"])
    await Consumer.run(bare, "npm", "ls", "--all")
  })

  test("TwilioVideo and its layerFetch load no HttpClient, rate limiter or Redis", async () => {
    writeFileSync(
      path.join(npm.folder, "loaded.js"),
      `import { registerHooks } from "node:module"
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url.replace(/.*node_modules./, "")), next(url, context)) })
const { layerFetch } = await import("@effect-twilio-video/http/TwilioVideo")
layerFetch({})
console.log(JSON.stringify(loaded))`
    )
    const loaded: ReadonlyArray<string> = JSON.parse(await Consumer.run(npm, process.execPath, "loaded.js"))
    expect(loaded).toContain("effect/dist/Effect.js")
    expect(loaded.filter((module) => /Http[A-Z]|\/persistence\/|[Rr]edis/u.test(module))).toEqual([])
  })

  test("no package is installed twice, without npm warnings", async () => {
    await Consumer.run(npm, "npm", "ls", "--all")
    expect(globSync("node_modules/**/node_modules/{effect,@effect-twilio-video}", { cwd: npm.folder })).toEqual([])
  })

  test("npm rejects an unsupported version of effect", async () => {
    const wrong = named("wrong")
    const effect = path.join(wrong.folder, "effect")
    mkdirSync(effect)
    writeFileSync(path.join(effect, "package.json"), JSON.stringify({ name: "effect", version: "3.19.0" }))
    const { exit, stderr } = await Consumer.end(wrong, "npm", "install", "./effect", "@effect-twilio-video/core")
    expect([exit, stderr]).toEqual([1, expect.stringContaining('peer effect@">=4.1.0 <4.2.0"')])
  })

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"]
  ])("types check with all declarations, module %s and moduleResolution %s", async (module, moduleResolution) => {
    const options = { compiler: newest, module, moduleResolution, files, types: ["node"] }
    expect(await Consumer.compile(npm, options)).toBe("")
  })

  test("modules that don't need Node type-check without Node's types", async () => {
    const portable = ["program.ts", "kick.worker.ts"]
    const options = { compiler: newest, module: "esnext", moduleResolution: "bundler", files: portable }
    expect(await Consumer.compile(npm, options)).toBe("")
  })

  // Effect's declarations need TypeScript 5.7, so declarations of packages aren't checked here.
  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"]
  ])("types check with TypeScript 5.6, module %s and moduleResolution %s", async (module, moduleResolution) => {
    expect(Object.keys(Consumer.compilers)[1]).toMatch(/^5\.6\./u)
    const options = { compiler: older, module, moduleResolution, files, types: ["node"], skipLibCheck: true }
    expect(await Consumer.compile(npm, options)).toBe("")
  })

  describe.each(nodes)("on Node %s", (version, node) => {
    test("a compiled program runs", async () => {
      const outDir = `out-${version}`
      const options = { compiler: newest, module: "nodenext", moduleResolution: "nodenext", outDir }
      expect(await Consumer.compile(npm, { ...options, files: ["program.ts"], skipLibCheck: true })).toBe("")
      expect(await Consumer.run(npm, node, `${outDir}/program.js`)).toBe(printed)
    })

    test("every public module can be imported by its path, and no other", async () => {
      const paths = (modules: (name: Packed.Name) => ReadonlyArray<string>) =>
        Packed.names.flatMap((name) => modules(name).map((module) => `@effect-twilio-video/${name}/${module}`))
      // The entry points that use platform-node need the Node version that it needs.
      const forHere = (module: string) => Number(/^v(\d+)/u.exec(version)?.[1]) >= 22 || !Packed.nodeOnly.has(module)
      const open = [...ours, ...paths((name) => Packed.modules(name).filter(forHere))]
      const closed = paths(Packed.hidden)
      writeFileSync(
        path.join(npm.folder, "imports.js"),
        `const found = {}
for (const name of ${JSON.stringify([...open, ...closed])}) {
  found[name] = await import(name).then((module) => Object.keys(module).length > 0, (error) => error.code)
}
console.log(JSON.stringify(found))`
      )
      expect(JSON.parse(await Consumer.run(npm, node, "imports.js"))).toEqual({
        ...Object.fromEntries(open.map((name) => [name, hasValues(name)])),
        ...Object.fromEntries(closed.map((name) => [name, "ERR_PACKAGE_PATH_NOT_EXPORTED"]))
      })
    })

    test("a CommonJS program loads the packages by import(), and by require if Node supports it", async () => {
      const name = JSON.stringify("@effect-twilio-video/core/Sid")
      writeFileSync(
        path.join(npm.folder, "program.cjs"),
        `const same = (sid) => (Sid) => Sid.isRoomSid(sid)
const sid = "RM" + "0".repeat(32)
import(${name}).then((Sid) => console.log(
  same(sid)(Sid), process.features.require_module === true ? same(sid)(require(${name})) : "cannot"))`
      )
      const can = await Consumer.run(npm, node, "-p", "process.features.require_module === true")
      expect(await Consumer.run(npm, node, "program.cjs")).toBe(`true ${can === "true\n" ? "true" : "cannot"}\n`)
    })
  })
})

/** Bundles a Worker as Wrangler does. */
const bundleWorker = (entry: string, outfile: string) =>
  esbuild({
    absWorkingDir: npm.folder,
    entryPoints: [entry],
    outfile: path.join(npm.folder, outfile),
    bundle: true,
    format: "esm",
    target: "es2024",
    // Not Node: an import of a Node module fails the build.
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "silent",
    metafile: true
  })

/** Runs the sandbox's command, as npm links it, until the test ends. */
const startCommand = async () => {
  const child = spawn(path.join(npm.folder, "node_modules/.bin/effect-twilio-video-sandbox"), ["--port", "0"], {
    cwd: npm.folder,
    env: npm.env
  })
  onTestFinished(() => {
    child.kill()
  })
  let text = ""
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.includes("Reset ")) break
  }
  const valueOf = (label: string) => new RegExp(`^${label} +(\\S+)$`, "mu").exec(text)?.[1] ?? ""
  return { BASE_URL: valueOf("Base URL"), ACCOUNT_SID: valueOf("Account SID"), AUTH_TOKEN: valueOf("Auth Token") }
}

test("the sandbox's command prints the version of its package", async () => {
  const { version } = Packed.readManifest(path.join(npm.folder, "node_modules/@effect-twilio-video/sandbox"))
  const printed = await Consumer.run(npm, "node_modules/.bin/effect-twilio-video-sandbox", "--version")
  expect(printed.trim()).toMatch(new RegExp(`\\bv?${version.replaceAll(".", "\\.")}$`, "u"))
})

describe("bundled", () => {
  test("by esbuild as Wrangler does, a Worker on workerd uses the sandbox's command", async () => {
    await bundleWorker("kick.worker.ts", "kick.js")
    const bindings = await startCommand()
    const worker = await Workerd.start(npm.folder, "kick.js", bindings)
    onTestFinished(worker.stop)
    const ask = async (method: string, identity: string) => {
      const response = await fetch(`${worker.url}/DailyStandup/${identity}`, { method })
      return [response.status, await response.json()]
    }
    expect(await ask("GET", "Alice")).toEqual([200, { connected: ["Erin", "Bob", "Alice"], found: "connected" }])
    expect(await ask("DELETE", "Alice")).toEqual([200, { removed: "disconnected" }])
    expect(await ask("GET", "Alice")).toEqual([404, { error: "identity" }])
    const unauthorized = await Workerd.start(npm.folder, "kick.js", { ...bindings, AUTH_TOKEN: "wrong" })
    onTestFinished(unauthorized.stop)
    const refused = await fetch(`${unauthorized.url}/DailyStandup/Bob`)
    expect([refused.status, await refused.json()]).toEqual([502, { error: "Unauthorized" }])
  })

  test("by esbuild, unused modules are excluded", async () => {
    writeFileSync(
      path.join(npm.folder, "small.ts"),
      'import * as Sid from "@effect-twilio-video/core/Sid"\nconsole.log(Sid.isRoomSid("DailyStandup"))\n'
    )
    await bundleWorker("small.ts", "small.js")
    const bundle = readFileSync(path.join(npm.folder, "small.js"), "utf8")
    expect(bundle).toContain('"RM"')
    expect(bundle).not.toContain('"MT"')
  })

  test("by Vite, the program of a page runs", async () => {
    const page = '<!doctype html><title>Roster</title><script type="module" src="/program.ts"></script>'
    writeFileSync(path.join(npm.folder, "index.html"), page)
    await vite({
      root: npm.folder,
      configFile: false,
      logLevel: "silent",
      // The polyfill needs a document.
      build: { outDir: "site", target: "es2022", modulePreload: { polyfill: false } }
    })
    const [script = ""] = readdirSync(path.join(npm.folder, "site/assets"))
    expect(script).toMatch(/^index-.+\.js$/u)
    expect(await Consumer.run(npm, process.execPath, `site/assets/${script}`)).toBe(printed)
  })

  test("by Rolldown, a program runs", async () => {
    const bundle = await rolldown({ cwd: npm.folder, input: "program.ts", platform: "browser" })
    await bundle.write({ file: path.join(npm.folder, "rolled/program.js"), format: "esm", minify: true })
    await bundle.close()
    expect(await Consumer.run(npm, process.execPath, "rolled/program.js")).toBe(printed)
  })
})

describe("installed by pnpm", () => {
  test("a program and the command run with only their direct dependencies", async () => {
    const pnpm = named("pnpm")
    await Consumer.run(pnpm, await Packed.findPnpm(), "add", ...ours, "effect")
    expect(await Consumer.run(pnpm, process.execPath, "program.ts")).toBe(printed)
    expect(await Consumer.run(pnpm, "node_modules/.bin/effect-twilio-video-sandbox", "--version")).toContain(" v")
  })
})

describe("on Deno", () => {
  // What the package's command calls: finds the binary even if the install script didn't run.
  const installer: { readonly runInstall: () => string } = createRequire(import.meta.url)("deno/install_api.cjs")

  test("a program with npm: imports type-checks and runs without permissions", async () => {
    const deno = named("deno")
    rmSync(path.join(deno.folder, "package.json"))
    const file = installer.runInstall()
    await Consumer.run(deno, file, "add", ...ours.map((name) => `npm:${name}`), "npm:effect")
    await Consumer.run(deno, file, "check", "program.ts", "kick.worker.ts")
    expect(await Consumer.run(deno, file, "run", "--no-prompt", "program.ts")).toBe(printed)
  })

  test("a program type-checks and runs with packages installed by npm", async () => {
    const file = installer.runInstall()
    await Consumer.run(npm, file, "check", "--node-modules-dir=manual", ...files)
    expect(await Consumer.run(npm, file, "run", "--node-modules-dir=manual", "--no-prompt", "program.ts")).toBe(printed)
  })
})
