/**
 * A stream of a crowd of participants takes no more memory at its end than at its beginning. Writes its figures to
 * `reports/memory.json`.
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

const crowdSize = Lane.count(50_000, 1_000_000)

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** Megabytes in use once what nobody holds is gone. */
const heap = Effect.sync(() => {
  collect()
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10
})

// Made in the layer, so that nobody holds the scenario but the sandbox.
const crowd = Layer.unwrap(
  Effect.sync(() =>
    Sandbox.layer({
      rooms: [
        {
          uniqueName: "Stadium",
          maxParticipants: crowdSize,
          participants: Array.from({ length: crowdSize }, (_, i) => ({ identity: `fan ${i}` }))
        }
      ]
    })
  )
)

describe(`a stream of ${crowdSize} participants`, () => {
  it.effect("keeps the heap flat", () =>
    Effect.gen(function* () {
      // The scenario is played, and the code is warm.
      yield* Participants.stream("Stadium").pipe(Stream.take(crowdSize / 50), Stream.runDrain)
      const before = yield* heap
      const during: Array<number> = []
      let read = 0
      const last = yield* Participants.stream("Stadium").pipe(
        Stream.tap(() => {
          read += 1
          return read % (crowdSize / 10) === 0 ? Effect.map(heap, (used) => void during.push(used)) : Effect.void
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
      assert.strictEqual(read, crowdSize)
      assert.strictEqual(last._tag === "Some" && last.value.identity, "fan 0")
      assert.strictEqual(during.length, 10)
      // A page of a thousand takes about one megabyte; all records of even the small crowd take more than sixty.
      assert.isBelow(rise, 20)
    }).pipe(Effect.provide(crowd))
  )
})
