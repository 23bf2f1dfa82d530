/**
 * The console by keyboard, for assistive technology, in light and dark, and on a phone.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"
import { twilio } from "./support/Requests.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Violation {
  readonly id: string
  readonly nodes: ReadonlyArray<{ readonly html: string }>
}

const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe)
  const found = await page.evaluate<ReadonlyArray<Violation>>("axe.run().then(({ violations }) => violations)")
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)
}

const serverOf = (page: Page) => ({ url: new URL(page.url()).origin })

const openStandup = async (page: Page) => {
  await page.getByRole("row", { name: /^DailyStandup/u }).click()
  await page.locator(".item").first().waitFor()
}

const views = {
  rooms: (page: Page) => page.locator(".rooms .row").first().waitFor(),
  room: async (page: Page) => {
    await openStandup(page)
    await page.locator(".lanes .row").first().click()
    await page.getByRole("region", { name: "Participant" }).waitFor()
  },
  receivers: async (page: Page) => {
    await openStandup(page)
    await page.getByRole("link", { name: "Who receives whom" }).click()
    await page.getByRole("cell").or(page.getByRole("gridcell")).first().waitFor()
  },
  journal: (page: Page) => page.getByRole("link", { name: "Journal" }).click(),
  callbacks: (page: Page) => page.getByRole("link", { name: "Callbacks" }).click(),
  request: async (page: Page) => {
    await views.journal(page)
    await twilio(serverOf(page), "/v1/Rooms/DailyStandup?Trace=1")
    await page.locator(".journal .row").click()
    await page.getByRole("button", { name: "Copy as curl" }).waitFor()
    for (const name of ["curl", "Effect"]) await page.locator("summary", { hasText: name }).click()
  },
  callback: async (page: Page) => {
    await views.callbacks(page)
    await twilio(serverOf(page), "/v1/Rooms", { StatusCallback: "http://127.0.0.1:1/" })
    await page.locator(".callbacks .row", { hasText: "failed" }).click()
    await page.getByRole("button", { name: "Replay" }).waitFor()
  },
  tools: async (page: Page) => {
    await page.getByRole("link", { name: "Tools" }).click()
    await page.getByRole("heading", { name: "Options" }).waitFor()
  }
}

Console.describeConsole("the console for everybody", () => {
  for (const [view, open] of Object.entries(views)) {
    test.each(["light", "dark"] as const)(
      `${view} has no violation that axe-core finds, in %s`,
      async (colorScheme) => {
        // axe-core is a script of the test, which the page's policy doesn't allow.
        const page = await Console.open(await Console.serve(), "", { colorScheme, bypassCSP: true })
        await open(page)
        expect(await violations(page)).toEqual([])
      }
    )

    test(`${view} fits on a phone`, async () => {
      const page = await Console.open(await Console.serve(), "", { viewport: { width: 360, height: 640 } })
      await open(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
      expect(await page.locator("main").evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0)
    })
  }

  test("the keyboard opens a room, reads a participant's events, and zooms", async () => {
    const page = await Console.open(await Console.serve())
    await views.rooms(page)
    await page.locator(".rooms").press("End")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "DailyStandup" }).waitFor()
    const lanes = page.locator(".lanes")
    await lanes.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    const read = async () => {
      const id = (await lanes.getAttribute("aria-activedescendant")) ?? ""
      const text = await page.locator(`[id="${id}"]`).getAttribute("aria-label")
      expect(await page.locator(".tip").textContent()).toBe(text)
      return text
    }
    await page.keyboard.press("ArrowRight")
    expect(await read()).toMatch(/^Connected since/u)
    await page.keyboard.press("ArrowRight")
    expect(await read()).toMatch(/^audio bob-audio/u)
    await page.keyboard.press("ArrowLeft")
    expect(await read()).toMatch(/^Connected since/u)
    const span = () => page.locator(".timeline").evaluate((frame) => Number(frame.style.getPropertyValue("--span")))
    await page.keyboard.press("+")
    const zoomed = await span()
    await page.keyboard.press("-")
    expect(await span()).toBeGreaterThan(zoomed)
    await page.keyboard.press("Enter")
    await page.getByRole("region", { name: "Participant" }).getByRole("heading", { name: "Bob" }).waitFor()
  })

  test("the wheel zooms at the pointer, and buttons zoom and follow the clock", async () => {
    const page = await Console.open(await Console.serve())
    await openStandup(page)
    const frame = page.locator(".timeline")
    const variable = (name: string) =>
      frame.evaluate((frame, name) => Number((frame as HTMLElement).style.getPropertyValue(name)), name)
    const whole = await variable("--span")
    await page.locator(".lanes .row").first().hover()
    await page.keyboard.down("Control")
    await page.mouse.wheel(0, -300)
    await page.keyboard.up("Control")
    await page.getByRole("button", { name: "Whole room", pressed: false }).waitFor()
    const zoomed = await variable("--span")
    expect(zoomed).toBeLessThan(whole)
    await page.getByRole("button", { name: "Zoom in" }).click()
    expect(await variable("--span")).toBe(zoomed / 2)
    await page.getByRole("button", { name: "Follow the clock" }).click()
    expect((await variable("--start")) + (zoomed / 2) * 0.9).toBeCloseTo(await variable("--now"), -4)
    await page.getByRole("button", { name: "Whole room" }).click()
    expect(await variable("--span")).toBeGreaterThanOrEqual(whole)
  })

  test("dragging pans the timeline, and opens no participant", async () => {
    const page = await Console.open(await Console.serve())
    await openStandup(page)
    const start = () => page.locator(".timeline").evaluate((frame) => Number(frame.style.getPropertyValue("--start")))
    const lane = page.locator(".lanes .lane").first()
    await lane.hover()
    const before = await start()
    const { height, width, x, y } = (await lane.boundingBox()) ?? { height: 0, width: 0, x: 0, y: 0 }
    await page.mouse.down()
    await page.mouse.move(x + width * 0.75, y + height / 2, { steps: 4 })
    await page.mouse.up()
    expect(await start()).toBeLessThan(before)
    expect(await page.getByRole("region", { name: "Participant" }).count()).toBe(0)
    await lane.click()
    await page.getByRole("region", { name: "Participant" }).waitFor()
  })
})
