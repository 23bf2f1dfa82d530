/**
 * Empty values of every parameter of every operation, as `Name=` and as `Name`, for both values of the assumption
 * `emptyParameter`.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import type * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const room = "/v1/Rooms/Standup"

const alice = `${room}/Participants/Alice`

interface Case {
  readonly method: "GET" | "POST"
  readonly path: string
  /** The parameters, with the error code for an empty value. */
  readonly parameters: Readonly<Record<string, number>>
}

const dates = { DateCreatedAfter: 20001, DateCreatedBefore: 20001 }

const paging = { PageSize: 20001, Page: 20001, PageToken: 21481 }

const cases: ReadonlyArray<Case> = [
  {
    method: "POST",
    path: "/v1/Rooms",
    parameters: {
      AudioOnly: 20001,
      EmptyRoomTimeout: 53109,
      EnableTurn: 20001,
      LargeRoom: 20001,
      MaxParticipantDuration: 53123,
      MaxParticipants: 53107,
      MediaRegion: 53115,
      RecordingRules: 53120,
      RecordParticipantsOnConnect: 20001,
      StatusCallback: 53111,
      StatusCallbackMethod: 53110,
      TranscribeParticipantsOnConnect: 20001,
      TranscriptionsConfiguration: 20001,
      Type: 53108,
      UniqueName: 53100,
      UnusedRoomTimeout: 53109,
      VideoCodecs: 20001
    }
  },
  { method: "POST", path: room, parameters: { Status: 53112 } },
  { method: "POST", path: alice, parameters: { Status: 53209 } },
  { method: "POST", path: `${alice}/SubscribeRules`, parameters: { Rules: 53215 } },
  { method: "GET", path: "/v1/Rooms", parameters: { Status: 20001, UniqueName: 20001, ...dates, ...paging } },
  { method: "GET", path: `${room}/Participants`, parameters: { Status: 20001, Identity: 20001, ...dates, ...paging } },
  { method: "GET", path: `${alice}/PublishedTracks`, parameters: paging },
  { method: "GET", path: `${alice}/SubscribedTracks`, parameters: paging }
]

/** The response of a new sandbox to a request with these parameters. */
const ask = Effect.fnUntraced(function* (
  { method, path }: Case,
  parameters: string,
  assumptions: Partial<Assumptions.Assumptions> = {}
) {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  const tracks = [{ kind: "audio" }] as const
  const { call } = yield* Calls.start({
    rooms: [{ uniqueName: "Standup", participants: ["Alice", "Bob"].map((identity) => ({ identity, tracks })) }],
    assumptions
  })
  const { body, status } = yield* method === "GET" ? call(`${path}?${parameters}`) : call(path, { body: parameters })
  return { status, body }
})

describe("an empty parameter", () => {
  for (const one of cases) {
    for (const [name, code] of Object.entries(one.parameters)) {
      for (const empty of [`${name}=`, name]) {
        it.effect(`counts as missing or is rejected with ${code}: ${one.method} ${one.path}, ${empty}`, () =>
          Effect.gen(function* () {
            const missing = yield* ask(one, "")
            assert.deepStrictEqual(yield* ask(one, empty), missing)
            assert.deepStrictEqual(yield* ask(one, empty, { emptyParameter: "absent" }), missing)
            const refused = yield* ask(one, empty, { emptyParameter: "refuse" })
            assert.deepStrictEqual([refused.status, refused.body.code], [400, code])
          })
        )
      }
    }
  }

  it("is tested for every parameter that Twilio documents", () => {
    const tested = new Set(cases.flatMap(({ parameters }) => Object.keys(parameters)))
    assert.deepStrictEqual([...tested].sort(), Object.values(Wire.parameters).toSorted())
  })

  const rooms = cases[0]!

  it.effect("is ignored among other values of its name and among unknown parameters", () =>
    Effect.gen(function* () {
      const codecs = yield* ask(rooms, "VideoCodecs=&VideoCodecs=H264&VideoCodecs")
      assert.deepStrictEqual(codecs.body.video_codecs, ["H264"])
      const named = yield* ask(rooms, "&UniqueName&&UniqueName=New&")
      assert.strictEqual(named.body.unique_name, "New")
      const unknown = yield* ask(rooms, "Colour=&Size", { emptyParameter: "refuse" })
      assert.strictEqual(unknown.status, 201)
    })
  )

  it.effect("is rejected as a page token even if an unknown token restarts the list", () =>
    Effect.gen(function* () {
      const list = { method: "GET", path: "/v1/Rooms", parameters: {} } as const
      const response = yield* ask(list, "PageToken=", { emptyParameter: "refuse", unknownPageToken: "restart" })
      assert.deepStrictEqual([response.status, response.body.code], [400, 21481])
    })
  )

  it.effect("doesn't appear in the page URLs", () =>
    Effect.gen(function* () {
      const list = { method: "GET", path: "/v1/Rooms", parameters: {} } as const
      const { body } = yield* ask(list, "Status=&UniqueName&DateCreatedAfter=")
      assert.strictEqual(body.meta.url, "http://sandbox.test/v1/Rooms?PageSize=50&Page=0")
    })
  )
})
