/**
 * Hostile identities and names in every view of the console: they're shown as text and do nothing.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import { hostileNames } from "../../packages/sandbox/test/support/HostileNames.ts"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { read, twilio } from "./support/Requests.ts"

/** Opens a room for each hostile name, with a participant and a track of this name, and sends requests about them. */
const serve = async (): Promise<Console.Server> => {
  const server = await Console.serve({ rooms: [], callbacks: { url: "http://127.0.0.1:1/<b>{x}</b>" } })
  await server.run(
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.openRoom({ uniqueName: "All" })
      for (const name of hostileNames) {
        yield* sandbox.openRoom({ uniqueName: name })
        yield* sandbox.join("All", name)
        yield* sandbox.publishTrack("All", name, { kind: "audio", name })
      }
    })
  )
  for (const name of hostileNames) {
    await twilio(server, `/v1/Rooms/${encodeURIComponent(name)}?${new URLSearchParams({ [name]: name }).toString()}`)
    await twilio(server, `/v1/Rooms/All/Participants/${encodeURIComponent(name)}/SubscribeRules`, {
      Rules: JSON.stringify([{ type: "exclude", publisher: name }])
    })
  }
  return server
}

/** Whether the page has elements or attributes that no view makes. A dialog would stop the page. */
const intruders = (page: Page): Promise<ReadonlyArray<string>> =>
  page
    .locator("body :is(img, script, b:not(.who > *), iframe, object, svg, link, style, [onerror], [href^=javascript])")
    .evaluateAll((elements) => elements.map(({ outerHTML }) => outerHTML))

/** White space as a page shows it, and without the character that no page can contain. */
const shown = (text: string): string => text.replaceAll(/\s+/gu, " ").trim()

const showsAll = async (page: Page, selector: string): Promise<void> => {
  await eventually(async () => {
    const text = shown((await page.locator(selector).allTextContents()).join("\n"))
    return hostileNames.filter((name) => !text.includes(shown(name)))
  }).toEqual([])
  expect(await intruders(page)).toEqual([])
}

/** Opens a row, whose details have the name. */
const showsInDetails = async (page: Page, rows: string, index: number, name: string): Promise<void> => {
  await page.locator(rows).nth(index).click()
  const details = page.getByRole("region", { name: "Details" })
  await eventually(async () => shown((await details.textContent()) ?? "")).toContain(shown(name))
  expect(await intruders(page)).toEqual([])
}

const tall = { viewport: { width: 1200, height: 4000 } }

Console.describeConsole("hostile names in the console", () => {
  test("are text in the list of rooms and in a room's timeline", async () => {
    const server = await serve()
    const page = await Console.open(server, "", tall)
    await showsAll(page, ".rooms .row")
    await page.getByRole("row", { name: /^All/u }).click()
    await showsAll(page, ".lanes .row")
  })

  test("are text in the journal and in a request's details", async () => {
    const server = await serve()
    const page = await Console.open(server, "#/journal", tall)
    await page.getByText(`${hostileNames.length * 2} of`).waitFor()
    for (const [index, name] of hostileNames.entries()) await showsInDetails(page, ".journal .row", 2 * index, name)
  })

  test("are text in the matrix", async () => {
    const server = await serve()
    const { sid } = (await read(server, "rooms/All/timeline")).room
    const page = await Console.open(server, `#/rooms/${sid}/receivers`, tall)
    await page.getByText(`1 to 10 of ${hostileNames.length} subscribers`).waitFor()
    const texts = async () => (await page.locator(".matrix tbody th").allTextContents()).map(shown)
    await eventually(texts).toEqual(hostileNames.slice(0, 10).map(shown))
    await page.getByRole("button", { name: "Next subscribers" }).click()
    await eventually(texts).toEqual(hostileNames.slice(10, 20).map(shown))
    expect(await intruders(page)).toEqual([])
  })

  test("are text in the callbacks and in a callback's details", async () => {
    const server = await serve()
    const page = await Console.open(server, "#/callbacks", tall)
    await eventually(() => page.locator(".callbacks .row").count()).toBeGreaterThan(hostileNames.length)
    const texts = shown((await page.locator(".callbacks .row").allTextContents()).join("\n"))
    expect(hostileNames.filter((name) => !texts.includes(shown(name)))).toEqual([])
    await page.getByRole("searchbox", { name: "Text" }).fill("participant-connected")
    await page.getByText(`${hostileNames.length} of`).waitFor()
    for (const [index, name] of hostileNames.entries()) await showsInDetails(page, ".callbacks .row", index, name)
  })
})
