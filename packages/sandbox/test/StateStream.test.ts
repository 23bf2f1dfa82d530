/**
 * States over HTTP: written and read record by record, in any format, while the rooms change, and cut off.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { JsonPieces } from "../src/internal/wire/JsonPieces.ts"
import { count } from "../../../tests/support/Lane.ts"
import * as Calls from "./support/Calls.ts"

const noon = TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))

const big = 2000

/** A sandbox whose state takes several chunks. */
const crowded = Effect.gen(function* () {
  yield* noon
  const started = yield* Calls.start()
  yield* started.sandbox.openRoom({ uniqueName: "Hall", maxParticipants: big })
  for (let i = 0; i < big; i++) yield* started.sandbox.join("Hall", `guest ${i}`)
  for (const name of ["a", "b"]) yield* started.sandbox.publishTrack("Hall", "guest 7", { kind: "data", name })
  return started
})

type Handler = Effect.Success<ReturnType<typeof Calls.start>>["handler"]

const send = (handler: Handler, method: string, body?: BodyInit) =>
  Effect.promise(() =>
    handler(
      new Request("http://sandbox.test/sandbox/state", { method, body: body ?? null, duplex: "half" } as RequestInit)
    )
  )

const text = (response: Response) => Effect.promise(() => response.text())

// oxlint-disable-next-line typescript/no-explicit-any
const reversed = (value: any): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, reversed(member)])
      .reverse()
  )
}

describe("GET /sandbox/state", () => {
  it.effect("responds with one record per line", () =>
    Effect.gen(function* () {
      const { handler, sandbox } = yield* crowded
      const response = yield* send(handler, "GET")
      assert.strictEqual(response.headers.get("content-type"), "application/json")
      const body = yield* text(response)
      assert.deepStrictEqual(JSON.parse(body), yield* sandbox.exportState)
      const lines = body.split("\n")
      for (const sign of ['"identity":"guest 7"', '"participantSid"', '"uniqueName":"Hall"']) {
        assert.isAbove(lines.filter((line) => line.includes(sign)).length, 0, sign)
      }
      for (const line of lines) assert.isAtMost(line.split('"sid":').length, 2)
    })
  )

  for (const change of ["join", "leave", "anonymize", "lose", "rules", "tracks", "complete", "open", "reset", "time"]) {
    it.effect(`responds with the state of one moment if ${change} follows before its end`, () =>
      Effect.gen(function* () {
        const { call, handler, sandbox } = yield* crowded
        const before = yield* sandbox.exportState
        const last = before.rooms.at(-1)?.participants.at(-1)?.sid ?? ""
        const path = `/v1/Rooms/Hall/Participants/${last}`
        const { body } = yield* send(handler, "GET")
        assert.isNotNull(body)
        const reader = body.getReader()
        const decoder = new TextDecoder()
        let json = ""
        const readOne = Effect.promise(async () => {
          const { done, value } = await reader.read()
          json += decoder.decode(value, { stream: !done })
          return done
        })
        yield* readOne
        const changes: Record<string, Effect.Effect<unknown, unknown>> = {
          join: Effect.andThen(sandbox.leave("Hall", "guest 1"), sandbox.join("Hall", "Zoe")),
          leave: sandbox.leave("Hall", last),
          anonymize: call(`${path}/Anonymize`, { method: "POST" }),
          lose: sandbox.loseConnection("Hall", last),
          rules: call(`${path}/SubscribeRules`, { body: 'Rules=[{"type":"include","kind":"audio"}]' }),
          tracks: Effect.all([
            sandbox.disableTrack("Hall", "guest 7", "a"),
            sandbox.unpublishTrack("Hall", "guest 7", "b"),
            sandbox.publishTrack("Hall", last, { kind: "audio" })
          ]),
          complete: sandbox.completeRoom("Hall"),
          open: sandbox.openRoom({ uniqueName: "Other" }),
          reset: sandbox.reset,
          time: Effect.andThen(TestClock.adjust("5 hours"), call("/v1/Rooms"))
        }
        yield* changes[change] ?? Effect.die(change)
        assert.notDeepEqual(yield* sandbox.exportState, before)
        while (!(yield* readOne)) continue
        assert.deepStrictEqual(JSON.parse(json), before)
        assert.strictEqual((yield* send(handler, "PUT", json)).status, 200)
      })
    )
  }
})

describe("PUT /sandbox/state", () => {
  it.effect("accepts a state in any format", () =>
    Effect.gen(function* () {
      const { handler, sandbox } = yield* crowded
      const state = yield* sandbox.exportState
      const formats = {
        "as it was exported": yield* Effect.flatMap(send(handler, "GET"), text),
        "on one line": JSON.stringify(state),
        indented: JSON.stringify(state, undefined, 2),
        "with carriage returns": JSON.stringify(state, undefined, "\t").replaceAll("\n", "\r\n"),
        "with tracks before participants": JSON.stringify(reversed(state)),
        "with escaped names": JSON.stringify(state).replaceAll('"rooms"', String.raw`"r\u006foms"`)
      }
      for (const [format, json] of Object.entries(formats)) {
        const other = yield* Calls.start({ rooms: [] })
        const response = yield* send(other.handler, "PUT", json)
        assert.strictEqual(response.status, 200, format)
        assert.deepStrictEqual(JSON.parse(yield* text(response)), state, format)
        assert.deepStrictEqual(yield* other.sandbox.exportState, state, format)
      }
    })
  )

  it.effect("refuses an invalid or incomplete state, and changes nothing", () =>
    Effect.gen(function* () {
      const { handler } = yield* crowded
      const json = yield* Effect.flatMap(send(handler, "GET"), text)
      const other = yield* Calls.start()
      const before = yield* other.sandbox.exportState
      const middle = json.indexOf('"guest 1234"')
      const place = '["rooms"][3]["participants"][1234]["identity"]'
      const cases: ReadonlyArray<readonly [string | ReadableStream, string, string]> = [
        [json.replace('"guest 1234"', "1234"), "invalid-state", place],
        [json.replace('"guest 1234"', "guest"), "invalid-request", ""],
        [json.slice(0, middle), "invalid-request", ""],
        [`${json}]`, "invalid-request", ""],
        [json.replace('"sids":', '"sid":'), "invalid-state", '["sids"]'],
        ["", "invalid-request", ""],
        ["[]", "invalid-state", "Expected object"]
      ]
      const cut = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(json.slice(0, middle))),
        pull: (controller) => controller.error(new Error("cut"))
      })
      for (const [body, problem, says] of [...cases, [cut, "invalid-request", ""] as const]) {
        const response = yield* send(other.handler, "PUT", body)
        const error = JSON.parse(yield* text(response))
        assert.deepStrictEqual([response.status, error.problem], [400, problem], says)
        assert.include(error.message, says)
        assert.notInclude(error.message, "guest")
        assert.deepStrictEqual(yield* other.sandbox.exportState, before)
      }
      assert.strictEqual((yield* send(other.handler, "PUT", json)).status, 200)
    })
  )
})

/** What `JSON.parse` gives, or the pieces put together; undefined if it's refused. */
const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const together = (chunks: ReadonlyArray<string>): unknown => {
  const pieces = new JsonPieces([["rooms"], ["participants", "tracks"]])
  const rooms: Array<unknown> = []
  let lists: Record<string, Array<unknown>> = {}
  const filled = (value: object, lists: Record<string, ReadonlyArray<unknown>>) =>
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, lists[name] ?? member]))
  try {
    for (const chunk of chunks) {
      for (const { json, list } of pieces.push(chunk)) {
        if (list !== "rooms") (lists[list ?? ""] ??= []).push(json)
        else {
          rooms.push(Object.keys(lists).length === 0 ? json : filled(json as object, lists)) // Only objects have lists.
          lists = {}
        }
      }
    }
    const { json } = pieces.end()
    return rooms.length === 0 ? json : filled(json as object, { rooms })
  } catch {
    return undefined
  }
}

describe("a JSON document in pieces", () => {
  const pick = <A>(some: ReadonlyArray<A>) =>
    Effect.map(Random.nextIntBetween(0, some.length - 1), (index) => some[index] as A) // The index is one of the list's.

  const some = <A>(most: number, make: Effect.Effect<A>) =>
    Effect.flatMap(Random.nextIntBetween(0, most), (length) => Effect.all(Array.from({ length }, () => make)))

  const value = pick([
    1,
    null,
    "",
    "rooms",
    'a "quoted" \\ [{,}]',
    "é😀",
    [],
    {},
    [[{ rooms: [1] }], 2],
    { tracks: [3, "]"] }
  ])

  // Without escapes: Node 24 can mistake such a name for one that it read before.
  const member = Effect.all([pick(["a", "c", "mode"]), value])

  const people = some(3, Effect.map(some(2, member), Object.fromEntries))

  const room = Effect.gen(function* () {
    const members: ReadonlyArray<readonly [string, unknown]> = yield* some(2, member)
    const lists: ReadonlyArray<readonly [string, unknown]> = [
      ["participants", yield* people],
      ["tracks", yield* people]
    ]
    return (yield* Random.nextBoolean) ? Object.fromEntries([...members, ...lists]) : yield* value
  })

  it.effect("is what JSON.parse gives, and is refused if JSON.parse refuses it", () =>
    Effect.gen(function* () {
      const seen = { accepted: 0, refused: 0 }
      for (let run = 0; run < count(2000, 30_000); run++) {
        const document = Object.fromEntries([
          ...(yield* some(2, member)),
          ...((yield* Random.nextIntBetween(0, 9)) === 0 ? [] : [["rooms", yield* some(3, room)]]),
          ...(yield* some(1, member))
        ])
        let json = JSON.stringify(document, undefined, yield* pick(["", " ", "\n\t"]))
        if (yield* Random.nextBoolean) {
          const at = yield* Random.nextIntBetween(0, json.length)
          json =
            json.slice(0, at) +
            (yield* pick(["", '"', "]", "}", "[", "{", ",", " ", "\\"])) +
            json.slice(at + (yield* pick([0, 1])))
        }
        const cuts = (yield* some(6, Random.nextIntBetween(0, json.length))).toSorted((a, b) => a - b)
        const chunks = [0, ...cuts].map((cut, index) => json.slice(cut, cuts[index] ?? json.length))
        const expected = parsed(json)
        assert.deepStrictEqual(together(chunks), expected, JSON.stringify(chunks))
        seen[expected === undefined ? "refused" : "accepted"] += 1
      }
      assert.isAbove(Math.min(seen.accepted, seen.refused), 100)
    }).pipe(Random.withSeed("pieces"))
  )
})
