/**
 * A page in Chromium that reads a room with an `EventSource`.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import * as Chromium from "../runtimes/runners/Chromium.ts"
import * as Events from "./support/Events.ts"
import * as Facts from "./support/Facts.ts"
import * as OneRoom from "./support/OneRoom.ts"
import * as Served from "./support/Served.ts"

const names = ["snapshot", "joined", "left", "room-ended"]

/** What the page keeps. */
interface Page {
  readonly seen: Array<{ readonly name: string; readonly id: string; readonly data: unknown }>
  readonly source: EventSource
}

const read = ([url, names]: readonly [string, ReadonlyArray<string>]) => {
  const page: Page = { seen: [], source: new EventSource(url) }
  for (const name of names) {
    page.source.addEventListener(name, ({ data, lastEventId }) =>
      page.seen.push({ name, id: lastEventId, data: JSON.parse(data) })
    )
  }
  Object.assign(globalThis, { page })
}

const browser = Effect.acquireRelease(
  Effect.promise(() => Chromium.open(Chromium.installed ?? "chromium")),
  (browser) => Effect.promise(() => browser.close())
)

it.live("resumes after a lost connection, and isn't opened again after the end of the room", () => {
  const server = createServer()
  return Effect.gen(function* () {
    yield* Facts.add(OneRoom.created)
    const url = yield* Served.url(OneRoom.room.roomName)
    const page = yield* Effect.andThen(browser, (browser) => Effect.promise(() => browser.newPage()))
    const until = (count: number) =>
      Effect.promise(() =>
        page.waitForFunction((count) => (globalThis as unknown as { page: Page }).page.seen.length >= count, count, {
          timeout: 0
        })
      )
    // Any page of the same origin.
    const other = yield* Served.url("NoSuchRoom")
    yield* Effect.promise(() => page.goto(other))
    yield* Effect.promise(() => page.evaluate(read, [url, names] as const))
    yield* until(1)
    yield* Facts.add(OneRoom.joined(1))
    yield* until(2)
    for (let number = 2; number <= 4; number++) {
      server.closeAllConnections()
      yield* Facts.add(OneRoom.joined(number), OneRoom.left(number - 1, 10 + number))
      yield* until(2 * number)
    }
    server.closeAllConnections()
    yield* Facts.add(OneRoom.callback("RoomEnded", 60))
    const seen = yield* Effect.promise(async () => {
      const closed = await page.waitForFunction(
        () => {
          const { seen, source } = (globalThis as unknown as { page: Page }).page
          return source.readyState === EventSource.CLOSED ? seen : undefined
        },
        undefined,
        { timeout: 0 }
      )
      return closed.jsonValue()
    })
    const changes = ["joined", "joined", "left", "joined", "left", "joined", "left", "left", "room-ended"]
    assert.deepStrictEqual(
      seen?.map(({ name }) => name),
      ["snapshot", ...changes]
    )
    const expected = yield* Events.rest(yield* Events.connect(url, seen?.[0]?.id))
    assert.deepStrictEqual<unknown>(seen?.slice(1), expected)
  }).pipe(
    Effect.scoped,
    Effect.provide(Served.layer(Effect.succeed(true), server).pipe(Layer.provideMerge(Served.roster)))
  )
})
