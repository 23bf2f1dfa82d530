#!/usr/bin/env node
/**
 * What the package's command starts: the command line, or a word on what it needs. A Node-only entry point. Holds no
 * command.
 *
 * @since 0.1.0
 */
try {
  await import("./cli.ts")
} catch (error) {
  if (!(error instanceof Error && error.message.includes("@effect/platform-node"))) throw error
  process.stderr.write(
    "The sandbox's command needs the package @effect/platform-node beside effect: npm install @effect/platform-node\n"
  )
  process.exitCode = 1
}
