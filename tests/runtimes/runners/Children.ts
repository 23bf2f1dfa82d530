/**
 * Kills the child processes that tests and the table started when this process exits.
 */
import type { ChildProcess } from "node:child_process"

const children = new Set<ChildProcess>()

const killAll = () => {
  for (const child of children) child.kill("SIGKILL")
}

/** Kills the child when this process exits. No scope closes if Vitest is interrupted. */
export const watch = (child: ChildProcess): void => {
  if (children.size === 0) process.once("exit", killAll)
  children.add(child)
  child.once("close", () => {
    children.delete(child)
    if (children.size === 0) process.off("exit", killAll)
  })
}
