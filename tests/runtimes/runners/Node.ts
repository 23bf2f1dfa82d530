/**
 * Runs the program on the Node that runs this, straight from the sources, where no code may be made of strings. Holds no
 * expectation.
 */
import * as Effect from "effect/Effect"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

/** Runs one task to its end. */
export const run = (task: ReadonlyArray<string>) =>
  Program.run({
    source: Missing.npm("node"),
    file: process.execPath,
    args: ["--disallow-code-generation-from-strings", "runtimes/hosts/node.ts", ...task],
    env: {}
  })

export const runner: Runner.Runner = {
  name: "Node",
  start: Effect.succeed((task, baseUrl = "") => Effect.flatMap(run([task, baseUrl]), Runner.reportOf))
}
