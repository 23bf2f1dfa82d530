/**
 * How much a search does in the lane that runs it: little in `pnpm test`, everything in `pnpm test:deep`.
 * `vitest.config.ts` says which files belong to which lane.
 */

/** Is this the lane that runs searches at their full size? */
export const isDeep: boolean = process.env.TEST_LANE === "deep"

/** The number of cases, operations or seconds to run: `small` in `pnpm test`, `full` in `pnpm test:deep`. */
export const count = (small: number, full: number): number => (isDeep ? full : small)
