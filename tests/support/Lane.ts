/**
 * The size of a test: small in `pnpm test`, full in `pnpm test:deep`. `vitest.config.ts` assigns files to the two lanes.
 */

/** Whether this lane runs tests at their full size. */
export const isDeep: boolean = process.env.TEST_LANE === "deep"

/** Returns `small` in `pnpm test` and `full` in `pnpm test:deep`. */
export const count = (small: number, full: number): number => (isDeep ? full : small)
