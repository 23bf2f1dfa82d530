/**
 * Assertions about what a page or a server shows in the end.
 */
import { expect } from "vitest"

/** Repeats `read` until its value is as expected. The limit is for a machine that is busy, not for the page. */
export const eventually = (read: () => unknown): ReturnType<typeof expect.poll> =>
  expect.poll(read, { interval: 20, timeout: 60_000 })
