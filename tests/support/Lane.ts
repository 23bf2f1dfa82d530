/**
 * The size of a test: small in `pnpm test`, full in `pnpm test:deep`. `vitest.config.ts` assigns files to the two lanes.
 */

/** Does this lane run tests at their full size? */
export const isDeep: boolean = process.env.TEST_LANE === "deep"

/** The number of cases, operations or seconds: `small` in `pnpm test`, `full` in `pnpm test:deep`. */
export const count = (small: number, full: number): number => (isDeep ? full : small)
