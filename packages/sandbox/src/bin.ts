#!/usr/bin/env node
/**
 * The executable of the package: runs the command line, or says which package to install for it. A Node-only entry
 * point.
 *
 * @since 0.1.0
 */
try {
  await import("./cli.ts")
} catch (error) {
  if (!(error instanceof Error && error.message.includes("@effect/platform-node"))) throw error
  process.stderr.write(
    "The command effect-twilio-video-sandbox requires @effect/platform-node. Run: npm install @effect/platform-node\n"
  )
  process.exitCode = 1
}
