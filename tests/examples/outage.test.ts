/**
 * The parts of the outage example, each on its own sandbox, and the whole as a process.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Outage from "../../examples/src/outage.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

describe("the outage", () => {
  it.live("removes everybody but the exception, each once", () =>
    Effect.gen(function* () {
      const removals = yield* Outage.throughFaults
      const summary = removals.map(({ _tag, participant }) => `${_tag} ${Option.getOrUndefined(participant)?.identity}`)
      assert.deepStrictEqual(summary.sort(), [
        "Disconnected Ann",
        "Disconnected Ben",
        "Disconnected Cay",
        "Disconnected Dan"
      ])
      const sandbox = yield* Sandbox.Sandbox
      const requests = yield* sandbox.requests
      assert.strictEqual(requests.flatMap(({ changes }) => changes).length, 4)
      assert.isAbove(requests.filter(({ fault }) => fault === "lost-response").length, 0)
    }).pipe(Effect.provide(Outage.layer({ failures: 100 })))
  )

  it.live("opens the circuit, sends nothing while it's open, and closes it again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Outage.throughOutage, [
        ...Array.from({ length: 3 }, () => "Unavailable"),
        ...Array.from({ length: 5 }, () => "CIRCUIT_OPEN"),
        "found Eve"
      ])
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* sandbox.requests).length, 4)
    }).pipe(Effect.provide(Outage.layer({ failures: 3, openDuration: "250 millis" })))
  )

  it.live("reports what was done before the interruption", () =>
    Effect.gen(function* () {
      const { already, begun, done, failed, isComplete } = yield* Outage.interrupted
      assert.deepStrictEqual(
        [done.length, begun.length, already.length, failed.length, isComplete],
        [2, 2, 0, 0, false]
      )
    }).pipe(Effect.provide(Outage.layer({})))
  )

  it.live("runs to its end", () =>
    Effect.gen(function* () {
      const printed = yield* Effect.callback<string>((resume) => {
        execFile(process.execPath, ["examples/src/outage.ts"], { cwd: root }, (error, stdout, stderr) =>
          resume(error === null ? Effect.succeed(stdout) : Effect.die(stderr))
        )
      })
      assert.include(printed, "CIRCUIT_OPEN, found Eve.")
      assert.include(printed, "Results: AlreadyAnonymized, AlreadyAnonymized, Anonymized, Anonymized, Anonymized.")
    })
  )
})
