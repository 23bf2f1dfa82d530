/**
 * Options over other options, member by member.
 */

/** Any of the members of `A`. One that is undefined is not given. */
export type Given<A> = { readonly [K in keyof A]?: A[K] | undefined }

/** Takes the members that are given, and the others from `outer`. */
export const over = <A extends object>(outer: A, inner: Given<A>): A =>
  Object.assign({}, outer, Object.fromEntries(Object.entries(inner).filter(([, value]) => value !== undefined)))
