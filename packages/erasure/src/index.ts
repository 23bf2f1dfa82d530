/**
 * All modules that run on every runtime, as namespaces. If bundle size matters, import modules by their own paths instead.
 *
 * @since 0.1.0
 */
export * as Erasure from "./Erasure.ts"
export * as ErasureKeys from "./ErasureKeys.ts"
export * as ErasureMemory from "./ErasureMemory.ts"
export * as ErasureSteps from "./ErasureSteps.ts"
export * as Receipt from "./Receipt.ts"
