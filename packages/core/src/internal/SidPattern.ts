/**
 * The pattern of a SID. Apart from `Sid`, so that bundles without Schema can use it.
 */

export const make = (prefix: string): RegExp => new RegExp(`^${prefix}[0-9a-fA-F]{32}$`, "u")
