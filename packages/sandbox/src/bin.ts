#!/usr/bin/env node
/**
 * The executable of the package. The published one is a single file with everything it needs. A Node-only entry point.
 *
 * @since 0.1.0
 */
await import("./cli.ts")
