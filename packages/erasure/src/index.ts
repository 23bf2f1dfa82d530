/**
 * All modules that run on every runtime, as namespaces. If bundle size matters, import modules by their own paths instead.
 *
 * @since 0.1.0
 */
export {}
