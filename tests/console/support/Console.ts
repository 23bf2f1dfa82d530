/**
 * The console in real Chromium, on a real server. Everything ends with the test that started it.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest"
import * as Chromium from "../../runtimes/runners/Chromium.ts"

const skipped =
  Chromium.installed === undefined ? `Chromium isn't installed: skipped (${Chromium.source.install})` : undefined

let browser: Browser | undefined

/** A group of tests with a browser. Skipped by name if Chromium isn't installed. */
export const describeConsole = (name: string, tests: () => void): void => {
  if (skipped !== undefined) console.log(`${name}: ${skipped}`)
  describe.skipIf(skipped !== undefined)(`${name}${skipped === undefined ? "" : ` (${skipped})`}`, () => {
    beforeAll(async () => {
      browser = await Chromium.open(Chromium.installed ?? "")
    })
    afterAll(() => browser?.close())
    tests()
  })
}

export interface Server {
  readonly url: string
  /** Runs an effect with the served sandbox. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Sandbox.Sandbox>) => Promise<A>
  readonly stop: () => Promise<void>
}

/** Serves a sandbox. */
export const serve = async (
  options: Sandbox.Options = {},
  listen: SandboxServer.ListenOptions = {}
): Promise<Server> => {
  const layer = SandboxServer.layer(listen).pipe(Layer.provideMerge(Sandbox.layerControls(options)))
  const runtime = ManagedRuntime.make(layer)
  onTestFinished(() => runtime.dispose())
  const url = await runtime.runPromise(SandboxServer.baseUrl)
  return { url, run: (effect) => runtime.runPromise(effect), stop: () => runtime.dispose() }
}

export interface Proxy {
  readonly url: string
  /** Cuts all connections, and refuses new ones. */
  readonly cut: () => Promise<void>
  readonly restore: () => Promise<void>
}

/** A port that forwards to a server, and whose connections can be cut. */
export const proxy = async (server: Server): Promise<Proxy> => {
  const sockets = new Set<Socket>()
  const forward = createServer((socket) => {
    const target = connect(Number(new URL(server.url).port), "127.0.0.1")
    for (const end of [socket, target]) {
      sockets.add(end)
      end.on("close", () => sockets.delete(end)).on("error", () => end.destroy())
    }
    socket.pipe(target)
    target.pipe(socket)
  })
  const listen = async (port: number): Promise<number> => {
    await once(forward.listen(port, "127.0.0.1"), "listening")
    const address = forward.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }
  const cut = async () => {
    const closed = once(forward, "close")
    forward.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const port = await listen(0)
  onTestFinished(() => (forward.listening ? cut() : undefined))
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    restore: async () => {
      await listen(port)
    }
  }
}

/** The errors that Chromium logs for responses that aren't 2xx. */
const isRefusal = (text: string): boolean => text.startsWith("Failed to load resource")

/** Opens the console at a view, such as `#/journal`. The test fails if a script fails or violates the page's policy. */
export const open = async (
  server: { readonly url: string },
  hash = "",
  options: BrowserContextOptions = {}
): Promise<Page> => {
  if (browser === undefined) throw new Error("Console.open works in describeConsole only")
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(0)
  const problems: Array<string> = []
  page.on("pageerror", (error) => problems.push(String(error)))
  page.on("console", (message) => {
    if (message.type() === "error" && !isRefusal(message.text())) problems.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(problems).toEqual([])
  })
  await page.goto(`${server.url}/sandbox/console/${hash}`)
  return page
}

/** Waits until the page shows a text in an element. */
export const shows = (page: Page, selector: string, text: string): Promise<void> =>
  page.locator(selector).filter({ hasText: text }).first().waitFor()
