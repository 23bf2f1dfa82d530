/**
 * Runs the program, bundled, in a page of the Chromium that is installed, driven by playwright-core. Holds no
 * expectation.
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

/** Where Chromium is in these folders; nothing where it is not. */
export const find = (folders: ReadonlyArray<string>): string | undefined =>
  folders.map((folder) => join(folder, "chromium")).find((file) => existsSync(file))

/** Where Chromium is installed; nothing where it is not. */
export const installed: string | undefined = find(folders)

// Nothing of a browser that calls home; the folder for its data is new, empty and playwright's to remove.
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

const launch = (executablePath: string) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: flags }),
      catch: (error) => Missing.make(source, error)
    }),
    (browser) => Effect.promise(() => browser.close())
  )

interface Shown {
  readonly account?: unknown
  readonly error?: string
  readonly violations: ReadonlyArray<string>
}

/** The tasks in which nothing may violate the policy of the page; others try what it forbids. */
const settings: ReadonlySet<string> = new Set(["in-process", "loopback", "straight"])

/** What a page shows in the end, and what else came up in it. */
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
 * A task in a page of its own. On loopback the sandbox is reached by way of the page's origin, and otherwise at the base
 * URL itself; the page may connect to that alone, and in process to nothing.
 */
const perform =
  (browser: Browser): Runner.Perform =>
  (task, baseUrl) =>
    Effect.gen(function* () {
      const isProxied = task === "loopback" || task === "straight"
      const origin = yield* Page.serve({
        sandbox: isProxied ? baseUrl : undefined,
        connect: isProxied ? "'self'" : (baseUrl ?? "'none'")
      })
      const query = isProxied || baseUrl === undefined ? "" : `?${new URLSearchParams({ baseUrl }).toString()}`
      const shown = yield* Effect.promise(() => visit(browser, `${origin}/${query}#${task}`))
      if (shown.error !== undefined) return yield* Effect.die(new Error(shown.error))
      if (settings.has(task) && shown.violations.length > 0) {
        return yield* Effect.die(new Error(`It violated the page's policy: ${shown.violations.join(", ")}`))
      }
      return { version: browser.version(), account: shown.account, violations: shown.violations }
    }).pipe(Effect.scoped)

/** The runner of a Chromium at a path, or of none. */
export const at = (file: string | undefined): Runner.Runner => ({
  name: "Chromium",
  start: Effect.gen(function* () {
    // playwright looks for it only once it has made folders, and leaves them.
    if (file === undefined || !existsSync(file)) return yield* Missing.make(source, "it is not installed")
    return perform(yield* launch(file))
  })
})

export const runner: Runner.Runner = at(installed)
