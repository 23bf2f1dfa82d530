/**
 * Runs the program on the current Node, from the sources, with code generation from strings forbidden.
 */
import * as Effect from "effect/Effect"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

/** Runs a task to its end. */
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
