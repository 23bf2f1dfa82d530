/**
 * Conformance with Twilio's OpenAPI document: the requests of the client and the responses of the sandbox, in scenarios
 * with every operation and every state, and the wire constants that both use.
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../../support/Transports.ts"
import * as Responses from "./Responses.ts"
import * as Coverage from "./Coverage.ts"
import * as Exceptions from "./Exceptions.ts"
import * as Finding from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import * as Recording from "./Recording.ts"
import type * as Recorder from "./Recorder.ts"
import * as Scenarios from "./Scenarios.ts"

// A probe's request is invalid on purpose.
const findings = (exchange: Recorder.Exchange): ReadonlyArray<Finding.Finding> => [
  ...(exchange.by === "client" ? Requests.check(exchange) : []),
  ...Responses.check(exchange)
]

const sorted = (texts: Iterable<string>): ReadonlyArray<string> => Array.from(texts).sort()

const without = (all: Iterable<string>, some: ReadonlySet<string>): ReadonlyArray<string> =>
  sorted(new Set(Array.from(all).filter((one) => !some.has(one))))

const operationOf = ({ method, url }: Recorder.Exchange): string | undefined =>
  OpenApi.find(method, url.pathname)?.operation.id

for (const [name, transport] of transports) {
  describe(`Conformance, ${name}`, () => {
    layer(Recording.layer(transport, Scenarios.all))((it) => {
      it.effect("requests and responses conform, except for known errors of the document", () =>
        Effect.gen(function* () {
          const { rest } = Exceptions.partition((yield* Recording.Recording).exchanges.flatMap(findings))
          assert.deepStrictEqual(rest.map(Finding.format), [])
        })
      )

      it.effect("every known error of the document occurs", () =>
        Effect.gen(function* () {
          const { used } = Exceptions.partition((yield* Recording.Recording).exchanges.flatMap(findings))
          assert.deepStrictEqual(sorted(used), sorted(Exceptions.exceptions.flatMap(Exceptions.uses)))
        })
      )

      it.effect("every scenario reaches its states", () =>
        Effect.gen(function* () {
          yield* Effect.all((yield* Recording.Recording).exits)
        })
      )

      it.effect("the client succeeds with every operation", () =>
        Effect.gen(function* () {
          const succeeded = (yield* Recording.Recording).exchanges.filter(
            ({ response, by }) => by === "client" && response.status < 300
          )
          assert.deepStrictEqual(
            sorted(new Set(succeeded.flatMap((exchange) => operationOf(exchange) ?? []))),
            sorted(Coverage.operations.map((operation) => operation.id))
          )
        })
      )

      it.effect("the client sends every parameter", () =>
        Effect.gen(function* () {
          const sent = Coverage.sentParameters((yield* Recording.Recording).exchanges)
          assert.deepStrictEqual(without(Coverage.declaredParameters, sent), sorted(Object.keys(Coverage.neverSent)))
        })
      )

      it.effect("responses have every member, and every value of an enum", () =>
        Effect.gen(function* () {
          const returned = Coverage.returnedValues((yield* Recording.Recording).exchanges)
          assert.deepStrictEqual(
            without(Coverage.declaredValues, returned),
            sorted(Object.keys(Coverage.neverReturned))
          )
        })
      )

      it.effect("nullable members are null in some responses", () =>
        Effect.gen(function* () {
          const returned = Array.from(Coverage.returnedValues((yield* Recording.Recording).exchanges))
          const without = returned.flatMap((value) => /^(.*) = null$/u.exec(value)?.[1] ?? [])
          assert.deepStrictEqual(sorted(without), sorted(Object.keys(Coverage.nullable)))
        })
      )

      it.effect("responses have every error code", () =>
        Effect.gen(function* () {
          const failed = (yield* Recording.Recording).exchanges.filter(({ response }) => response.status >= 400)
          const codes = failed.map(({ response }) => `${response.status} ${JSON.parse(response.body).code}`)
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

describe("wire constants", () => {
  it("operations equal the document's operations on rooms, except for those out of scope", () => {
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

  it("parameters, list keys and page sizes equal the document's", () => {
    const declared = Coverage.operations.flatMap((operation) => operation.parameters)
    const named = declared.filter((parameter) => parameter.in !== "path").map((parameter) => parameter.name)
    assert.deepStrictEqual(sorted(Object.values(VideoWire.parameters)), sorted(new Set(named)))
    const keys = Coverage.operations.flatMap(({ success }) => (success && Responses.listKey(success)) ?? [])
    assert.deepStrictEqual(sorted(Object.values(VideoWire.listKeys)), sorted(keys))
    for (const { name, schema } of declared) {
      if (name === VideoWire.parameters.pageSize) assert.strictEqual(schema.maximum, VideoWire.pageSize.maximum)
    }
  })
})
