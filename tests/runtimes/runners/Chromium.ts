/**
 * Runs the bundled program in a page of the installed Chromium, driven by playwright-core.
 */
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { chromium, type Browser } from "playwright-core"
import * as Missing from "./Missing.ts"
import * as Page from "./Page.ts"
import type * as Runner from "./Runner.ts"

export const source: Missing.Source = { name: "Chromium", install: "apt-get install chromium" }

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"]

/** The path of Chromium, if one of the folders has it. */
export const find = (folders: ReadonlyArray<string>): string | undefined =>
  folders.map((folder) => join(folder, "chromium")).find((file) => existsSync(file))

/** The path of the installed Chromium, if there is one. */
export const installed: string | undefined = find(folders)

// Without requests to other servers. playwright creates and removes the data folder.
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

/** Starts the Chromium at this path. */
export const open = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: flags })

const launch = (executablePath: string) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => open(executablePath),
      catch: (error) => Missing.make(source, error)
    }),
    (browser) => Effect.promise(() => browser.close())
  )

interface Shown {
  readonly results?: unknown
  readonly error?: string
  readonly violations: ReadonlyArray<string>
}

/** The tasks that must not violate the page's policy. Others try what it forbids. */
const environments: ReadonlySet<string> = new Set(["in-process", "loopback", "fetch-alone"])

/** The text that a page shows, and its errors. */
const visit = async (browser: Browser, url: string): Promise<Shown> => {
  const page = await browser.newPage()
  const errors: Array<string> = []
  page.on("pageerror", (error) => errors.push(String(error)))
  try {
    await page.goto(url)
    const output = page.locator("output[data-done]")
    await output.waitFor({ state: "attached", timeout: 0 })
    if (errors.length > 0) throw new Error(errors.join("\n"))
    return JSON.parse((await output.textContent()) ?? "") as Shown
  } finally {
    await page.close()
  }
}

/**
 * Runs a task in a new page. On loopback, the page's origin forwards to the sandbox. Otherwise the page connects to the
 * base URL. Its policy allows that connection only, and none in process.
 */
const perform =
  (browser: Browser): Runner.Perform =>
  (task, baseUrl) =>
    Effect.gen(function* () {
      const isProxied = task === "loopback" || task === "fetch-alone"
      const origin = yield* Page.serve({
        sandbox: isProxied ? baseUrl : undefined,
        connect: isProxied ? "'self'" : (baseUrl ?? "'none'")
      })
      const query = isProxied || baseUrl === undefined ? "" : `?${new URLSearchParams({ baseUrl }).toString()}`
      const shown = yield* Effect.promise(() => visit(browser, `${origin}/${query}#${task}`))
      if (shown.error !== undefined) return yield* Effect.die(new Error(shown.error))
      if (environments.has(task) && shown.violations.length > 0) {
        return yield* Effect.die(new Error(`The page's policy was violated: ${shown.violations.join(", ")}`))
      }
      return { version: browser.version(), results: shown.results, violations: shown.violations }
    }).pipe(Effect.scoped)

/** The runner for a Chromium at this path. */
export const at = (file: string | undefined): Runner.Runner => ({
  name: "Chromium",
  start: Effect.gen(function* () {
    // Otherwise playwright would create folders before it finds nothing, and leave them.
    if (file === undefined || !existsSync(file)) return yield* Missing.make(source, "it isn't installed")
    return perform(yield* launch(file))
  })
})

export const runner: Runner.Runner = at(installed)
