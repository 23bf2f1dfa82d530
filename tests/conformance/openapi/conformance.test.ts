/**
 * Conformance with Twilio's OpenAPI document: of every answer of the sandbox and of every request of the client, over a
 * run through every operation and every state; and of the wire constants that both are made of.
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../../support/Transports.ts"
import * as Answers from "./Answers.ts"
import * as Coverage from "./Coverage.ts"
import * as Exceptions from "./Exceptions.ts"
import * as Finding from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import * as Run from "./Run.ts"
import type * as Tap from "./Tap.ts"
import * as Visit from "./Visit.ts"

// A probe's request is wrong on purpose.
const findings = (exchange: Tap.Exchange): ReadonlyArray<Finding.Finding> => [
  ...(exchange.by === "client" ? Requests.check(exchange) : []),
  ...Answers.check(exchange)
]

const sorted = (texts: Iterable<string>): ReadonlyArray<string> => Array.from(texts).sort()

const without = (all: Iterable<string>, some: ReadonlySet<string>): ReadonlyArray<string> =>
  sorted(new Set(Array.from(all).filter((one) => !some.has(one))))

const operationOf = ({ method, url }: Tap.Exchange): string | undefined =>
  OpenApi.find(method, url.pathname)?.operation.id

for (const [name, transport] of transports) {
  describe(`Conformance, ${name}`, () => {
    layer(Run.layer(transport, Visit.parts))((it) => {
      it.effect("every request and every answer is as the document declares, except where the document is wrong", () =>
        Effect.gen(function* () {
          const { rest } = Exceptions.part((yield* Run.Run).exchanges.flatMap(findings))
          assert.deepStrictEqual(rest.map(Finding.format), [])
        })
      )

      it.effect("every place where the document is wrong was come to", () =>
        Effect.gen(function* () {
          const { used } = Exceptions.part((yield* Run.Run).exchanges.flatMap(findings))
          assert.deepStrictEqual(sorted(used), sorted(Exceptions.exceptions.flatMap(Exceptions.uses)))
        })
      )

      it.effect("every state was come to", () =>
        Effect.gen(function* () {
          yield* Effect.all((yield* Run.Run).exits)
        })
      )

      it.effect("the client succeeds with every operation", () =>
        Effect.gen(function* () {
          const succeeded = (yield* Run.Run).exchanges.filter(
            ({ answer, by }) => by === "client" && answer.status < 300
          )
          assert.deepStrictEqual(
            sorted(new Set(succeeded.flatMap((exchange) => operationOf(exchange) ?? []))),
            sorted(Coverage.operations.map((operation) => operation.id))
          )
        })
      )

      it.effect("the client sends every parameter", () =>
        Effect.gen(function* () {
          const sent = Coverage.sentParameters((yield* Run.Run).exchanges)
          assert.deepStrictEqual(without(Coverage.declaredParameters, sent), sorted(Object.keys(Coverage.unsent)))
        })
      )

      it.effect("answers show every member, and every value of an enum", () =>
        Effect.gen(function* () {
          const shown = Coverage.shownValues((yield* Run.Run).exchanges)
          assert.deepStrictEqual(without(Coverage.declaredValues, shown), sorted(Object.keys(Coverage.unshown)))
        })
      )

      it.effect("answers show these members without a value too", () =>
        Effect.gen(function* () {
          const shown = Array.from(Coverage.shownValues((yield* Run.Run).exchanges))
          const without = shown.flatMap((value) => /^(.*) = null$/u.exec(value)?.[1] ?? [])
          assert.deepStrictEqual(sorted(without), sorted(Object.keys(Coverage.sometimesNull)))
        })
      )

      it.effect("answers show every refusal", () =>
        Effect.gen(function* () {
          const refused = (yield* Run.Run).exchanges.filter(({ answer }) => answer.status >= 400)
          const codes = refused.map(({ answer }) => `${answer.status} ${JSON.parse(answer.body).code}`)
          assert.deepStrictEqual(sorted(new Set(codes)), [
            "400 20001",
            "400 21481",
            "400 53100",
            "400 53101",
            "400 53102",
            "400 53107",
            "400 53108",
            "400 53109",
            "400 53110",
            "400 53111",
            "400 53112",
            "400 53113",
            "400 53115",
            "400 53118",
            "400 53120",
            "400 53123",
            "400 53126",
            "400 53127",
            "400 53209",
            "400 53215",
            "401 20003",
            "404 20404",
            "404 53106",
            "404 53204",
            "405 20004",
            "501 20501"
          ])
        })
      )
    })
  })
}

describe("Conformance of the wire constants", () => {
  it("operations are the document's, and all that it has of rooms is here or out of scope by name", () => {
    const shape = (path: string) => path.replaceAll(/:\w+|\{\w+\}/gu, "*")
    const ours = Object.entries(VideoWire.operations).map(([id, { method, path, success }]) =>
      [id, method, shape(path), success].join(" ")
    )
    const theirs = Coverage.operations.map(({ id, method, success, template }) =>
      [id, method, shape(template), success?.status].join(" ")
    )
    assert.deepStrictEqual(sorted(ours), sorted(theirs))
    for (const id of Coverage.outOfScope) assert.include(OpenApi.operation(id).template, "/v1/Rooms/")
  })

  it("parameters, list keys and page sizes are the document's", () => {
    const declared = Coverage.operations.flatMap((operation) => operation.parameters)
    const named = declared.filter((parameter) => parameter.in !== "path").map((parameter) => parameter.name)
    assert.deepStrictEqual(sorted(Object.values(VideoWire.parameters)), sorted(new Set(named)))
    const keys = Coverage.operations.flatMap(({ success }) => (success && Answers.listKey(success)) ?? [])
    assert.deepStrictEqual(sorted(Object.values(VideoWire.listKeys)), sorted(keys))
    for (const { name, schema } of declared) {
      if (name === VideoWire.parameters.pageSize) assert.strictEqual(schema.maximum, VideoWire.pageSize.maximum)
    }
  })
})
