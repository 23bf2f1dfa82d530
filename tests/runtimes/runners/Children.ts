/**
 * The processes that tests and tables have started: none outlives this one. Holds no start.
 */
import type { ChildProcess } from "node:child_process"

const children = new Set<ChildProcess>()

const killAll = () => {
  for (const child of children) child.kill("SIGKILL")
}

/** Kills the process when this one ends, where it is still there: where Vitest is interrupted, no scope closes. */
export const watch = (child: ChildProcess): void => {
  if (children.size === 0) process.once("exit", killAll)
  children.add(child)
  child.once("close", () => {
    children.delete(child)
    if (children.size === 0) process.off("exit", killAll)
  })
}
