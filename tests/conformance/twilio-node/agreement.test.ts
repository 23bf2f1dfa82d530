/**
 * Twilio's package and the library read the same values from the same room, field by field, and their changes lead to the
 * same state. `addressing` has the identities that the package misaddresses.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, it, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as FieldView from "./FieldView.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const addressable = [
  "Ann",
  "Alice Smith",
  " two  spaces",
  "Zoë",
  "Zoe\u0308",
  "日本語",
  "🎉👩🏽‍⚕️",
  "a+b",
  "a;b;c",
  "a&b=c",
  "a,b:c@d$e!f",
  "~(a)*'",
  '[x]{y}|^`<z>"',
  "-1",
  "null",
  "0",
  "x".repeat(128)
]

// Twilio's package misaddresses these in a fetch (see addressing). By SID and in lists, both agree.
const misaddressed = ["100%", "100%25", "a#b", "a/b", "a\\b"]

const identities = [...addressable, ...misaddressed]

const statuses = ["connected", "reconnecting", "disconnected"] as const

const setTime = (time: string) => TestClock.setTime(Date.parse(`2026-03-02T${time}Z`))

/** A room with participants in every state, created at fractions of a second. */
class Room extends Context.Service<
  Room,
  {
    readonly sid: string
    /** The SIDs of each identity, newest first. */
    readonly joined: ReadonlyMap<string, ReadonlyArray<string>>
    /** The SIDs of the anonymized participants. */
    readonly erased: ReadonlyArray<string>
  }
>()("tests/conformance/twilio-node/agreement/Room") {}

const layerRoom = Layer.effect(
  Room,
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const official = yield* SandboxOnLoopback.Official
    yield* setTime("09:00:00")
    const { sid: room } = yield* sandbox.openRoom({ uniqueName: "Everybody" })
    const joined = new Map<string, ReadonlyArray<string>>()
    const join = Effect.fnUntraced(function* (identity: string) {
      yield* TestClock.adjust("1700 millis")
      const { sid } = yield* sandbox.join(room, identity)
      joined.set(identity, [sid, ...(joined.get(identity) ?? [])])
    })
    yield* Effect.forEach(identities, join)
    for (const identity of identities) {
      yield* TestClock.adjust("61301 millis")
      yield* sandbox.leave(room, identity)
    }
    // A second join disconnects the first one.
    yield* Effect.forEach([...identities, ...identities], join)
    for (const identity of identities.filter((_, index) => index % 2 === 1)) {
      yield* TestClock.adjust("999 millis")
      yield* sandbox.loseConnection(room, identity)
    }
    const { sid: stays } = yield* sandbox.join(room, "erased while connected")
    const { sid: left } = yield* sandbox.join(room, "erased after leaving")
    yield* sandbox.leave(room, left)
    yield* TestClock.adjust("1 hour")
    const erased = [stays, left]
    for (const sid of erased) yield* TwilioSdk.call(() => official.participants(room)(sid).anonymize().update())
    return { sid: room, joined, erased }
  })
).pipe(Layer.provideMerge(SandboxOnLoopback.layer()), Layer.orDie)

layer(layerRoom)("both clients read the same", (it) => {
  it.effect.each([
    { status: undefined, count: 12 },
    { status: "connected", count: 12 },
    { status: "reconnecting", count: 11 },
    { status: "disconnected", count: 45 }
  ] as const)("list of status $status", ({ count, status }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const options = status === undefined ? {} : { status }
      const listed = yield* TwilioSdk.call(() => official.participants("Everybody").list({ ...options }))
      const views = listed.map(FieldView.ofOfficial)
      assert.strictEqual(views.length, count)
      assert.deepStrictEqual((yield* Participants.list("Everybody", options)).items.map(FieldView.ofOurs), views)
      const streamed = yield* Stream.runCollect(Participants.stream("Everybody", { ...options, pageSize: 4 }))
      assert.deepStrictEqual(streamed.map(FieldView.ofOurs), views)
    })
  )

  it.effect("participant by SID, in every state", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const room = yield* Room
      const seen: Record<string, number> = {}
      for (const sid of [...room.joined.values()].flat().concat(room.erased)) {
        const theirs = FieldView.ofOfficial(yield* TwilioSdk.call(() => official.participants(room.sid)(sid).fetch()))
        assert.deepStrictEqual(FieldView.ofOurs(yield* Participants.fetch(room.sid, sid)), theirs)
        assert.strictEqual(theirs.sid, sid)
        const state = theirs.identity === sid ? `${theirs.status}, anonymized` : theirs.status
        seen[state] = (seen[state] ?? 0) + 1
      }
      assert.deepStrictEqual(seen, {
        connected: 11,
        reconnecting: 11,
        disconnected: 44,
        "connected, anonymized": 1,
        "disconnected, anonymized": 1
      })
    })
  )

  it.effect.each(addressable.map((identity) => ({ identity })))("participant by identity $identity", ({ identity }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const theirs = yield* TwilioSdk.call(() => official.participants("Everybody")(identity).fetch())
      assert.strictEqual(theirs.identity, identity)
      assert.deepStrictEqual(
        FieldView.ofOurs(yield* Participants.fetch("Everybody", identity)),
        FieldView.ofOfficial(theirs)
      )
    })
  )

  it.effect.each(identities.map((identity, index) => ({ identity, index })))(
    "lists filtered by identity $identity",
    ({ identity, index }) =>
      Effect.gen(function* () {
        const official = yield* SandboxOnLoopback.Official
        const [now, ...before] = (yield* Room).joined.get(identity) ?? []
        const expected = {
          connected: index % 2 === 0 ? [now] : [],
          reconnecting: index % 2 === 1 ? [now] : [],
          disconnected: before
        }
        for (const status of statuses) {
          // Page by page, so the page URLs must keep the identity.
          const options = { identity, status, pageSize: 1 }
          const theirs = yield* TwilioSdk.call(() => official.participants("Everybody").list({ ...options }))
          const streamed = yield* Stream.runCollect(Participants.stream("Everybody", options))
          assert.deepStrictEqual(
            theirs.map(({ sid }) => sid),
            expected[status]
          )
          assert.deepStrictEqual(streamed.map(FieldView.ofOurs), theirs.map(FieldView.ofOfficial))
        }
      })
  )

  it.effect("the comparison covers every field", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const room = yield* Room
      const sid = room.erased[1] ?? ""
      const theirs = yield* TwilioSdk.call(() => official.participants(room.sid)(sid).fetch())
      const fields = [
        "accountSid",
        "dateCreated",
        "dateUpdated",
        "duration",
        "endTime",
        "identity",
        "links",
        "roomSid",
        "sid",
        "startTime",
        "status",
        "url"
      ]
      assert.deepStrictEqual(Object.keys(theirs.toJSON()).sort(), fields)
      assert.deepStrictEqual(Object.keys(yield* Participants.fetch(room.sid, sid)).sort(), fields)
      assert.deepStrictEqual(Object.keys(FieldView.ofOfficial(theirs)).sort(), fields)
      const anonymized = yield* TwilioSdk.call(() => official.participants(room.sid)(sid).anonymize().update())
      const withoutLinks = fields.filter((field) => field !== "links")
      assert.deepStrictEqual(Object.keys(anonymized.toJSON()).sort(), withoutLinks)
      assert.deepStrictEqual(Object.keys(yield* Participants.anonymize(room.sid, sid)).sort(), withoutLinks)
      assert.deepStrictEqual(Object.keys(FieldView.ofOfficialAnonymized(anonymized)).sort(), withoutLinks)
    })
  )
})

/** The responses of a client on a new sandbox, and the final state. */
const story = Effect.fnUntraced(function* (client: {
  readonly disconnect: (who: string) => Effect.Effect<FieldView.ParticipantView, unknown>
  readonly anonymize: (who: string) => Effect.Effect<FieldView.AnonymizedView, unknown>
}) {
  const sandbox = yield* Sandbox.Sandbox
  yield* setTime("09:00:00.700")
  yield* sandbox.openRoom({ uniqueName: "Story" })
  const { sid: ann } = yield* sandbox.join("Story", "Ann Müller")
  const { sid: ben } = yield* sandbox.join("Story", "Ben")
  const { sid: cat } = yield* sandbox.join("Story", "Cat 🎉")
  const { sid: dan } = yield* sandbox.join("Story", "Dan")
  yield* sandbox.loseConnection("Story", "Dan")
  yield* setTime("10:01:02.600")
  const responses: Array<FieldView.AnonymizedView> = []
  responses.push(yield* client.disconnect("Ann Müller"))
  responses.push(yield* client.disconnect(ben))
  responses.push(yield* client.disconnect("Dan"))
  yield* TestClock.adjust("90 seconds")
  responses.push(yield* client.disconnect(ben))
  responses.push(yield* client.anonymize(ann))
  responses.push(yield* client.anonymize("Cat 🎉"))
  responses.push(yield* client.anonymize(dan))
  yield* TestClock.adjust("90 seconds")
  responses.push(yield* client.anonymize(dan))
  responses.push(yield* client.disconnect(cat))
  return { responses, state: yield* sandbox.exportState, sids: { ann, ben, cat, dan } }
})

// With the same public origin, the URLs in the responses of both sandboxes are equal.
const twin = () => SandboxOnLoopback.layer({ seed: "twins", publicOrigin: "https://video.twilio.com" })

it.effect("two sandboxes stay equal, whichever client removes and anonymizes", () =>
  Effect.gen(function* () {
    const official = yield* Effect.flatMap(SandboxOnLoopback.Official, (official) =>
      story({
        disconnect: (who) =>
          Effect.map(
            TwilioSdk.call(() => official.participants("Story")(who).update({ status: "disconnected" })),
            FieldView.ofOfficial
          ),
        anonymize: (who) =>
          Effect.map(
            TwilioSdk.call(() => official.participants("Story")(who).anonymize().update()),
            FieldView.ofOfficialAnonymized
          )
      })
    ).pipe(Effect.provide(twin()))
    const ours = yield* Effect.flatMap(Participants.Participants, (ours) =>
      story({
        disconnect: (who) => Effect.map(ours.disconnect("Story", who), FieldView.ofOurs),
        anonymize: (who) => Effect.map(ours.anonymize("Story", who), FieldView.ofOursAnonymized)
      })
    ).pipe(Effect.provide(twin()))
    assert.deepStrictEqual(ours, official)
    const { ann, ben, cat, dan } = official.sids
    assert.deepStrictEqual(
      official.responses.map(({ dateUpdated, duration, identity, sid, status }) => [
        sid,
        identity,
        status,
        duration,
        dateUpdated
      ]),
      [
        [ann, "Ann Müller", "disconnected", 3661, "2026-03-02T10:01:02.000Z"],
        [ben, "Ben", "disconnected", 3661, "2026-03-02T10:01:02.000Z"],
        [dan, "Dan", "disconnected", 3661, "2026-03-02T10:01:02.000Z"],
        [ben, "Ben", "disconnected", 3661, "2026-03-02T10:01:02.000Z"],
        [ann, ann, "disconnected", 3661, "2026-03-02T10:02:32.000Z"],
        [cat, cat, "connected", null, "2026-03-02T10:02:32.000Z"],
        [dan, dan, "disconnected", 3661, "2026-03-02T10:02:32.000Z"],
        [dan, dan, "disconnected", 3661, "2026-03-02T10:02:32.000Z"],
        [cat, cat, "disconnected", 3841, "2026-03-02T10:04:02.000Z"]
      ]
    )
  })
)
