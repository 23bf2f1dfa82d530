/**
 * The events of rooms on Deno, Bun and workerd: delivered while the room changes, resumed, and freed when readers leave.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import * as Bun from "../runtimes/runners/Bun.ts"
import * as Bundle from "../runtimes/runners/Bundle.ts"
import * as Deno from "../runtimes/runners/Deno.ts"
import * as Listening from "../runtimes/runners/Listening.ts"
import * as WorkerdServer from "../runtimes/runners/WorkerdServer.ts"
import * as Events from "./support/Events.ts"
import * as OneRoom from "./support/OneRoom.ts"

const fileOf = (name: string): string => fileURLToPath(new URL(`support/hosts/${name}`, import.meta.url))

/** Starts a program that sends its origin to a URL. */
const announced = <E, R>(start: (url: string) => Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    const { promise, resolve } = Promise.withResolvers<string>()
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", resolve)
      request.on("end", () => response.end())
    })
    yield* start(yield* Listening.on(server))
    return yield* Effect.promise(() => promise)
  })

const hosts = {
  Deno: announced((url) => Deno.start(["--allow-net=127.0.0.1"], fileOf("deno.ts"), [url])),
  Bun: announced((url) => Bun.start(fileOf("bun.ts"), [url])),
  workerd: Effect.gen(function* () {
    const { text } = yield* Bundle.make("workerd", fileOf("events.worker.ts"))
    const date = yield* WorkerdServer.currentDate
    return (yield* WorkerdServer.serve({ text, date, objects: { ROSTER: "RosterRoom" } })).origin
  })
}

describe("events", () => {
  for (const [name, host] of Object.entries(hosts)) {
    it.live(`reach readers on ${name}, and nothing waits for readers who have left`, () =>
      Effect.gen(function* () {
        const origin = yield* host
        const add = (fact: unknown) =>
          Effect.promise(() => fetch(origin, { method: "POST", body: JSON.stringify(fact) }))
        const untilWaiting = (count: number) =>
          Effect.promise(async () => {
            while ((await (await fetch(`${origin}/waiting`)).json()) !== count);
          })
        const url = `${origin}/${OneRoom.room.roomName}`
        yield* add(OneRoom.created)
        const ids = yield* Effect.gen(function* () {
          const [one, two] = [yield* Events.connect(url), yield* Events.connect(url)]
          const ids = [[(yield* one.event)?.id], [(yield* two.event)?.id]]
          for (let number = 1; number <= 5; number++) {
            yield* untilWaiting(2)
            yield* add(OneRoom.joined(number))
            ids[0]?.push((yield* one.event)?.id)
            ids[1]?.push((yield* two.event)?.id)
          }
          yield* untilWaiting(2)
          return ids
        }).pipe(Effect.scoped)
        assert.deepStrictEqual(ids[0], ids[1])
        assert.deepStrictEqual(
          ids[0]?.map((id) => Number(id?.split(".").at(-1))),
          [0, 1, 2, 3, 4, 5]
        )
        yield* untilWaiting(0)
        const resumed = yield* Events.connect(url, ids[0]?.[2])
        yield* add(OneRoom.callback("RoomEnded", 60))
        const events = yield* Events.rest(resumed)
        assert.deepStrictEqual(
          events.map(({ name }) => name),
          ["joined", "joined", "joined", "left", "left", "left", "left", "left", "room-ended"]
        )
      }).pipe(Effect.scoped)
    )
  }
})
