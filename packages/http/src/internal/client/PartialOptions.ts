/**
 * Merges options member by member.
 */

/** Any of the members of `A`. A member that is `undefined` counts as missing. */
export type PartialOptions<A> = { readonly [K in keyof A]?: A[K] | undefined }

/** The members of `options`, and those of `defaults` for the missing ones. */
export const merge = <A extends object>(defaults: A, options: PartialOptions<A>): A =>
  Object.assign({}, defaults, Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)))
