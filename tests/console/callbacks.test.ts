/**
 * The console's callbacks: deliveries as they change, details, replay, and delivery faults.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import type { Page } from "playwright-core"
import { expect, onTestFinished, test } from "vitest"
import * as Changes from "./support/Changes.ts"
import * as Console from "./support/Console.ts"
import { eventually } from "./support/Eventually.ts"
import { read, twilio } from "./support/Requests.ts"

interface Received {
  readonly signature: unknown
  readonly token: unknown
  readonly form: string
}

/** A server that receives callbacks and answers each with the next status; 200 after the last one. */
const receive = async (...statuses: ReadonlyArray<number>) => {
  const received: Array<Received> = []
  const server = createServer(async (request, response) => {
    const form = await text(request)
    const { "i-twilio-idempotency-token": token, "x-twilio-signature": signature } = request.headers
    received.push({ form, signature, token })
    response.writeHead(statuses[received.length - 1] ?? 200).end(`answer ${received.length}`)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks` }
}

const rooms: Sandbox.Options["rooms"] = [{ uniqueName: "Huddle", participants: [{ identity: "Alice" }] }]

const openCallbacks = async (url: string, hash = "#/callbacks") => {
  const server = await Console.serve({ rooms, callbacks: { url } })
  const page = await Console.open(server, hash)
  await Console.shows(page, "[role=status]", "Live")
  return { page, server }
}

const join = (server: Console.Server, identity: string) =>
  server.run(Sandbox.Sandbox.use((sandbox) => sandbox.join("Huddle", identity)))

/** The texts of the rows: event, room, receiver, status and attempts. */
const deliveries = (page: Page): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page
    .locator(".callbacks .row")
    .evaluateAll((rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent ?? "").slice(1)))

const details = (page: Page) => page.getByRole("region", { name: "Details" })

Console.describeConsole("the console's callbacks", () => {
  test("show each delivery with its status and attempts", async () => {
    const receiver = await receive(200, 500)
    const { page, server } = await openCallbacks(receiver.url)
    await page.getByText("No callback.").waitFor()
    await join(server, "Zoe")
    await twilio(server, "/v1/Rooms/Huddle/Participants/Alice", { Status: "disconnected" })
    await eventually(() => deliveries(page)).toEqual([
      ["participant-connected", "Huddle", `POST ${receiver.url}`, "delivered, 200", "1"],
      ["participant-disconnected", "Huddle", `POST ${receiver.url}`, "failed, 500", "1"]
    ])
    await page.getByRole("combobox", { name: "Status" }).selectOption("failed")
    await page.getByText("1 of 2 callbacks").waitFor()
    await page.getByRole("combobox", { name: "Status" }).selectOption("")
    await page.getByRole("searchbox", { name: "Text" }).fill("-connected")
    await page.getByText("1 of 2 callbacks").waitFor()
    await page.getByRole("button", { name: "Clear" }).click()
    await page.getByText("0 of 0 callbacks").waitFor()
    expect(await read(server, "callbacks")).toEqual([])
  })

  test("show parameters, signature and each attempt, and are replayed unchanged", async () => {
    const receiver = await receive(500)
    const { page, server } = await openCallbacks(receiver.url)
    await join(server, "Zoë <b>")
    await page.locator(".callbacks .row", { hasText: "failed" }).click()
    const shown = details(page)
    await shown.getByRole("row", { name: "ParticipantIdentity Zoë <b>" }).waitFor()
    await shown.getByRole("row", { name: "StatusCallbackEvent participant-connected" }).waitFor()
    await shown.getByText(String(receiver.received[0]?.signature)).waitFor()
    await shown.getByRole("row", { name: /500 .*answer 1$/u }).waitFor()
    await shown.getByRole("button", { name: "Replay" }).click()
    await shown.getByRole("row", { name: /200 .*answer 2$/u }).waitFor()
    expect(receiver.received).toHaveLength(2)
    expect(receiver.received[1]).toEqual(receiver.received[0])
    await eventually(async () => (await deliveries(page))[0]?.slice(3)).toEqual(["delivered, 200", "2"])
  })

  test("change little of the page when one of many changes", async () => {
    const receiver = await receive()
    const { page, server } = await openCallbacks(receiver.url)
    for (let index = 0; index < 45; index++) await join(server, `guest-${index}`)
    await page.getByText("45 of 45 callbacks").waitFor()
    await eventually(() => page.locator(".callbacks .badge.pending").count()).toBe(0)
    const changes = await Changes.count(page, async () => {
      await join(server, "Zoe")
      await page.getByText("46 of 46 callbacks").waitFor()
      await eventually(() => page.locator(".callbacks .badge.pending").count()).toBe(0)
    })
    expect(changes.nodes).toBeGreaterThan(0)
    expect(changes.nodes).toBeLessThanOrEqual(50)
    expect(changes.rows - changes.kept).toBeLessThanOrEqual(1)
  })

  test("show no erased identity", async () => {
    const receiver = await receive()
    const { page, server } = await openCallbacks(receiver.url)
    const { sid } = await join(server, "Zoe")
    await page.locator(".callbacks .row", { hasText: "delivered" }).click()
    await details(page).getByRole("row", { name: "ParticipantIdentity Zoe" }).waitFor()
    await twilio(server, `/v1/Rooms/Huddle/Participants/${sid}/Anonymize`, {})
    await details(page)
      .getByRole("row", { name: `ParticipantIdentity ${sid}` })
      .waitFor()
    expect(await page.locator("main").textContent()).not.toContain("Zoe")
  })

  test("meet the delivery faults that the tools set", async () => {
    const receiver = await receive()
    const { page, server } = await openCallbacks(receiver.url, "#/tools")
    const faults = page.getByRole("region", { name: "Delivery faults", exact: true })
    await faults.getByRole("combobox", { name: "Fault" }).selectOption("lost")
    await faults.getByRole("combobox", { name: "Event" }).selectOption("participant-connected")
    await faults.getByRole("button", { name: "Add" }).click()
    await faults.getByText("0 hit").waitFor()
    await join(server, "Zoe")
    await faults.getByText("1 hit").waitFor()
    await page.getByRole("link", { name: "Callbacks" }).click()
    await eventually(async () => (await deliveries(page)).map((row) => row[3])).toEqual([
      expect.stringContaining("dropped")
    ])
    expect(receiver.received).toEqual([])
    await page.getByRole("link", { name: "Tools" }).click()
    await faults.getByRole("button", { name: "Turn off" }).click()
    await faults.getByText("Off: there are no rules.").waitFor()
    expect(await read(server, "callbacks/faults")).toEqual([])
  })
})
