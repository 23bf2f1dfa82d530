/**
 * The parts of the webinar example on the sandbox, and the whole as a process.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Webinar from "../../examples/src/webinar.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

describe("the webinar", () => {
  it.effect("finds the existing room, and sets the stage for its participants", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const first = yield* Webinar.findOrCreate("Hall")
      assert.strictEqual((yield* Webinar.findOrCreate("Hall")).sid, first.sid)
      for (const identity of ["host", "co-host", "guest"]) {
        yield* sandbox.join("Hall", identity)
        yield* sandbox.publishTrack("Hall", identity, { kind: "video", name: `${identity}-cam` })
      }
      yield* Webinar.setStage("Hall", ["host", "co-host"])
      yield* sandbox.publishTrack("Hall", "guest", { kind: "audio", name: "guest-mic" })
      yield* sandbox.publishTrack("Hall", "host", { kind: "video", name: "slides" })
      assert.deepStrictEqual(yield* Webinar.audience("Hall"), [
        { identity: "guest", receives: ["co-host-cam", "host-cam", "slides"] },
        { identity: "co-host", receives: ["host-cam", "slides"] },
        { identity: "host", receives: ["co-host-cam"] }
      ])
    }).pipe(Effect.provide(Sandbox.layer({ rooms: [] })))
  )

  it.live("runs from start to end", () =>
    Effect.gen(function* () {
      const printed = yield* Effect.callback<string>((resume) => {
        execFile(process.execPath, ["examples/src/webinar.ts"], { cwd: root }, (error, stdout, stderr) =>
          resume(error === null ? Effect.succeed(stdout) : Effect.die(stderr))
        )
      })
      const lines = printed.split("\n").map((line) => line.trim().split(/ {2,}/u))
      assert.deepStrictEqual(
        lines.filter(([who]) => who === "guest-1"),
        [
          ["guest-1", "guest-2-cam, host-cam"],
          ["guest-1", "host-cam"],
          ["guest-1", "host-cam, slides"]
        ]
      )
      assert.include(printed, "The room is completed.")
    })
  )
})
