/**
 * Some failures of each kind, for tests that are too slow for all of them.
 */
import * as ResponseFailures from "./ResponseFailures.ts"
import * as ClientFailures from "./ClientFailures.ts"
import type * as Failure from "./Failure.ts"
import * as OptionFailures from "./OptionFailures.ts"
import * as TransportFailures from "./TransportFailures.ts"

const everything = [
  ...ResponseFailures.all,
  ...TransportFailures.all,
  ...ClientFailures.all,
  ...OptionFailures.all
] as const

const pick = (name: string): Failure.Failure => {
  const found = everything.find((failure) => failure.name === name)
  if (found === undefined) throw new Error(`There is no failure "${name}"`)
  return found
}

/** Of responses, transports, a program's client and its transformClient, in this order. */
export const all: ReadonlyArray<Failure.Failure> = [
  "401 20003, the header as message",
  "429 20429, the pair as detail",
  "Rooms.fetch: 20404",
  "Rooms.create: 53113",
  "Rooms.complete: 53112",
  "SubscribeRules.update: 53215",
  "wrong-shape: sid, a object",
  "foreign-next-page",
  "fetch: a refused connection, reading",
  "undici: a connection that is reset, changing",
  "undici: a truncated body, reading",
  "fetch: no response in time, reading",
  "fetch: a deadline, changing",
  "an HttpClient that fails with TransportError",
  "transformClient: filterStatusOk",
  "an HttpClient that dies with a request",
  "a transformClient that throws",
  "transformClient: tapError that dies"
].map(pick)

/** Failures of synchronous effects. */
export const synchronous: ReadonlyArray<Failure.Failure> = [
  "environment: an object as token",
  "options: baseUrl: a user",
  "argument: a room with a lone surrogate"
].map(pick)

export const byName = pick
