/**
 * Rooms, a room's timeline, and the actions on both, from the console.
 */
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Effect from "effect/Effect"
import type { Locator, Page, Route } from "playwright-core"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"

const scenario: Sandbox.Options = {
  rooms: [{ uniqueName: "Huddle" }, { uniqueName: "Over", openedAgo: "5 minutes", completedAgo: "4 minutes" }]
}

const openHuddle = async (server: Console.Server): Promise<Page> => {
  const page = await Console.open(server)
  await page.getByRole("row", { name: /^Huddle/u }).click()
  await page.getByRole("heading", { name: "Huddle" }).waitFor()
  return page
}

const lane = (page: Page, identity: string): Locator => page.locator(".lanes .row").filter({ hasText: identity })

/** The texts of the items in a participant's lane, without their times. */
const items = async (page: Page, identity: string): Promise<ReadonlyArray<string | undefined>> => {
  const labels = await lane(page, identity)
    .locator(".item")
    .evaluateAll((elements) => elements.map((element) => element.getAttribute("aria-label")))
  return labels.map((label) => label?.replaceAll(/\d\d:\d\d:\d\d\.\d{3}/gu, "…").replace(/(?: \(|, after ).*/u, ""))
}

Console.describeConsole("rooms in the console", () => {
  test("rooms show their counts and states, and new ones appear", async () => {
    const server = await Console.serve(scenario)
    const page = await Console.open(server)
    const row = page.getByRole("row", { name: /^Huddle/u })
    await row.filter({ hasText: "in-progress" }).filter({ hasText: "0 of 0" }).waitFor()
    await page.getByRole("row", { name: /^Over completed/u }).waitFor()
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", "Zoe")))
    await row.filter({ hasText: "1 of 1" }).waitFor()
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.openRoom({ uniqueName: "Later" })))
    await page.getByRole("row", { name: /^Later in-progress/u }).waitFor()
  })

  test("the search and the filter by status find rooms", async () => {
    const page = await Console.open(await Console.serve(scenario))
    await page.getByText("2 of 2 rooms").waitFor()
    await page.getByLabel("Search").fill("hUdd")
    await page.getByText("1 of 2 rooms").waitFor()
    expect(await page.locator(".rooms .row").count()).toBe(1)
    await page.getByLabel("Status").selectOption("completed")
    await page.getByText("0 of 2 rooms").waitFor()
    await page.getByLabel("Search").fill("")
    await page.getByRole("row", { name: /^Over/u }).waitFor()
  })

  test("a room is opened and completed", async () => {
    const server = await Console.serve(scenario)
    const page = await Console.open(server)
    await page.getByLabel("New room").fill("Fresh")
    await page.getByRole("button", { name: "Open" }).click()
    await page.getByRole("heading", { name: "Fresh" }).waitFor()
    await page.getByRole("button", { name: "Complete" }).click()
    await page.locator(".summary").filter({ hasText: "completed" }).waitFor()
    await page.getByRole("button", { name: "Complete" }).click()
    await page.getByRole("alert").filter({ hasText: /room/u }).waitFor()
  })
})

const post = async (server: Console.Server, path: string, form: Record<string, string> = {}): Promise<void> => {
  const { accountSid, authToken } = SandboxCredentials.defaults
  const response = await fetch(`${server.url}/v1/Rooms/Huddle/Participants/${path}`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    body: new URLSearchParams(form)
  })
  expect(response.ok).toBe(true)
}

Console.describeConsole("a room's timeline in the console", () => {
  test("shows what participants do elsewhere, as it happens", async () => {
    const server = await Console.serve(scenario)
    const page = await openHuddle(server)
    const act = (control: (sandbox: Sandbox.Service) => Effect.Effect<unknown, unknown>) =>
      server.run(Sandbox.Sandbox.use(control))
    await act((sandbox) => sandbox.join("Huddle", "Zoe"))
    await act((sandbox) => sandbox.publishTrack("Huddle", "Zoe", { kind: "video", name: "cam" }))
    await act((sandbox) => sandbox.disableTrack("Huddle", "Zoe", "cam"))
    await act((sandbox) => sandbox.enableTrack("Huddle", "Zoe", "cam"))
    await act((sandbox) => sandbox.loseConnection("Huddle", "Zoe"))
    await lane(page, "Zoe").filter({ hasText: "reconnecting" }).waitFor()
    await act((sandbox) => sandbox.regainConnection("Huddle", "Zoe"))
    await post(server, "Zoe/SubscribeRules", { Rules: '[{"type":"include","kind":"audio"}]' })
    await act((sandbox) => sandbox.unpublishTrack("Huddle", "Zoe", "cam"))
    await post(server, "Zoe", { Status: "disconnected" })
    await lane(page, "Zoe").filter({ hasText: "disconnected" }).waitFor()
    const live = await items(page, "Zoe")
    expect(live.toSorted()).toEqual([
      "Connected … to …",
      "Connected … to …",
      "Disconnected since …",
      "Reconnecting … to …",
      "Removed at … by a request",
      "Subscribe rules replaced at … by a request",
      "cam muted … to …",
      "video cam, … to …"
    ])
    await page.reload()
    await lane(page, "Zoe").waitFor()
    expect(await items(page, "Zoe")).toEqual(live)
  })

  test("shows an erasure, and no longer the identity", async () => {
    const server = await Console.serve(scenario)
    const page = await openHuddle(server)
    const { sid } = await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", "Zoe")))
    await lane(page, "Zoe").click()
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.leave("Huddle", "Zoe")))
    await post(server, `${sid}/Anonymize`)
    await page.locator(".lanes .participant-anonymized").waitFor()
    expect(await page.content()).not.toContain("Zoe")
  })

  test("runs every action on a participant", async () => {
    const server = await Console.serve(scenario)
    const page = await openHuddle(server)
    await page.getByLabel("Join").fill("Ann\nBob")
    await page.getByRole("button", { name: "Join" }).click()
    await lane(page, "Bob").waitFor()
    await lane(page, "Ann").click()
    const panel = page.getByRole("region", { name: "Participant" })
    const press = (name: string) => panel.getByRole("button", { name, exact: true }).click()
    await press("Lose connection")
    await lane(page, "Ann").filter({ hasText: "reconnecting" }).waitFor()
    await press("Regain connection")
    await lane(page, "Ann").locator(".item.connected").nth(1).waitFor()
    await panel.getByLabel("Kind").selectOption("video")
    await panel.getByLabel("Name").fill("cam")
    await press("Publish")
    await lane(page, "Ann").locator(".video").waitFor()
    await press("Mute cam")
    await lane(page, "Ann").locator(".mute").waitFor()
    await press("Unmute cam")
    await panel.getByRole("button", { name: "Mute cam" }).waitFor()
    await press("Unpublish cam")
    await panel.getByRole("button", { name: "Mute cam" }).waitFor({ state: "detached" })
    await press("Leave")
    await lane(page, "Ann").filter({ hasText: "disconnected" }).waitFor()
    await press("Anonymize")
    await lane(page, "Ann").waitFor({ state: "detached" })
    await lane(page, "Bob").click()
    await press("Remove")
    await lane(page, "Bob").locator(".participant-removed").waitFor()
    expect(await items(page, "Bob")).toContain("Removed at … by a control")
  })

  test("shows the server's message for a refused action, and changes nothing before the answer", async () => {
    const server = await Console.serve(scenario)
    const page = await openHuddle(server)
    await page.getByLabel("Join").fill("Ann")
    await page.getByRole("button", { name: "Join" }).click()
    await lane(page, "Ann").click()
    const panel = page.getByRole("region", { name: "Participant" })
    await panel.getByRole("button", { name: "Leave" }).click()
    await lane(page, "Ann").filter({ hasText: "disconnected" }).waitFor()
    const held = new Promise<Route>((resolve) => {
      void page.route("**/leave", resolve)
    })
    await panel.getByRole("button", { name: "Leave" }).click()
    const request = await held
    expect(await panel.getByRole("button", { name: "Leave" }).getAttribute("aria-disabled")).toBe("true")
    expect(await panel.getByRole("alert").count()).toBe(0)
    await request.continue()
    await panel.getByText("The participant isn't connected.").waitFor()
  })
})
