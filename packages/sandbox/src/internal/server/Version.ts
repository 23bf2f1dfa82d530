/**
 * The packages' version. `pnpm generate` writes it.
 */
export const version = "0.0.0"
