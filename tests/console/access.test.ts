/**
 * The console's control token, and two consoles of one sandbox.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Redacted from "effect/Redacted"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { twilio } from "./support/Requests.ts"

const token = "s3cret-token/+~"

const protectedServer = () => Console.serve({}, { controlToken: Redacted.make(token) })

const isLive = (page: Page) => Console.shows(page, "[role=status]", "Live")

Console.describeConsole("the console with a control token", () => {
  test("takes the token from the fragment, keeps it in memory only, and sends it as a header", async () => {
    const server = await protectedServer()
    const page = await Console.open(server)
    await page.getByLabel("Control token").waitFor()
    const sent: Array<readonly [url: string, authorization: string | undefined]> = []
    page.on("request", (request) => sent.push([request.url(), request.headers().authorization]))
    await page.goto("about:blank")
    await page.goto(`${server.url}/sandbox/console/#token=${encodeURIComponent(token)}`)
    await isLive(page)
    await page.getByRole("row", { name: /^DailyStandup/u }).waitFor()
    expect(page.url()).not.toContain("token")
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ""])
    const controls = sent.filter(([url]) => /\/sandbox\/(?!console\/)/u.test(url))
    expect(controls.length).toBeGreaterThan(0)
    for (const [url] of sent) expect(url.replace(/#.*/u, "")).not.toContain("s3cret")
    for (const [, authorization] of controls) expect(authorization).toBe(`Bearer ${token}`)
    // The address that remains is one to share: it asks for the token again.
    await page.reload()
    await page.getByLabel("Control token").waitFor()
  })

  test("keeps the view beside the token", async () => {
    const server = await protectedServer()
    const page = await Console.open(server, `#/tools?token=${encodeURIComponent(token)}`)
    await page.getByRole("heading", { name: "Tools" }).waitFor()
    expect(new URL(page.url()).hash).toBe("#/tools")
  })

  test("takes the token from a fragment that is entered later", async () => {
    const server = await protectedServer()
    const page = await Console.open(server)
    await page.getByLabel("Control token").waitFor()
    await page.evaluate((hash) => (location.hash = hash), `#token=${encodeURIComponent(token)}`)
    await isLive(page)
    expect(page.url()).not.toContain("token")
  })

  test("asks for a token, and again if it's wrong", async () => {
    const server = await protectedServer()
    const page = await Console.open(server)
    await page.getByLabel("Control token").fill("wrong")
    await Promise.all([
      page.waitForResponse((response) => response.status() === 401),
      page.getByRole("button", { name: "Connect" }).click()
    ])
    await page.getByLabel("Control token").fill(token)
    await page.getByRole("button", { name: "Connect" }).click()
    await isLive(page)
    await page.getByRole("row", { name: /^DailyStandup/u }).waitFor()
  })
})

Console.describeConsole("two consoles of one sandbox", () => {
  test("show what the other one does", async () => {
    const server = await Console.serve({ rooms: [{ uniqueName: "Huddle" }] })
    const [first, second] = await Promise.all([Console.open(server, "#/tools"), Console.open(server, "#/tools")])
    await Promise.all([isLive(first), isLive(second)])
    await first.getByRole("button", { name: "Freeze" }).click()
    await second.getByText("UTC, frozen").waitFor()
    const faults = second.getByRole("region", { name: "Faults", exact: true })
    await faults.getByRole("button", { name: "Add" }).click()
    await first.getByRole("region", { name: "Faults", exact: true }).getByText("0 hit").waitFor()
    await first.getByRole("link", { name: "Rooms" }).click()
    await second.getByRole("link", { name: "Rooms" }).click()
    await first.getByLabel("New room").fill("Fresh")
    await first.getByRole("button", { name: "Open" }).click()
    await second.getByRole("row", { name: /^Fresh/u }).waitFor()
    await second.getByRole("link", { name: "Journal" }).click()
    await twilio(server, "/v1/Rooms/Huddle")
    await second.getByText("1 of 1 requests").waitFor()
    await first.getByRole("link", { name: "Journal" }).click()
    await first.getByRole("button", { name: "Clear" }).click()
    await second.getByText("0 of 0 requests").waitFor()
  })

  test("stay complete while the other one is closed", async () => {
    const server = await Console.serve({ rooms: [{ uniqueName: "Huddle" }] })
    const [first, second] = await Promise.all([Console.open(server), Console.open(server)])
    await Promise.all([isLive(first), isLive(second)])
    await first.close()
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", "Zoe")))
    await eventually(() => second.getByRole("row", { name: /^Huddle/u }).textContent()).toContain("1 of 1")
  })
})
