/**
 * The packages as a user gets them: built, packed, and unpacked in a project outside the workspace. `effect` and the
 * compiler come from the workspace, so this needs no network. Tests none of the packages' behaviour.
 */
import { spawnSync } from "node:child_process"
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { SourceMap } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const root = path.resolve(import.meta.dirname, "../..")
const folder = mkdtempSync(path.join(tmpdir(), "pack-"))
const workspace = path.join(folder, "workspace")
const project = path.join(folder, "project")
const scope = path.join(project, "node_modules/@effect-twilio-video")
const packages = ["core", "http", "sandbox"]

const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
  return stdout
}

const node = (cwd: string, ...args: ReadonlyArray<string>) => run(cwd, process.execPath, ...args)

const pack = (name: string) => {
  const cwd = path.join(workspace, "packages", name)
  // pnpm says where it is to what it runs.
  const pnpm = process.env["npm_execpath"] ?? ""
  return path.basename(pnpm).startsWith("pnpm")
    ? run(cwd, pnpm, "pack", "--pack-destination", folder)
    : run(cwd, "npx", "-y", "pnpm@12.21.0", "pack", "--pack-destination", folder)
}

beforeAll(() => {
  for (const name of [
    ...globSync("{package.json,pnpm-workspace.yaml,tsconfig*.json}", { cwd: root }),
    "packages",
    "scripts"
  ]) {
    cpSync(path.join(root, name), path.join(workspace, name), { recursive: true, verbatimSymlinks: true })
  }
  symlinkSync(path.join(root, "node_modules"), path.join(workspace, "node_modules"))
  node(workspace, "scripts/build.ts")

  mkdirSync(path.join(project, "node_modules"), { recursive: true })
  for (const name of ["effect", "@effect", "@types"]) {
    symlinkSync(path.join(root, "node_modules", name), path.join(project, "node_modules", name))
  }
  for (const name of packages) {
    pack(name)
    mkdirSync(path.join(scope, name), { recursive: true })
    const [tarball = ""] = globSync(`*-${name}-*.tgz`, { cwd: folder })
    run(folder, "tar", "-xzf", tarball, "--strip-components=1", "-C", path.join(scope, name))
  }

  writeFileSync(path.join(project, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(
    path.join(project, "program.ts"),
    `import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import { Scenario } from "@effect-twilio-video/sandbox"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const program = Effect.gen(function* () {
  const participants = yield* Participants.Participants
  const alice = yield* participants.disconnect("DailyStandup", "Alice")
  const error = yield* Effect.flip(participants.fetch("DailyStandup", "Alice"))
  const tag: "NotFound" | "TwilioError" = error._tag
  return \`\${alice.status} \${tag}\`
})

export const live = program.pipe(Effect.provide(TwilioVideo.layerConfig().pipe(Layer.provide(UndiciTransport.layer))))

console.log(await program.pipe(Effect.provide(Sandbox.layer(Scenario.defaultScenario)), Effect.runPromise))
`
  )
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe("the packed packages", () => {
  test.each(packages)("%s holds its build, its sources and nothing else", (name) => {
    const files = readdirSync(path.join(scope, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(scope, name), path.join(entry.parentPath, entry.name)))
    const known = /^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|package\.json|LICENSE|README\.md|ASSUMPTIONS\.md)$/u
    expect(files.filter((file) => !known.test(file))).toEqual([])
    expect(files).toContain("dist/index.js")
    expect(files).toContain("dist/index.d.ts")
  })

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"]
  ])("type-check, with module %s and moduleResolution %s", (module, moduleResolution) => {
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2022",
      lib: ["es2024", "dom", "dom.iterable"],
      types: ["node"],
      strict: true,
      noEmit: true
    }
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }))
    node(project, path.join(root, "node_modules/typescript/bin/tsc"))
  })

  test("run", () => {
    expect(node(project, "program.ts")).toBe("disconnected NotFound\n")
  })

  test("have a command, which says what it lacks where @effect/platform-node is not installed", () => {
    const bin = "node_modules/@effect-twilio-video/sandbox/dist/bin.js"
    expect(node(project, bin, "--help")).toContain("--port")
    const bare = path.join(folder, "bare")
    mkdirSync(path.join(bare, "node_modules"), { recursive: true })
    symlinkSync(path.join(root, "node_modules/effect"), path.join(bare, "node_modules/effect"))
    cpSync(scope, path.join(bare, "node_modules/@effect-twilio-video"), { recursive: true })
    const { status, stderr } = spawnSync(process.execPath, [bin], { cwd: bare, encoding: "utf8" })
    expect([status, stderr]).toEqual([1, expect.stringContaining("npm install @effect/platform-node")])
    expect(stderr).not.toContain("ERR_MODULE_NOT_FOUND")
  })

  test("lead from a built line to its source", () => {
    const built = path.join(scope, "core/dist/Sid.js")
    const lines = readFileSync(built, "utf8").split("\n")
    const map = new SourceMap(JSON.parse(readFileSync(`${built}.map`, "utf8")))
    const line = lines.findIndex((text) => text.startsWith("export const classify ="))
    const entry = map.findEntry(line, 0)
    if (!("originalLine" in entry)) throw new Error("the line has no source")
    const source = path.resolve(path.dirname(built), entry.originalSource)
    expect(readFileSync(source, "utf8").split("\n")[entry.originalLine]).toMatch(/^export const classify =/u)
  })

  test("leave out of a bundle what it does not use", () => {
    const program = 'import * as Sid from "@effect-twilio-video/core/Sid"; console.log(Sid.isRoomSid("RM"))'
    writeFileSync(path.join(project, "small.ts"), program)
    const esbuild = path.join(root, "runtime-tests/node_modules/.bin/esbuild")
    const bundle = run(project, esbuild, "small.ts", "--bundle", "--format=esm")
    expect(bundle).toContain('"RoomSid"')
    expect(bundle).not.toContain('"TrackSid"')
  })
})
