/**
 * A stream of many participants uses constant memory. Writes `reports/memory.json`.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { mkdirSync, writeFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Lane from "../support/Lane.ts"

const size = Lane.count(50_000, 1_000_000)

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** Megabytes in use after garbage collection. */
const heap = Effect.sync(() => {
  collect()
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10
})

// Created in the layer, so only the sandbox references the scenario.
const stadium = Layer.unwrap(
  Effect.sync(() =>
    Sandbox.layer({
      rooms: [
        {
          uniqueName: "Stadium",
          maxParticipants: size,
          participants: Array.from({ length: size }, (_, i) => ({ identity: `fan ${i}` }))
        }
      ]
    })
  )
)

describe(`a stream of ${size} participants`, () => {
  it.effect("keeps the heap flat", () =>
    Effect.gen(function* () {
      // Warms up.
      yield* Participants.stream("Stadium").pipe(Stream.take(size / 50), Stream.runDrain)
      const before = yield* heap
      const during: Array<number> = []
      let read = 0
      const last = yield* Participants.stream("Stadium").pipe(
        Stream.tap(() => {
          read += 1
          return read % (size / 10) === 0 ? Effect.map(heap, (used) => void during.push(used)) : Effect.void
        }),
        Stream.runLast
      )
      const after = yield* heap
      const rise = Math.round((Math.max(...during) - before) * 10) / 10
      mkdirSync("reports", { recursive: true })
      writeFileSync(
        "reports/memory.json",
        `${JSON.stringify({ participants: read, heapMegabytes: { before, during, after }, rise }, undefined, 2)}\n`
      )
      assert.strictEqual(read, size)
      assert.strictEqual(last._tag === "Some" && last.value.identity, "fan 0")
      assert.strictEqual(during.length, 10)
      // A page of 1000 takes about 1 MB. The records of all participants take more than 60 MB, even at the small size.
      assert.isBelow(rise, 20)
    }).pipe(Effect.provide(stadium))
  )
})
