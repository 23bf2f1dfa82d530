/**
 * Conformance with Twilio's OpenAPI document: of every answer of the sandbox and of every request of the client, over a
 * run through every operation and every state, and of the wire constants that both are made of.
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../support/Transports.ts"
import * as Answers from "./Answers.ts"
import * as Coverage from "./Coverage.ts"
import * as Exceptions from "./Exceptions.ts"
import * as Finding from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import * as Run from "./Run.ts"
import type * as Tap from "./Tap.ts"
import * as Validator from "./Validator.ts"
import * as Visit from "./Visit.ts"

const findings = (exchange: Tap.Exchange, server: string | undefined): ReadonlyArray<Finding.Finding> => [
  ...(exchange.by === "client" ? Requests.check(exchange, server) : []),
  ...Answers.check(exchange)
]

const formatAll = (findings: ReadonlyArray<Finding.Finding>) => findings.map(Finding.format)

for (const [name, transport] of transports) {
  describe(`Conformance, ${name}`, () => {
    layer(Run.layer(transport, { rooms: [] }, Visit.visit))((it) => {
      it.effect("every request and every answer is what the document declares, except where it is wrong", () =>
        Effect.gen(function* () {
          const { exchanges, server } = yield* Run.Run
          const { rest, used } = Exceptions.part(exchanges.flatMap((exchange) => findings(exchange, server)))
          assert.deepStrictEqual(formatAll(rest), [])
          // An exception that nothing needs is a mistake of the list.
          assert.deepStrictEqual(Array.from(used).sort(), Exceptions.exceptions.flatMap(Exceptions.uses).sort())
        })
      )
    })
  })
}
