/**
 * The console with a room of 1,000 participants and a journal of 10,000 rows: only what is on the screen is in the DOM,
 * and an event changes at most 50 nodes and rebuilds no list.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import { assert, expect, test } from "vitest"
import * as Changes from "./support/Changes.ts"
import * as Console from "./support/Console.ts"

const mostNodes = 50

/** The rows of a screen of 800 pixels, and some above and below it. */
const mostRows = 40

const size = { viewport: { width: 1280, height: 800 } }

const participants = Array.from({ length: 1000 }, (_, i) => ({
  identity: `guest-${i}`,
  tracks: [{ name: "mic", kind: "audio" as const }]
}))

const scenario: Sandbox.Options = {
  rooms: [{ uniqueName: "Huddle", maxParticipants: 2000, participants }],
  requestLog: 10_000
}

/** Runs an action that `shown` waits for, and checks what changed on the page. */
const check = async (page: Page, name: string, action: () => Promise<unknown>, shown: () => Promise<unknown>) => {
  const { kept, nodes, rows } = await Changes.count(page, async () => {
    await action()
    await shown()
  })
  assert.isAbove(nodes, 0, name)
  assert.isAtMost(nodes, mostNodes, name)
  // The row that leaves the screen.
  assert.isAtMost(rows - kept, 1, name)
}

const request = async ({ url }: Console.Server, path: string): Promise<void> => {
  const { accountSid, authToken } = SandboxCredentials.defaults
  const headers = { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
  await (await fetch(`${url}/v1/Rooms${path}`, { headers })).arrayBuffer()
}

Console.describeConsole("a large sandbox in the console", () => {
  test("an event in a room of 1,000 participants changes at most 50 nodes", async () => {
    const server = await Console.serve(scenario)
    const act = (control: (sandbox: Sandbox.Service) => Effect.Effect<unknown, unknown>) => () =>
      server.run(Sandbox.Sandbox.use(control))
    const page = await Console.open(server, "", size)
    await page.getByRole("row", { name: /^Huddle/u }).click()
    const lanes = page.locator(".lanes")
    await page.locator(".lanes[aria-rowcount='1001']").waitFor()
    expect(await lanes.locator(".row").count()).toBeLessThan(mostRows)
    const row = (identity: string) => lanes.locator(".row").filter({ hasText: identity }).first()
    const wait = (selector: string) => () => page.locator(selector).first().waitFor()
    await row("guest-3").click()
    await check(
      page,
      "lose",
      act((s) => s.loseConnection("Huddle", "guest-3")),
      wait(".lanes .state.reconnecting")
    )
    await check(
      page,
      "regain",
      act((s) => s.regainConnection("Huddle", "guest-3")),
      wait(".lanes .reconnecting ~ .connected")
    )
    await check(
      page,
      "mute",
      act((s) => s.disableTrack("Huddle", "guest-3", "mic")),
      wait(".lanes .mute")
    )
    await check(
      page,
      "publish",
      act((s) => s.publishTrack("Huddle", "guest-3", { kind: "video", name: "cam" })),
      wait(".lanes .video")
    )
    await check(
      page,
      "leave",
      act((s) => s.leave("Huddle", "guest-3")),
      wait(".lanes .state.disconnected")
    )
    await check(
      page,
      "join below",
      act((s) => s.join("Huddle", "late-1")),
      wait(".lanes[aria-rowcount='1002']")
    )
    await lanes.press("End")
    await row("late-1").waitFor()
    expect(await lanes.locator(".row").count()).toBeLessThan(mostRows)
    await check(
      page,
      "join",
      act((s) => s.join("Huddle", "late-2")),
      wait(".lanes[aria-rowcount='1003']")
    )
  })

  test("a participant with hundreds of events shows the latest, and one more changes at most 50 nodes", async () => {
    const server = await Console.serve(scenario)
    const mute = Sandbox.Sandbox.use((sandbox) => sandbox.disableTrack("Huddle", "guest-0", "mic"))
    const unmute = Sandbox.Sandbox.use((sandbox) => sandbox.enableTrack("Huddle", "guest-0", "mic"))
    for (let i = 0; i < 400; i++) await server.run(Effect.andThen(mute, unmute))
    const page = await Console.open(server, "", size)
    await page.getByRole("row", { name: /^Huddle/u }).click()
    const lane = page.locator(".lanes .row").first()
    await lane.locator(".item.connected").waitFor()
    expect(await lane.locator(".item").count()).toBe(300)
    await lane.click()
    await page.getByText("There are 372 earlier events.").waitFor()
    await check(
      page,
      "mute",
      () => server.run(mute),
      () => page.getByText("There are 373 earlier events.").waitFor()
    )
    expect(await lane.locator(".item").count()).toBe(300)
  })

  test("a request in a journal of 10,000 rows changes at most 50 nodes", async () => {
    const server = await Console.serve(scenario)
    for (let i = 0; i < 10_000; i += 50) {
      await Promise.all(Array.from({ length: 50 }, () => request(server, "/Huddle")))
    }
    const page = await Console.open(server, "#/journal", size)
    const journal = page.locator(".list")
    await page.locator(".list[aria-rowcount='10001']").waitFor()
    expect(await journal.locator(".row").count()).toBeLessThan(mostRows)
    const added = (path: string) => () => journal.locator(".row").filter({ hasText: path }).first().waitFor()
    for (const path of ["/Absent-1", "/Absent-2", "/Absent-3"]) {
      await check(page, path, () => request(server, path), added(path))
    }
    expect(await journal.getAttribute("aria-rowcount")).toBe("10004")
    await journal.press("Home")
    await check(
      page,
      "while at the start",
      () => request(server, "/Absent-4"),
      () => page.locator(".list[aria-rowcount='10005']").waitFor()
    )
  })
})
