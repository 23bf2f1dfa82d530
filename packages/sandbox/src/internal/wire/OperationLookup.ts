/**
 * Which of Twilio's operations a method and a path ask for. Holds no endpoint.
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
  // A HEAD asks for what the GET would answer.
  if (method === "GET") names.set(`HEAD ${path}`, name)
}

export const isKnownPath = (path: string): boolean => paths.some(({ pattern }) => pattern.test(path))

// Of Video v1, and of the pages of its resources. `links` of a room point to the first three.
const others = [
  "Rooms/[^/]+/(Recordings|Transcriptions|RecordingRules)",
  "(Recordings|RecordingSettings|Compositions|CompositionHooks|CompositionSettings)"
].map((path) => new RegExp(`^/v1/${path}(/.*)?$`, "u"))

/** The resource of Twilio Video, if the path is one's that the sandbox does not emulate. */
export const notEmulated = (path: string): string | undefined => {
  for (const pattern of others) {
    const resource = pattern.exec(path)?.[1]
    if (resource !== undefined) return resource
  }
  return undefined
}

/** The operation, of a path as the router takes it. */
export const find = (method: string, path: string): OperationName.OperationName | undefined => {
  const known = paths.find(({ pattern }) => pattern.test(path))
  return known === undefined ? undefined : names.get(`${method} ${known.path}`)
}
