/**
 * Some failures of each kind, for what is too slow to do with all of them. Holds no failure of its own.
 */
import * as AnswerFailures from "./AnswerFailures.ts"
import * as ClientFailures from "./ClientFailures.ts"
import type * as Failure from "./Failure.ts"
import * as OptionFailures from "./OptionFailures.ts"
import * as TransportFailures from "./TransportFailures.ts"

const everything = [
  ...AnswerFailures.all,
  ...TransportFailures.all,
  ...ClientFailures.all,
  ...OptionFailures.all
] as const

const pick = (name: string): Failure.Failure => {
  const found = everything.find((failure) => failure.name === name)
  if (found === undefined) throw new Error(`no failure is called ${name}`)
  return found
}

/** Of answers, transports, a program's own client and its transformClient, in that order. */
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
  "undici: a body that breaks off, reading",
  "fetch: no answer in time, reading",
  "fetch: a deadline, changing",
  "an HttpClient that fails with TransportError",
  "transformClient: filterStatusOk",
  "an HttpClient that dies with a request",
  "a transformClient that throws",
  "transformClient: tapError that dies"
].map(pick)

/** Those that fail without anything asynchronous. */
export const synchronous: ReadonlyArray<Failure.Failure> = [
  "environment: a token of members",
  "options: baseUrl: a user",
  "argument: a room that is half of a character"
].map(pick)

export const byName = pick
