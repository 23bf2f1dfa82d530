/**
 * The pattern of a SID: two capitals and 32 hexadecimal digits. Holds no schema, for bundles that need none.
 */

export const make = (prefix: string): RegExp => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`, "u")
