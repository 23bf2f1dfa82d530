/**
 * Importing modules, in a new process each time.
 */
import { spawn } from "node:child_process"
import { json } from "node:stream/consumers"
import type * as Job from "./Job.ts"

const importing =
  (...modules: ReadonlyArray<string>) =>
  async (): Promise<Job.Sample> => {
    const child = spawn(process.execPath, ["--expose-gc", "importer.ts", ...modules], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"]
    })
    return (await json(child.stdout)) as Job.Sample // What it prints.
  }

export const jobs = (): ReadonlyArray<Job.Job> => [
  {
    name: "import",
    unit: "process",
    clients: {
      "Effect, Schema, Stream, Layer": importing("effect/Effect", "effect/Schema", "effect/Stream", "effect/Layer"),
      nothing: importing(),
      twilio: importing("twilio"),
      "layerFetch and Participants": importing(
        "@effect-twilio-video/http/TwilioVideo",
        "@effect-twilio-video/core/Participants"
      )
    }
  }
]
