/**
 * The console's tools: the clock, faults, options, scenarios and states, with everything checked on the server.
 */
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { read, twilio } from "./support/Requests.ts"

const rooms: Sandbox.Options["rooms"] = [{ uniqueName: "Huddle", participants: [{ identity: "Alice" }] }]

const openTools = async (options: Sandbox.Options = { rooms }): Promise<{ page: Page; server: Console.Server }> => {
  const server = await Console.serve(options)
  const page = await Console.open(server, "#/tools")
  return { page, server }
}

const names = async (server: Console.Server): Promise<ReadonlyArray<string>> =>
  (await read(server, "state")).rooms.map((room: { readonly uniqueName: string }) => room.uniqueName)

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true })

Console.describeConsole("the console's clock", () => {
  test("freezes, runs faster and moves forward, and shows each change", async () => {
    const { page, server } = await openTools()
    const clock = section(page, "Clock")
    await clock.getByText("Real speed.").waitFor()
    await clock.getByRole("button", { name: "Freeze" }).click()
    await clock.getByText("Frozen").waitFor()
    await page.getByText("UTC, frozen").waitFor()
    const { now } = await read(server, "clock")
    await clock.getByLabel("Advance by").fill("1 hour")
    await clock.getByRole("button", { name: "Advance" }).click()
    await clock.getByText("ahead of real time").waitFor()
    const advanced = await read(server, "clock")
    expect(Date.parse(advanced.now) - Date.parse(now)).toBe(3_600_000)
    await clock.getByLabel("Set forward to (UTC)").fill("2099-01-02T03:04:05")
    await clock.getByRole("button", { name: "Set forward" }).click()
    await page.getByText("2099-01-02 03:04:05").waitFor()
    await clock.getByLabel("Seconds per second").fill("60")
    await clock.getByRole("button", { name: "Set speed" }).click()
    await clock.getByText("60 times as fast as real time").waitFor()
    await clock.getByRole("button", { name: "Resume at real speed" }).click()
    await clock.getByText("Real speed,").waitFor()
    expect(await read(server, "clock")).toMatchObject({ rate: 1 })
  })

  test("proposes to move an hour forward, also in a page that opens at the tools", async () => {
    const { page, server } = await openTools()
    const clock = section(page, "Clock")
    await clock.getByText("Real speed.").waitFor()
    const proposed = Date.parse(`${await clock.getByLabel("Set forward to (UTC)").inputValue()}Z`)
    const { now } = await read(server, "clock")
    expect(Math.round((proposed - Date.parse(now)) / 3_600_000)).toBe(1)
  })

  test("doesn't go back: the server's refusal is shown", async () => {
    const { page, server } = await openTools()
    const clock = section(page, "Clock")
    await clock.getByLabel("Set forward to (UTC)").fill("2001-01-01T00:00:00")
    await clock.getByRole("button", { name: "Set forward" }).click()
    await clock.getByRole("alert").filter({ hasText: "now is in the past" }).waitFor()
    await clock.getByLabel("Advance by").fill("soon")
    await clock.getByRole("button", { name: "Advance" }).click()
    await clock.getByRole("alert").filter({ hasText: "advance must be a duration" }).waitFor()
    expect((await read(server, "clock")).ahead).toBeLessThan(60_000)
  })
})

Console.describeConsole("the console's faults", () => {
  test("are added, turned off and turned on again", async () => {
    const { page, server } = await openTools()
    const faults = section(page, "Faults")
    await faults.getByRole("combobox", { name: "Fault" }).selectOption("status")
    await faults.getByRole("spinbutton", { name: "Status" }).fill("429")
    await faults.getByRole("combobox", { name: "Operation" }).selectOption("FetchRoom")
    await faults.getByLabel("Times").fill("2")
    await faults.getByRole("button", { name: "Add" }).click()
    await faults.getByText("0 hit").waitFor()
    const rule = { operations: ["FetchRoom"], rate: 1, times: 2, fault: { type: "status", status: 429 } }
    expect(await read(server, "faults")).toEqual([{ rule, triggered: 0 }])
    expect((await twilio(server, "/v1/Rooms/Huddle")).status).toBe(429)
    await faults.getByText("1 hit").waitFor()
    await faults.getByRole("button", { name: "Turn off" }).click()
    await faults.getByText("Off: there are no rules.").waitFor()
    expect(await read(server, "faults")).toEqual([])
    await faults.getByRole("button", { name: "Turn on again" }).click()
    await faults.getByText("0 hit").waitFor()
    expect(await read(server, "faults")).toEqual([{ rule, triggered: 0 }])
  })

  test("as JSON replace all rules, and a refusal keeps what was typed", async () => {
    const { page, server } = await openTools()
    const faults = section(page, "Faults")
    const json = faults.getByLabel("Faults as JSON")
    await json.fill('[{ "fault": { "type": "earthquake" } }]')
    await faults.getByRole("button", { name: "Replace all rules" }).click()
    await faults.getByRole("alert").filter({ hasText: /./u }).waitFor()
    expect(await json.inputValue()).toContain("earthquake")
    expect(await read(server, "faults")).toEqual([])
    await json.fill('[{ "skip": 1, "fault": { "type": "html" } }]')
    await faults.getByRole("button", { name: "Replace all rules" }).click()
    await faults.getByText("0 hit").waitFor()
    expect(await read(server, "faults")).toEqual([{ rule: { skip: 1, fault: { type: "html" } }, triggered: 0 }])
  })
})

Console.describeConsole("the console's options", () => {
  test("change an assumption, and show a refused value's reason", async () => {
    const { page, server } = await openTools()
    const options = section(page, "Options")
    await options.getByLabel("legacyRooms").selectOption("accept")
    await eventually(async () => (await read(server, "options")).assumptions.legacyRooms).toBe("accept")
    await options.getByLabel("completedRoomRetention").fill("soon")
    await options.getByLabel("completedRoomRetention").press("Tab")
    await options.getByRole("alert").filter({ hasText: "completedRoomRetention" }).waitFor()
    expect(await options.getByLabel("completedRoomRetention").inputValue()).toBe("forever")
    await options.getByLabel("invalidParameterCode").fill("20002")
    await options.getByLabel("invalidParameterCode").press("Tab")
    await eventually(async () => (await read(server, "options")).assumptions.invalidParameterCode).toBe(20_002)
  })

  test("change quota, log sizes, seed and public origin", async () => {
    const { page, server } = await openTools()
    const options = section(page, "Options")
    await options.getByLabel("Reads per second").fill("3")
    await options.getByLabel("Writes per second").fill("2")
    await options.getByRole("button", { name: "Set quota" }).click()
    const settings = { requestLog: "5", callbackLog: "6", seed: "mine", publicOrigin: "https://sandbox.example.com" }
    for (const [name, value] of Object.entries(settings)) {
      await options.getByLabel(name, { exact: true }).fill(value)
      await options.getByLabel(name, { exact: true }).press("Enter")
    }
    await eventually(() => read(server, "options")).toMatchObject({
      quota: { reads: 3, writes: 2 },
      requestLog: 5,
      callbackLog: 6,
      seed: "mine",
      publicOrigin: "https://sandbox.example.com"
    })
  })

  test("keep what is typed while another change is answered", async () => {
    const { page, server } = await openTools()
    const options = section(page, "Options")
    const { promise: isTyped, resolve: typed } = Promise.withResolvers<void>()
    await page.route("**/sandbox/options", async (route) => {
      if (route.request().method() === "PATCH") await isTyped
      await route.continue()
    })
    await options.getByLabel("requestLog", { exact: true }).fill("5")
    await options.getByLabel("requestLog", { exact: true }).press("Enter")
    await options.getByLabel("seed", { exact: true }).fill("mine")
    const shown = page.waitForResponse((response) => response.request().method() === "PATCH")
    typed()
    await shown
    await eventually(() => read(server, "options")).toMatchObject({ requestLog: 5 })
    await page.waitForTimeout(300)
    await options.getByLabel("seed", { exact: true }).press("Enter")
    await eventually(() => read(server, "options")).toMatchObject({ seed: "mine" })
  })
})

Console.describeConsole("the console's files", () => {
  test("save a state, and load it after a reset", async () => {
    const { page, server } = await openTools()
    const state = section(page, "Scenario and state")
    await twilio(server, "/v1/Rooms", { UniqueName: "Second" })
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      state.getByRole("button", { name: "Save state" }).click()
    ])
    page.once("dialog", (dialog) => void dialog.accept())
    await state.getByRole("button", { name: "Reset" }).click()
    await eventually(() => names(server)).toEqual(["Huddle"])
    await state.getByLabel("File with a state").setInputFiles(await file.path())
    await state.getByRole("button", { name: "Load state" }).click()
    await eventually(() => names(server)).toEqual(["Huddle", "Second"])
  })

  test("load a scenario, instead of the rooms or beside them", async () => {
    const { page, server } = await openTools()
    const state = section(page, "Scenario and state")
    const file = (uniqueName: string) => ({
      name: "scenario.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify({ rooms: [{ uniqueName, participants: [{ identity: "Zoe" }] }] }))
    })
    await state.getByLabel("File with a scenario").setInputFiles(file("Other"))
    await state.getByRole("button", { name: "Load scenario" }).click()
    await eventually(() => names(server)).toEqual(["Other"])
    await state.getByLabel("File with a scenario").setInputFiles(file("Third"))
    await state.getByLabel("Add to the rooms that exist").check()
    await state.getByRole("button", { name: "Load scenario" }).click()
    await eventually(() => names(server)).toEqual(["Other", "Third"])
    await state.getByRole("button", { name: "Load scenario" }).click()
    await state.getByRole("alert").filter({ hasText: /room/u }).waitFor()
  })

  test("save the rooms as a scenario that opens them again", async () => {
    const { page, server } = await openTools()
    const state = section(page, "Scenario and state")
    await twilio(server, "/v1/Rooms", { UniqueName: "Second" })
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      state.getByRole("button", { name: "Save as scenario" }).click()
    ])
    page.once("dialog", (dialog) => void dialog.accept())
    await state.getByRole("button", { name: "Reset" }).click()
    await eventually(() => names(server)).toEqual(["Huddle"])
    await state.getByLabel("File with a scenario").setInputFiles(await file.path())
    await state.getByRole("button", { name: "Load scenario" }).click()
    await eventually(() => names(server)).toEqual(["Huddle", "Second"])
  })
})
