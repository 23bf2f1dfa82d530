/**
 * Each assumption of the sandbox in every position of its switch, and the page that lists them.
 */
import * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync } from "node:fs"
import * as Calls from "./support/Calls.ts"
import * as Receiver from "./support/Receiver.ts"
import * as Tokens from "./support/Tokens.ts"

const path = "/v1/Rooms/Standup/Participants"

const standup = Effect.fnUntraced(function* (assumptions: Partial<Assumptions.Assumptions>) {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  const receiver = Receiver.make()
  const { call, sandbox } = yield* Calls.start({
    rooms: [{ uniqueName: "Standup" }],
    quota: Sandbox.twilioQuota,
    callbacks: { handler: receiver.handler },
    assumptions
  })
  const alice = yield* sandbox.join("Standup", "Alice")
  yield* TestClock.adjust("1 second")
  const bob = yield* sandbox.join("Standup", "Bob")
  return { call, sandbox, receiver, alice, bob }
})

type Standup = Effect.Success<ReturnType<typeof standup>>

const tested = new Map<string, ReadonlySet<unknown>>()

const both = <K extends keyof Assumptions.Assumptions>(
  assumption: K,
  observe: (standup: Standup, position: Assumptions.Assumptions[K] | "default") => Effect.Effect<unknown, unknown>,
  ...positions: ReadonlyArray<readonly [position: Assumptions.Assumptions[K] | "default", expected: unknown]>
) => {
  tested.set(assumption, new Set(positions.map(([position]) => position)))
  describe(assumption, () => {
    for (const [position, expected] of positions) {
      it.effect(`${String(position)} results in ${JSON.stringify(expected)}`, () =>
        Effect.gen(function* () {
          const observed = yield* observe(
            yield* standup(
              position === "default" ? {} : ({ [assumption]: position } as Partial<Assumptions.Assumptions>)
            ),
            position
          )
          assert.deepStrictEqual(observed, expected)
        })
      )
    }
  })
}

/** Tests a choice without a switch. */
const fixed = (choice: string, observe: (standup: Standup) => Effect.Effect<unknown, unknown>, expected: unknown) =>
  it.effect(`${choice}: ${JSON.stringify(expected)}`, () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* observe(yield* standup({})), expected)
    })
  )

const outcome = (reply: Calls.Reply) => (reply.status < 300 ? reply.status : [reply.status, reply.body.code])

const who = (reply: Calls.Reply): ReadonlyArray<string> =>
  reply.body.participants.map((participant: { identity: string }) => participant.identity)

both(
  "identityFindsReconnecting",
  ({ call, sandbox }) =>
    Effect.andThen(sandbox.loseConnection("Standup", "Alice"), Effect.map(call(`${path}/Alice`), outcome)),
  ["default", 200],
  [false, [404, 20404]]
)

both(
  "defaultListHasReconnecting",
  ({ call, sandbox }) => Effect.andThen(sandbox.loseConnection("Standup", "Alice"), Effect.map(call(path), who)),
  ["default", ["Bob"]],
  [true, ["Bob", "Alice"]]
)

both(
  "updateOfDisconnected",
  ({ alice, call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.leave("Standup", "Alice")
      yield* TestClock.adjust("1 minute")
      const reply = yield* call(`${path}/${alice.sid}`, { body: "Status=disconnected" })
      return [outcome(reply), reply.body.end_time]
    }),
  ["default", [202, "2026-03-01T12:00:01Z"]],
  ["refuse", [[400, 53209], undefined]]
)

both(
  "updateInCompletedRoom",
  ({ alice, call, sandbox }) =>
    Effect.andThen(
      sandbox.completeRoom("Standup"),
      Effect.map(call(`/v1/Rooms/${alice.roomSid}/Participants/${alice.sid}`, { body: "Status=disconnected" }), outcome)
    ),
  ["default", [400, 53118]],
  ["accept", 202],
  ["not-found", [404, 20404]]
)

fixed(
  "an update without Status changes nothing",
  ({ call }) =>
    Effect.gen(function* () {
      const reply = outcome(yield* call(`${path}/Alice`, { body: "" }))
      return [reply, (yield* call(`${path}/Alice`)).body.status]
    }),
  [202, "connected"]
)

both(
  "anonymizeOfConnected",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      const live = outcome(yield* call(`${path}/Alice/Anonymize`, { method: "POST" }))
      const { sid } = yield* sandbox.leave("Standup", "Bob")
      return [live, outcome(yield* call(`${path}/${sid}/Anonymize`, { method: "POST" }))]
    }),
  ["default", [200, 200]],
  ["refuse", [[400, 53209], 200]]
)

both(
  "pageSizeAboveMaximum",
  ({ call }) => Effect.map(call(`${path}?PageSize=5000`), (reply) => [outcome(reply), reply.body.meta?.page_size]),
  ["default", [200, 1000]],
  ["refuse", [[400, 20001], undefined]]
)

both(
  "unknownPageToken",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.openRoom({ uniqueName: "Other" })
      const { sid } = yield* sandbox.join("Other", "Zoe")
      const tokens = ["nonsense", `PA${"PA"}${"0".repeat(32)}`, `PA${sid}`]
      return yield* Effect.forEach(tokens, (token) => Effect.map(call(`${path}?PageToken=${token}`), outcome))
    }),
  [
    "default",
    [
      [400, 21481],
      [400, 21481],
      [400, 21481]
    ]
  ],
  ["restart", [200, 200, 200]]
)

both(
  "dateCreatedAfterInclusive",
  ({ call }) => Effect.map(call(`${path}?DateCreatedAfter=2026-03-01T12:00:01Z`), who),
  ["default", ["Bob"]],
  [false, []]
)

both(
  "dateCreatedBeforeInclusive",
  ({ call }) => Effect.map(call(`${path}?DateCreatedBefore=2026-03-01T12:00:01Z`), who),
  ["default", ["Alice"]],
  [true, ["Bob", "Alice"]]
)

both(
  "invalidParameterCode",
  ({ call }) => Effect.map(call(`${path}?Status=gone`), outcome),
  ["default", [400, 20001]],
  [21218, [400, 21218]]
)
both(
  "emptyParameter",
  ({ call }) => Effect.map(call(`${path}?Identity=`), (reply) => (reply.status === 200 ? who(reply) : outcome(reply))),
  ["default", ["Bob", "Alice"]],
  ["refuse", [400, 20001]]
)
both(
  "listOrder",
  ({ call }) =>
    Effect.gen(function* () {
      const first = yield* call(`${path}?PageSize=1`)
      const second = yield* call(first.body.meta.next_page_url.replace("http://sandbox.test", ""))
      const back = yield* call(second.body.meta.previous_page_url.replace("http://sandbox.test", ""))
      return [who(first), who(second), who(back), second.body.meta.next_page_url]
    }),
  ["default", [["Bob"], ["Alice"], ["Bob"], null]],
  ["oldest-first", [["Alice"], ["Bob"], ["Alice"], null]]
)

both(
  "notFoundCode",
  ({ call }) =>
    Effect.forEach(
      [
        "/v1/Rooms/Nowhere",
        `${path}/Nobody`,
        "/v1/Rooms/Nowhere/Participants/Alice",
        `${path}/Alice/PublishedTracks/nothing`,
        "/v1/Nothing"
      ],
      (path) => Effect.map(call(path), (reply) => reply.body.code)
    ),
  ["default", [20404, 20404, 20404, 20404, 20404]],
  ["resource", [53106, 53204, 53106, 20404, 20404]]
)
both(
  "connectedListHasReconnecting",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.loseConnection("Standup", "Alice")
      return [who(yield* call(`${path}?Status=connected`)), who(yield* call(path))]
    }),
  ["default", [["Bob"], ["Bob"]]],
  [true, [["Bob", "Alice"], ["Bob"]]]
)
both(
  "updateToOtherStatus",
  ({ call }) =>
    Effect.gen(function* () {
      const replies = yield* Effect.forEach(["connected", "reconnecting", "gone"], (status) =>
        Effect.map(call(`${path}/Alice`, { body: `Status=${status}` }), outcome)
      )
      return [...replies, (yield* call(`${path}/Alice`)).body.status]
    }),
  ["default", [[400, 53209], [400, 53209], [400, 53209], "connected"]],
  ["accept", [202, 202, [400, 53209], "connected"]]
)

/** Changes Alice by SID after the room is completed. */
const inCompletedRoom = (change: (path: string, call: Standup["call"]) => Effect.Effect<Calls.Reply>) =>
  Effect.fnUntraced(function* ({ alice, call, sandbox }: Standup) {
    yield* sandbox.completeRoom("Standup")
    return outcome(yield* change(`/v1/Rooms/${alice.roomSid}/Participants/${alice.sid}`, call))
  })

both(
  "anonymizeInCompletedRoom",
  inCompletedRoom((path, call) => call(`${path}/Anonymize`, { method: "POST" })),
  ["default", 200],
  ["refuse", [400, 53118]],
  ["not-found", [404, 20404]]
)

const rulesBody = (rules: unknown) => ({ body: `Rules=${encodeURIComponent(JSON.stringify(rules))}` })

const includeAll = [{ type: "include", all: true }]

both(
  "rulesInCompletedRoom",
  inCompletedRoom((path, call) => call(`${path}/SubscribeRules`, rulesBody(includeAll))),
  ["default", [400, 53118]],
  ["accept", 200],
  ["not-found", [404, 20404]]
)

both(
  "identityFilterFindsAnonymized",
  ({ call }) =>
    Effect.gen(function* () {
      yield* call(`${path}/Alice/Anonymize`, { method: "POST" })
      const { participants } = (yield* call(`${path}?Identity=Alice`)).body
      return participants.map(
        (participant: { identity: string; sid: string }) => participant.identity === participant.sid
      )
    }),
  ["default", []],
  [true, [true]]
)

both(
  "tracksOfDisconnected",
  ({ alice, call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.publishTrack("Standup", "Alice", { kind: "audio" })
      yield* sandbox.leave("Standup", "Alice")
      return yield* Effect.forEach(["PublishedTracks", "SubscribedTracks"], (tracks) =>
        Effect.map(call(`${path}/${alice.sid}/${tracks}`), (reply) =>
          reply.status === 200 ? [...(reply.body.published_tracks ?? reply.body.subscribed_tracks)] : outcome(reply)
        )
      )
    }),
  ["default", [[], []]],
  [
    "not-found",
    [
      [404, 20404],
      [404, 20404]
    ]
  ]
)

both(
  "rulesOfDisconnected",
  ({ alice, call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.leave("Standup", "Alice")
      const rules = `${path}/${alice.sid}/SubscribeRules`
      return [outcome(yield* call(rules)), outcome(yield* call(rules, rulesBody(includeAll)))]
    }),
  ["default", [200, 200]],
  [
    "not-found",
    [
      [404, 20404],
      [404, 20404]
    ]
  ]
)

/** Sets Alice's rules while Bob publishes a track: the response, the rules, and the number of subscribed tracks. */
const afterRules = (body: string) =>
  Effect.fnUntraced(function* ({ call, sandbox }: Standup) {
    yield* sandbox.publishTrack("Standup", "Bob", { kind: "audio", name: "bob-audio" })
    const reply = outcome(yield* call(`${path}/Alice/SubscribeRules`, { body }))
    const { rules } = (yield* call(`${path}/Alice/SubscribeRules`)).body
    const { subscribed_tracks: tracks } = (yield* call(`${path}/Alice/SubscribedTracks`)).body
    const shown = rules.map((rule: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null))
    )
    return [reply, shown, tracks.length]
  })

const refusedRules = [[400, 53215], includeAll, 1]

both(
  "ruleAllAsText",
  afterRules(rulesBody([{ type: "exclude", all: "true" }]).body),
  ["default", [200, [{ type: "exclude", all: true }], 0]],
  ["refuse", refusedRules]
)

fixed(
  "a null filter is ignored",
  afterRules(rulesBody([{ type: "exclude", all: true, kind: null, publisher: null, priority: null }]).body),
  [200, [{ type: "exclude", all: true }], 0]
)
fixed("an update without Rules is refused", afterRules(""), refusedRules)

both(
  "maxParticipantsAboveLimit",
  ({ call }) =>
    Effect.map(call("/v1/Rooms", { body: "MaxParticipants=90" }), (reply) => [
      outcome(reply),
      reply.body.max_participants
    ]),
  ["default", [[400, 53107], undefined]],
  ["clamp", [201, 50]]
)

both(
  "legacyRooms",
  ({ call }) =>
    Effect.forEach(["Type=go", "Type=peer-to-peer", "Type=group-small", "AudioOnly=true"], (body) =>
      Effect.map(call("/v1/Rooms", { body }), (reply) =>
        reply.status === 201 ? [reply.body.type, reply.body.audio_only] : outcome(reply)
      )
    ),
  [
    "default",
    [
      [400, 53126],
      [400, 53126],
      [400, 53126],
      [400, 53127]
    ]
  ],
  [
    "accept",
    [
      ["go", false],
      ["peer-to-peer", false],
      ["group-small", false],
      ["group", true]
    ]
  ]
)

both(
  "durationInProgress",
  ({ call }) => Effect.map(call("/v1/Rooms/Standup"), (reply) => reply.body.duration),
  ["default", null],
  ["zero", 0]
)

both(
  "completedRoomRetention",
  ({ alice, call, sandbox }) =>
    Effect.gen(function* () {
      const room = `/v1/Rooms/${alice.roomSid}`
      yield* sandbox.completeRoom("Standup")
      const look = Effect.map(
        Effect.all([call(room), call(`${room}/Participants/${alice.sid}`), call("/v1/Rooms?Status=completed")]),
        ([room, participant, list]) => [room.status, participant.status, list.body.rooms.length]
      )
      yield* TestClock.adjust("2 hours")
      const before = yield* look
      yield* TestClock.adjust("1 hour")
      return [before, yield* look]
    }),
  [
    "default",
    [
      [200, 200, 1],
      [200, 200, 1]
    ]
  ],
  [
    "3 hours",
    [
      [200, 200, 1],
      [404, 404, 0]
    ]
  ]
)

both(
  "bearerAuth",
  ({ call, sandbox }) =>
    Effect.forEach([sandbox.credentials.bearerToken, "another"], (token) =>
      Effect.map(call(path, { headers: { authorization: `Bearer ${token}` } }), outcome)
    ),
  [
    "default",
    [
      [401, 20003],
      [401, 20003]
    ]
  ],
  ["accept", [200, [401, 20003]]]
)

both(
  "retryAfterOn429",
  ({ call }) =>
    Effect.gen(function* () {
      for (let i = 0; i < 20; i++) yield* call(`${path}/Alice`, { body: "Status=disconnected" })
      const over = yield* call(`${path}/Bob`, { body: "Status=disconnected" })
      return [outcome(over), over.headers.get("retry-after")]
    }),
  ["default", [[429, 20429], null]],
  ["one-second", [[429, 20429], "1"]]
)

both(
  "trailingSlash",
  ({ call }) => Effect.forEach([`${path}/`, `${path}/Alice/`, "/v1/Rooms/"], (path) => Effect.map(call(path), outcome)),
  ["default", [200, 200, 200]],
  [
    "not-found",
    [
      [404, 20404],
      [404, 20404],
      [404, 20404]
    ]
  ]
)

both(
  "jsonSuffix",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.join("Standup", "Zoe.json")
      const replies = yield* Effect.forEach([`${path}.json`, `${path}/Alice.json`, `${path}/Zoe.json`], (path) =>
        call(path)
      )
      return replies.map(outcome)
    }),
  ["default", [[404, 20404], [404, 20404], 200]],
  ["accept", [200, 200, [404, 20404]]]
)

const told = { uniqueName: "Told", statusCallback: "http://localhost/callbacks" }

const joinByToken = ({ sandbox }: Standup, members: object, room: string) =>
  Effect.gen(function* () {
    const token = yield* Tokens.signed(members)
    const joined = yield* Effect.result(sandbox.joinWithToken(token, { room }))
    return joined._tag === "Success" ? joined.success.identity : [joined.failure.problem, joined.failure.code]
  })

both(
  "adHocRooms",
  (standup) =>
    Effect.gen(function* () {
      const joined = yield* joinByToken(standup, {}, "Nowhere")
      const { rooms } = yield* standup.sandbox.exportState
      return [joined, rooms.map((room) => [room.uniqueName, room.settings.emptyRoomTimeout])]
    }),
  [
    "default",
    [
      "Zoe",
      [
        ["Standup", 300_000],
        ["Nowhere", 0]
      ]
    ]
  ],
  ["refuse", [["no-such-room", 53106], [["Standup", 300_000]]]]
)

both(
  "tokenWithoutIdentityCode",
  (standup) =>
    Effect.forEach([{ grants: { video: {} } }, { grants: { video: {}, identity: "" } }], (members) =>
      joinByToken(standup, members, "Standup")
    ),
  [
    "default",
    [
      ["invalid-identity", 53200],
      ["invalid-identity", 53200]
    ]
  ],
  [
    20106,
    [
      ["invalid-token-grants", 20106],
      ["invalid-token-grants", 20106]
    ]
  ]
)

both(
  "callbackOrderAtCompletion",
  ({ receiver, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.openRoom(told)
      yield* sandbox.join("Told", "Zoe")
      yield* sandbox.completeRoom("Told")
      yield* sandbox.awaitCallbacks
      return receiver.received
        .slice(2)
        .map((parameters) => [parameters.StatusCallbackEvent, parameters.SequenceNumber, parameters.RoomStatus])
    }),
  [
    "default",
    [
      ["participant-disconnected", "2", "in-progress"],
      ["room-ended", "3", "completed"]
    ]
  ],
  [
    "room-first",
    [
      ["room-ended", "2", "completed"],
      ["participant-disconnected", "3", "completed"]
    ]
  ]
)

both(
  "callbackTracksOfLeaving",
  ({ receiver, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.openRoom(told)
      yield* sandbox.join("Told", "Zoe")
      yield* sandbox.publishTrack("Told", "Zoe", { kind: "audio" })
      yield* sandbox.leave("Told", "Zoe")
      yield* sandbox.awaitCallbacks
      return receiver.received
        .slice(3)
        .map((parameters) => [parameters.StatusCallbackEvent, parameters.ParticipantStatus, parameters.TrackKind])
    }),
  ["default", [["participant-disconnected", "disconnected", undefined]]],
  [
    "track-removed",
    [
      ["track-removed", "connected", "audio"],
      ["participant-disconnected", "disconnected", undefined]
    ]
  ]
)

both(
  "callbackDelivery",
  ({ receiver, sandbox }) =>
    Effect.gen(function* () {
      const refused = Receiver.refuse(receiver)
      yield* sandbox.openRoom(told)
      const waits: Array<number> = []
      for (const seconds of [0, 1, 2, 4, 60]) {
        yield* TestClock.adjust(seconds * 1000)
        const [callback] = yield* sandbox.callbacks
        yield* refused(Math.max(callback?.attempts.length ?? 0, 1))
        waits.push(receiver.received.length)
      }
      yield* sandbox.awaitCallbacks
      return [waits, (yield* sandbox.callbacks).map((callback) => [callback.deliveryStatus, callback.attempts.length])]
    }),
  ["default", [[1, 1, 1, 1, 1], [["failed", 1]]]],
  ["retried", [[1, 2, 3, 4, 4], [["failed", 4]]]]
)

both(
  "callbackOrder",
  ({ receiver, sandbox }, position) =>
    Effect.gen(function* () {
      const answer = Receiver.hold(receiver, 1)
      yield* sandbox.openRoom(told)
      yield* sandbox.join("Told", "Zoe")
      yield* receiver.came(1)
      // Rooms don't wait for one another.
      yield* sandbox.openRoom({ ...told, uniqueName: "Other" })
      yield* receiver.came(position === "at-once" ? 3 : 2)
      const before = receiver.received.map((parameters) => parameters.StatusCallbackEvent)
      answer(204)
      yield* sandbox.awaitCallbacks
      return [before.sort(), receiver.received.length]
    }),
  ["default", [["room-created", "room-created"], 3]],
  ["at-once", [["participant-connected", "room-created", "room-created"], 3]]
)

describe("the assumptions", () => {
  it("are all tested by default and in another position", () => {
    assert.deepStrictEqual([...tested.keys()].sort(), Object.keys(Assumptions.defaults).sort())
    for (const [name, value] of Object.entries(Assumptions.defaults)) {
      const positions = tested.get(name) ?? new Set()
      assert.isTrue(positions.has("default"), name)
      assert.isAtLeast(
        [...positions].filter((position) => position !== "default" && position !== value).length,
        1,
        name
      )
    }
  })

  it("are all listed in ASSUMPTIONS.md with their defaults", () => {
    const page = readFileSync(new URL("../ASSUMPTIONS.md", import.meta.url), "utf8")
    const listed = [...page.matchAll(/^\| `(\w+)` +\| `([^`]+)`/gmu)].map(([, name, value]) => [name, value])
    assert.deepStrictEqual(
      listed.sort(),
      Object.entries(Assumptions.defaults)
        .map(([name, value]) => [name, String(value)])
        .sort()
    )
  })
})
