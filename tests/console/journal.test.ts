/**
 * The console's journal: requests as they come, filters, details, and what they are copied as.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import type { Page } from "playwright-core"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { control, read, twilio } from "./support/Requests.ts"

const run = promisify(execFile)

const rooms: Sandbox.Options["rooms"] = [{ uniqueName: "Huddle", participants: [{ identity: "Alice" }] }]

const openJournal = async (options: Sandbox.Options = {}) => {
  const server = await Console.serve({ rooms, ...options })
  const page = await Console.open(server, "#/journal", { permissions: ["clipboard-read", "clipboard-write"] })
  await Console.shows(page, "[role=status]", "Live")
  return { page, server }
}

/** The texts of the rows on the screen, without their times and durations. */
const requests = (page: Page): Promise<ReadonlyArray<string>> =>
  page.locator(".journal .row").evaluateAll((rows) =>
    rows.map((row) =>
      [1, 3, 5]
        .map((cell) => row.children[cell]?.textContent)
        .join(" ")
        .trim()
    )
  )

const details = (page: Page) => page.getByRole("region", { name: "Details" })

Console.describeConsole("the console's journal", () => {
  test("shows requests as they come, with status and fault", async () => {
    const { page, server } = await openJournal({
      faults: [{ operations: ["CreateRoom"], fault: { type: "status", status: 503 } }]
    })
    await page.getByText("No request.").waitFor()
    await twilio(server, "/v1/Rooms/Huddle")
    await twilio(server, "/v1/Rooms/Nothing")
    await twilio(server, "/v1/Rooms", { UniqueName: "New" })
    await eventually(() => requests(page)).toEqual([
      "GET /v1/Rooms/Huddle 200",
      "GET /v1/Rooms/Nothing 404",
      "POST /v1/Rooms 503 status"
    ])
    await page.getByText("3 of 3 requests").waitFor()
  })

  test("shows a request that is pending, and then its response", async () => {
    const { page, server } = await openJournal({ faults: [{ fault: { type: "delay", millis: 60_000 } }] })
    await control(server, "PUT", "clock", { rate: 0 })
    const response = twilio(server, "/v1/Rooms/Huddle")
    await eventually(() => requests(page)).toEqual(["GET /v1/Rooms/Huddle pending delay"])
    await page.locator(".journal .row").click()
    await details(page).getByText("pending").waitFor()
    await control(server, "PUT", "clock", { advance: "1 minute" })
    expect((await response).status).toBe(200)
    await eventually(() => requests(page)).toEqual(["GET /v1/Rooms/Huddle 200 delay"])
    await details(page).getByText('"unique_name": "Huddle"').waitFor()
  })

  test("filters by operation, room, participant, status, text and fault", async () => {
    const { page, server } = await openJournal({
      faults: [{ operations: ["FetchRoomParticipantSubscribeRule"], fault: { type: "html" } }]
    })
    const { sid } = (await read(server, "rooms/Huddle/timeline")).room
    await twilio(server, "/v1/Rooms/Huddle")
    await twilio(server, `/v1/Rooms/${sid}/Participants/Alice`)
    await twilio(server, "/v1/Rooms/Elsewhere/Participants/Bob")
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice/SubscribeRules")
    const byName = "GET /v1/Rooms/Huddle 200"
    const bySid = `GET /v1/Rooms/${sid}/Participants/Alice 200`
    const bob = "GET /v1/Rooms/Elsewhere/Participants/Bob 404"
    const faulty = "GET /v1/Rooms/Huddle/Participants/Alice/SubscribeRules 502 html"
    await eventually(() => requests(page)).toEqual([byName, bySid, bob, faulty])

    await page.getByLabel("Operation").selectOption("FetchRoomParticipant")
    await eventually(() => requests(page)).toEqual([bySid, bob])
    await page.getByText("2 of 4 requests").waitFor()
    await page.getByLabel("Operation").selectOption("")
    await page.getByRole("searchbox", { name: "Room" }).fill("Huddle")
    await eventually(() => requests(page)).toEqual([byName, bySid, faulty])
    await page.getByRole("searchbox", { name: "Room" }).fill("")
    await page.getByRole("searchbox", { name: "Participant" }).fill("bob")
    await eventually(() => requests(page)).toEqual([bob])
    await page.getByRole("searchbox", { name: "Participant" }).fill("")
    await page.getByRole("searchbox", { name: "Status" }).fill("4xx")
    await eventually(() => requests(page)).toEqual([bob])
    await page.getByRole("searchbox", { name: "Status" }).fill("200")
    await page.getByRole("searchbox", { name: "Text" }).fill("participants")
    await eventually(() => requests(page)).toEqual([bySid])
    await page.getByRole("searchbox", { name: "Status" }).fill("")
    await page.getByRole("searchbox", { name: "Text" }).fill("")
    await page.getByLabel("Only faults").check()
    await eventually(() => requests(page)).toEqual([faulty])
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice/SubscribeRules")
    await eventually(() => requests(page)).toEqual([faulty, faulty])
  })

  test("pauses, goes on and is cleared", async () => {
    const { page, server } = await openJournal()
    await twilio(server, "/v1/Rooms/Huddle")
    await page.getByText("1 of 1 requests").waitFor()
    await page.getByRole("button", { name: "Pause" }).click()
    await twilio(server, "/v1/Rooms/Huddle")
    await page.getByText("1 of 2 requests").waitFor()
    await page.getByRole("button", { name: "Pause", pressed: true }).click()
    await page.getByText("2 of 2 requests").waitFor()
    await page.getByRole("button", { name: "Clear" }).click()
    await page.getByText("0 of 0 requests").waitFor()
    expect(await read(server, "requests")).toEqual([])
  })

  test("shows one request in full detail, and opens its room", async () => {
    const { page, server } = await openJournal()
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice?Trace=%C3%A9", { Status: "disconnected" })
    await page.locator(".journal .row").click()
    const shown = details(page)
    await shown.getByRole("heading", { name: "POST /v1/Rooms/Huddle/Participants/Alice?Trace=%C3%A9" }).waitFor()
    await shown.getByRole("row", { name: "Trace é" }).waitFor()
    await shown.getByRole("row", { name: "Status disconnected" }).waitFor()
    await shown.getByRole("row", { name: "content-type application/x-www-form-urlencoded" }).waitFor()
    await shown.getByText('"identity": "Alice"').waitFor()
    expect(await shown.textContent()).not.toContain(SandboxCredentials.defaults.authToken)
    await shown
      .getByRole("listitem")
      .filter({ hasText: "participant-disconnected in Huddle" })
      .getByRole("link")
      .click()
    await page.getByRole("heading", { name: "Huddle" }).waitFor()
  })

  test("opens requests by keyboard, and keeps the focus", async () => {
    const { page, server } = await openJournal()
    for (const room of ["Huddle", "Second", "Third"]) await twilio(server, `/v1/Rooms/${room}`)
    await page.getByText("3 of 3 requests").waitFor()
    const list = page.getByRole("grid", { name: "Requests" })
    await list.focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await details(page).getByRole("heading", { name: "GET /v1/Rooms/Second" }).waitFor()
    expect(await list.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await details(page).getByRole("heading", { name: "GET /v1/Rooms/Third" }).waitFor()
    await details(page).getByRole("link", { name: "Close" }).click()
    await details(page).waitFor({ state: "detached" })
  })

  test("copies a request as a curl command that sends it again", async () => {
    const { page, server } = await openJournal()
    const identity = 'O\'Hara $HOME `x` "y"'
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", identity)))
    await twilio(server, `/v1/Rooms/Huddle/Participants/${encodeURIComponent(identity)}`, { Status: "disconnected" })
    await page.locator(".journal .row").click()
    await details(page).getByRole("button", { name: "Copy as curl" }).click()
    await details(page).getByText("Copied.").waitFor()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", identity)))
    const { accountSid, authToken } = SandboxCredentials.defaults
    const { stdout } = await run("sh", ["-c", command], {
      env: { PATH: process.env.PATH, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken }
    })
    expect(JSON.parse(stdout)).toMatchObject({ identity, status: "disconnected" })
    await eventually(() => requests(page)).toHaveLength(2)
  })

  test("copies a request as a program with the operation's accessor", async () => {
    const { page, server } = await openJournal()
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice", { Status: "disconnected" })
    await page.locator(".journal .row").click()
    await details(page).getByRole("button", { name: "Copy as Effect" }).click()
    await details(page).getByText("Copied.").waitFor()
    const program = await page.evaluate(() => navigator.clipboard.readText())
    expect(program).toContain('const program = Participants.disconnect("Huddle", "Alice")\n')
  })

  test("says that a request is no longer in the log", async () => {
    const { page } = await openJournal()
    await page.evaluate(() => {
      location.hash = "#/journal/RQ00000000000000000000000000000000"
    })
    await details(page).getByRole("alert").filter({ hasText: /./u }).waitFor()
  })
})
