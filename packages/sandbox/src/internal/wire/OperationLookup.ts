/**
 * Finds Twilio's operation for a method and a path.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import type * as OperationName from "../../OperationName.ts"

const paths = Array.from(new Set(Object.values(Wire.operations).map(({ path }) => path)), (path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/:[a-z]+/gu, "[^/]+")}$`, "u")
}))

const names = new Map<string, OperationName.OperationName>()
for (const name of Object.keys(Wire.operations) as ReadonlyArray<OperationName.OperationName>) {
  const { method, path } = Wire.operations[name]
  names.set(`${method} ${path}`, name)
  if (method === "GET") names.set(`HEAD ${path}`, name)
}

export const isKnownPath = (path: string): boolean => paths.some(({ pattern }) => pattern.test(path))

// The other resources of Video v1. A room's `links` point to the first three.
const others = [
  "Rooms/[^/]+/(Recordings|Transcriptions|RecordingRules)",
  "(Recordings|RecordingSettings|Compositions|CompositionHooks|CompositionSettings)"
].map((path) => new RegExp(`^/v1/${path}(/.*)?$`, "u"))

/** The resource of a path in Twilio Video that the sandbox doesn't emulate. */
export const notEmulated = (path: string): string | undefined => {
  for (const pattern of others) {
    const resource = pattern.exec(path)?.[1]
    if (resource !== undefined) return resource
  }
  return undefined
}

/** Finds the operation for a path in the router's form. */
export const find = (method: string, path: string): OperationName.OperationName | undefined => {
  const known = paths.find(({ pattern }) => pattern.test(path))
  return known === undefined ? undefined : names.get(`${method} ${known.path}`)
}
