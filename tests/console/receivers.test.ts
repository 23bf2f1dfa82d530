/**
 * The console's matrix of who receives whom.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type { Page } from "playwright-core"
import { expect, test } from "vitest"
import * as Changes from "./support/Changes.ts"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { read, twilio } from "./support/Requests.ts"

const audio = { kind: "audio", name: "mic" } as const

const rooms: Sandbox.Options["rooms"] = [
  {
    uniqueName: "Huddle",
    participants: [
      { identity: "Alice", tracks: [audio, { kind: "video", name: "cam" }, { kind: "video", name: "screen" }] },
      { identity: "Bob", tracks: [audio] },
      { identity: "Carl", rules: [SubscribeRule.include({ kind: "video" })] }
    ]
  }
]

const openMatrix = async (options: Sandbox.Options, room = "Huddle") => {
  const server = await Console.serve(options)
  const { sid } = (await read(server, `rooms/${room}/timeline`)).room
  const page = await Console.open(server, `#/rooms/${sid}/receivers`)
  return { page, server }
}

/** The texts of the matrix, row by row. */
const matrix = (page: Page): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page
    .locator(".matrix tr")
    .evaluateAll((rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent ?? "")))

/** The room with many participants, each with a microphone, and the matrix's first row with many publishers. */
const crowd = (count: number): Sandbox.Options => ({
  rooms: [
    {
      uniqueName: "Huddle",
      maxParticipants: 1000,
      participants: Array.from({ length: count }, (_, index) => ({ identity: `guest-${index + 1}`, tracks: [audio] }))
    }
  ]
})

Console.describeConsole("the console's matrix", () => {
  test("shows which kinds each subscriber receives from each publisher", async () => {
    const { page } = await openMatrix({ rooms })
    await eventually(() => matrix(page)).toEqual([
      ["Subscriber", "Alice audio, video ×2", "Bob audio"],
      ["Alice", "self", "audio"],
      ["Bob", "audio, video ×2", "self"],
      ["Carl", "video ×2", "none"]
    ])
  })

  test("changes with rules, tracks and participants", async () => {
    const { page, server } = await openMatrix({ rooms })
    await page.getByRole("rowheader", { name: "Carl" }).waitFor()
    const carl = async () => (await matrix(page)).find(([subscriber]) => subscriber === "Carl")
    const rules = JSON.stringify([{ type: "include", publisher: "Alice", track: "screen" }])
    await twilio(server, "/v1/Rooms/Huddle/Participants/Carl/SubscribeRules", { Rules: rules })
    await eventually(carl).toEqual(["Carl", "video 1 of 2", "none"])
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", "Zoe")))
    await page.getByRole("rowheader", { name: "Zoe" }).waitFor()
    await server.run(Sandbox.Sandbox.use((sandbox) => sandbox.publishTrack("Huddle", "Zoe", { kind: "data" })))
    await page.getByRole("columnheader", { name: "Zoe data" }).waitFor()
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice", { Status: "disconnected" })
    await page.getByRole("rowheader", { name: "Alice" }).waitFor({ state: "detached" })
    // The column of a publisher who left stays for a while, and then goes.
    await page.getByRole("columnheader", { name: "(left) nothing" }).waitFor()
    await page.getByRole("columnheader", { name: "(left) nothing" }).waitFor({ state: "detached" })
    expect((await matrix(page))[0]).toEqual(["Subscriber", "Bob audio", "Zoe data"])
  })

  test("shows no erased identity", async () => {
    const { page, server } = await openMatrix({ rooms })
    await page.getByRole("columnheader", { name: /^Bob/u }).waitFor()
    const { sid } = await (await twilio(server, "/v1/Rooms/Huddle/Participants/Bob")).json()
    await twilio(server, `/v1/Rooms/Huddle/Participants/${sid}/Anonymize`, {})
    await page.getByRole("columnheader", { name: sid }).waitFor()
    expect(await page.locator("main").textContent()).not.toContain("Bob")
  })

  test("shows 1,000 participants page by page", async () => {
    const { page, server } = await openMatrix(crowd(1000))
    await page.getByText("1 to 10 of 1000 subscribers").waitFor()
    const header = async () => (await matrix(page))[0]?.slice(1)
    await eventually(header).toEqual([1, 2, 3, 4, 5, 6].map((index) => `guest-${index} audio`))
    expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe("1001")
    await page.getByRole("button", { name: "Next publishers" }).click()
    await page.getByRole("button", { name: "Next subscribers" }).click()
    await page.getByRole("rowheader", { name: "guest-11" }).waitFor()
    await eventually(header).toEqual([7, 8, 9, 10, 11, 12].map((index) => `guest-${index} audio`))
    expect((await matrix(page)).find(([subscriber]) => subscriber === "guest-11")?.[5]).toBe("self")
    await page.getByRole("button", { name: "Previous subscribers" }).click()
    await page.getByRole("rowheader", { name: "guest-9", exact: true }).waitFor()

    // Whatever happens, little of the page changes.
    const changes = await Changes.count(page, async () => {
      await twilio(server, "/v1/Rooms/Huddle/Participants/guest-8", { Status: "disconnected" })
      await page.getByText("of 999 subscribers").waitFor()
    })
    expect(changes.nodes).toBeLessThanOrEqual(50)
  })

  test("can't be shown for a room that doesn't exist", async () => {
    const server = await Console.serve({ rooms })
    const page = await Console.open(server, "#/rooms/RM00000000000000000000000000000000/receivers")
    await page.getByRole("alert").filter({ hasText: /room/u }).waitFor()
  })
})
