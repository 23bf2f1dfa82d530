/**
 * `pnpm screenshots`: writes pictures of the console's views to docs/console. Each run plays the same events on a clock
 * that stands still, so pictures differ little unless the console does: in durations, and in the ids of callbacks.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Browser, BrowserContextOptions } from "playwright-core"
import * as Chromium from "../runtimes/runners/Chromium.ts"
import * as Palette from "./Palette.ts"

const folder = fileURLToPath(new URL("../../docs/console", import.meta.url))

/** The most bytes of a picture. */
const largest = 100_000

const start = Date.parse("2026-03-02T09:00:00Z")

/** Shows one time, and sleeps in real time. */
const still = Layer.effect(
  Clock.Clock,
  Effect.map(Clock.Clock, (real): Clock.Clock => ({
    currentTimeMillisUnsafe: () => start,
    currentTimeMillis: Effect.succeed(start),
    currentTimeNanosUnsafe: () => BigInt(start) * 1_000_000n,
    currentTimeNanos: Effect.succeed(BigInt(start) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: real.monotonicTimeNanos,
    sleep: (duration) => real.sleep(duration)
  }))
)

const server = SandboxServer.layer().pipe(
  Layer.provideMerge(
    Sandbox.layerControls({
      callbacks: { url: "http://localhost:3000/video-events", handler: () => new Response(null, { status: 204 }) }
    })
  ),
  Layer.provide(still)
)

/** Changes the sandbox's clock, which is a control of the server only. */
const setClock = Effect.fnUntraced(function* (change: { readonly rate?: number; readonly advance?: string }) {
  const url = yield* SandboxServer.baseUrl
  yield* Effect.promise(() => fetch(`${url}/sandbox/clock`, { method: "PUT", body: JSON.stringify(change) }))
})

const room = "DailyStandup"

/** What happens in the pictures. */
const play = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* setClock({ rate: 0, advance: "2 minutes" })
  yield* sandbox.join(room, "Zoe")
  yield* sandbox.publishTrack(room, "Zoe", { kind: "audio", name: "zoe-audio" })
  yield* sandbox.publishTrack(room, "Zoe", { kind: "video", name: "zoe-cam" })
  yield* setClock({ advance: "90 seconds" })
  yield* sandbox.loseConnection(room, "Alice")
  yield* sandbox.enableTrack(room, "Bob", "bob-audio")
  yield* setClock({ advance: "1 minute" })
  yield* sandbox.regainConnection(room, "Alice")
  yield* Participants.list(room)
  yield* SubscribeRules.update(room, "Bob", [{ type: "include", kind: "audio" }])
  yield* setClock({ advance: "1 minute" })
  yield* sandbox.disableTrack(room, "Zoe", "zoe-cam")
  // The client tries again after the fault.
  yield* sandbox.setFaults([
    { operations: ["UpdateRoomParticipant"], times: 1, fault: { type: "status", status: 503 } },
    { operations: ["ListRoomParticipant"], rate: 0.1, fault: { type: "delay", millis: 2000 } }
  ])
  yield* Participants.disconnect(room, "Carl")
  yield* Effect.flip(Participants.fetch(room, "Mallory"))
  yield* setClock({ advance: "1 minute" })
  const erin = yield* sandbox.leave(room, "Erin")
  yield* Participants.anonymize(room, erin.sid)
  yield* setClock({ advance: "2 minutes" })
  yield* sandbox.awaitCallbacks
})

interface View {
  readonly name: string
  /** The view in the address's fragment. */
  readonly hash: string
  /** A text to click on. */
  readonly opens?: string
  /** A text that the view shows when it's complete. */
  readonly shows: string
  /** The height of the window. */
  readonly height?: number
  readonly onPhone?: boolean
}

const views = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { rooms } = yield* sandbox.exportState
  const standup = rooms.find(({ uniqueName }) => uniqueName === room)
  const update = (yield* sandbox.requests).find(({ operation }) => operation === "UpdateRoomParticipantSubscribeRule")
  const joined = (yield* sandbox.callbacks).find(({ event }) => event === "participant-connected")
  const all: ReadonlyArray<View> = [
    { name: "rooms", hash: "#/rooms", shows: "Webinar", height: 380, onPhone: true },
    { name: "room", hash: `#/rooms/${standup?.sid}`, opens: "Bob", shows: "bob-cam", onPhone: true },
    { name: "receivers", hash: `#/rooms/${standup?.sid}/receivers`, shows: "Zoe", height: 390 },
    { name: "journal", hash: `#/journal/${update?.id}`, shows: "Headers", onPhone: true },
    { name: "callbacks", hash: `#/callbacks/${joined?.id}`, shows: "Replay" },
    { name: "tools", hash: "#/tools", shows: "UpdateRoomParticipant" }
  ]
  return all
})

type Look = "light" | "dark" | "phone"

const optionsOf = ({ height = 700 }: View, look: Look): BrowserContextOptions =>
  look === "phone"
    ? { viewport: { width: 390, height: 780 }, colorScheme: "light", hasTouch: true, isMobile: true }
    : { viewport: { width: 1120, height }, colorScheme: look }

const picture = async (browser: Browser, url: string, view: View, look: Look) => {
  const context = await browser.newContext(optionsOf(view, look))
  const page = await context.newPage()
  await page.goto(`${url}/sandbox/console/${view.hash}`)
  const main = page.locator("main")
  if (view.opens !== undefined) await main.getByText(view.opens).click()
  await main.getByText(view.shows).first().waitFor()
  await page.locator("header time").getByText("2026").waitFor()
  const file = `${view.name}-${look}.png`
  const png = Palette.reduce(await page.screenshot())
  await context.close()
  console.log(`${file}  ${png.length} bytes`)
  if (png.length > largest) throw new Error(`${file} has more than ${largest} bytes. Take a smaller picture.`)
  writeFileSync(join(folder, file), png)
}

const program = Effect.gen(function* () {
  const url = yield* SandboxServer.baseUrl
  const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
  const client = TwilioVideo.layerFetch({ accountSid, authToken: Redacted.make(authToken), baseUrl: url })
  yield* play.pipe(Effect.provide(client))
  const shown = yield* views
  yield* Effect.promise(async () => {
    if (Chromium.installed === undefined) throw new Error(`Chromium isn't installed: ${Chromium.source.install}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    const browser = await Chromium.open(Chromium.installed)
    try {
      for (const view of shown) {
        await picture(browser, url, view, "light")
        await picture(browser, url, view, "dark")
        if (view.onPhone === true) await picture(browser, url, view, "phone")
      }
    } finally {
      await browser.close()
    }
  })
})

await program.pipe(Effect.provide(server), Effect.runPromise)
