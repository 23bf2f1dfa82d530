/**
 * All runners.
 */
import * as Bun from "./Bun.ts"
import * as Chromium from "./Chromium.ts"
import * as Deno from "./Deno.ts"
import * as Edge from "./Edge.ts"
import * as Node from "./Node.ts"
import type * as Runner from "./Runner.ts"
import * as Workerd from "./Workerd.ts"

export const all: ReadonlyArray<Runner.Runner> = [
  Node.runner,
  Deno.runner,
  Bun.runner,
  Workerd.runners.current,
  Workerd.runners.old,
  Edge.runner,
  Chromium.runner
]
