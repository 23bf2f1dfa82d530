/**
 * The console on connections that are slow, get lost or lead to a server that restarted.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"

const scenario: Sandbox.Options = { rooms: [{ uniqueName: "Huddle" }] }

const join = (server: Console.Server, identity: string) =>
  server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", identity)))

Console.describeConsole("the console's connection", () => {
  test("a lost connection is shown, and everything is complete after it", async () => {
    const server = await Console.serve(scenario)
    const proxy = await Console.proxy(server)
    const page = await Console.open(proxy)
    await page.getByRole("row", { name: /^Huddle/u }).click()
    await join(server, "Ann")
    await Console.shows(page, ".lanes .row", "Ann")
    await proxy.cut()
    await Console.shows(page, ".status", "Not connected")
    await join(server, "Bob")
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.loseConnection("Huddle", "Ann")))
    await proxy.restore()
    await Console.shows(page, ".status", "Live")
    await Console.shows(page, ".lanes .row", "Bob")
    await page.locator(".lanes .row").filter({ hasText: "Ann" }).filter({ hasText: "reconnecting" }).waitFor()
    await Console.shows(page, ".summary", "1 connected, 1 reconnecting, 2 in all")
  })

  test("a server that restarts is shown with its new state", async () => {
    const first = await Console.serve(scenario)
    const page = await Console.open(first)
    await page.getByRole("row", { name: /^Huddle/u }).waitFor()
    await first.stop()
    await Console.shows(page, ".status", "Not connected")
    await Console.serve({ rooms: [{ uniqueName: "Retro" }] }, { port: Number(new URL(first.url).port) })
    await page.getByRole("row", { name: /^Retro/u }).waitFor()
    expect(await page.locator(".rooms .row").count()).toBe(1)
  })

  test("a timeline that can't be loaded says so, and loads when it's tried again", async () => {
    const server = await Console.serve(scenario)
    await join(server, "Ann")
    const page = await Console.open(server)
    await page.route("**/timeline", (route) => route.abort(), { times: 1 })
    await page.getByRole("row", { name: /^Huddle/u }).click()
    await page.getByText("The sandbox can't be reached.").waitFor()
    await page.getByRole("button", { name: "Try again" }).click()
    await Console.shows(page, ".lanes .row", "Ann")
    expect(await page.getByRole("alert").count()).toBe(0)
  })

  test("a slow network delays the page, and loses nothing", async () => {
    const server = await Console.serve(scenario)
    const page = await Console.open(server)
    const session = await page.context().newCDPSession(page)
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 300,
      downloadThroughput: 20_000,
      uploadThroughput: 5000
    })
    await page.reload()
    await page.getByRole("row", { name: /^Huddle/u }).click()
    const identities = Array.from({ length: 40 }, (_, i) => `guest-${i}`)
    await page.getByRole("button", { name: "Join" }).waitFor()
    for (const identity of identities) await join(server, identity)
    await Console.shows(page, ".summary", "40 connected")
    await page.locator(".lanes[aria-rowcount='41']").waitFor()
    await page.locator(".lanes").press("End")
    await Console.shows(page, ".lanes .row", "guest-39")
  })
})
