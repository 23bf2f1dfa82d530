/**
 * Names of rooms and published tracks that Twilio's package misaddresses, and what it reaches instead. The library reaches
 * the right room or track by each of them. `addressing` has the identities.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Addressing from "./Addressing.ts"
import * as FieldView from "./FieldView.ts"
import * as OurClient from "./OurClient.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const { malformed, notFound, notSent, which: recordOf } = Addressing

const sidsOf = (items: ReadonlyArray<{ readonly sid: string }>) => items.map(({ sid }) => sid)

// ---- rooms ----

interface RoomCase {
  /** The unique name of the target. */
  readonly name: string
  /** The unique name of another room. */
  readonly other: string
  readonly fetch: Addressing.Reached
  /** The room whose participants are listed. */
  readonly participants: Addressing.Reached
  /** What the response shows, and which room was completed. */
  readonly complete: readonly [response: Addressing.Reached, completed: Addressing.Reached]
}

const rooms: ReadonlyArray<RoomCase> = [
  // The path ends before the fragment: the codecs of room "a" are shown as its participants.
  { name: "a#b", other: "a", fetch: "other", participants: "none", complete: ["other", "other"] },
  // The name is empty: an update of the list of rooms creates a room.
  { name: "#b", other: "a", fetch: "none", participants: "none", complete: ["new", "none"] },
  { name: "a%20b", other: "a b", fetch: "other", participants: "other", complete: ["other", "other"] },
  { name: "a%2Fb", other: "a/b", fetch: "other", participants: "other", complete: ["other", "other"] },
  { name: "100%", other: "100", fetch: malformed, participants: malformed, complete: [malformed, "none"] },
  { name: "a ", other: "a", fetch: "other", participants: "target", complete: ["other", "other"] },
  { name: "a\tb", other: "ab", fetch: "other", participants: "other", complete: ["other", "other"] },
  { name: "a\\b", other: "a", fetch: notFound, participants: notFound, complete: [notFound, "none"] },
  { name: "%2e%2e", other: "a", fetch: notFound, participants: notFound, complete: [notFound, "none"] },
  { name: "a/b", other: "a", fetch: notSent, participants: notSent, complete: [notSent, "none"] },
  { name: "a?b", other: "a", fetch: notSent, participants: notSent, complete: [notSent, "none"] }
]

/** No path can carry these names. */
const uncarriedRooms: ReadonlyArray<RoomCase> = [
  { name: "..", other: "a", fetch: notFound, participants: notFound, complete: [notFound, "none"] },
  { name: ".", other: "a", fetch: "none", participants: notFound, complete: ["new", "none"] }
]

/** Two rooms with one participant each, and no other rooms. */
const openRooms = Effect.fnUntraced(function* ({ name, other }: RoomCase) {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  const right = (yield* sandbox.openRoom({ uniqueName: name })).sid
  const decoy = (yield* sandbox.openRoom({ uniqueName: other })).sid
  for (const room of [right, decoy]) yield* sandbox.join(room, "Ann")
  return {
    right,
    decoy,
    completed: Effect.map(sandbox.exportState, ({ rooms }) => {
      const over = sidsOf(rooms.filter(({ ended }) => ended !== null))
      assert.isAtMost(over.length, 1)
      return recordOf(over[0], right, decoy)
    }),
    count: Effect.map(sandbox.exportState, ({ rooms }) => rooms.length)
  }
})

layer(SandboxOnLoopback.layer())("a room by name", (it) => {
  it.effect.each([...rooms, ...uncarriedRooms])("Twilio's package misaddresses $name", (row) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { decoy, right, ...state } = yield* openRooms(row)
      const ofRoom = Addressing.reached(({ sid }: { readonly sid: string }) => recordOf(sid, right, decoy))
      const fetch = ofRoom(yield* Addressing.call(() => official.rooms(row.name).fetch()))
      const participants = Addressing.reached((found: ReadonlyArray<{ readonly roomSid: string }>) =>
        recordOf(found[0]?.roomSid, right, decoy)
      )(yield* Addressing.call(() => official.participants(row.name).list()))
      const completed = yield* Addressing.call(() => official.rooms(row.name).update({ status: "completed" }))
      const isNew = (yield* state.count) > 2
      assert.deepStrictEqual(
        { fetch, participants, complete: [isNew ? "new" : ofRoom(completed), yield* state.completed] },
        { fetch: row.fetch, participants: row.participants, complete: [...row.complete] }
      )
    })
  )

  it.effect.each(rooms)("the library reaches $name", (row) =>
    Effect.gen(function* () {
      const ours = yield* OurClient.services
      const { name } = row
      const { completed, decoy, right } = yield* openRooms(row)
      const room = yield* ours.rooms.fetch(name)
      assert.deepStrictEqual([room.sid, room.uniqueName], [right, name])
      assert.deepStrictEqual(sidsOf((yield* ours.rooms.list({ uniqueName: name })).items), [right])
      const ann = yield* ours.participants.fetch(name, "Ann")
      assert.strictEqual(ann.roomSid, right)
      assert.deepStrictEqual(sidsOf((yield* ours.participants.list(name)).items), [ann.sid])
      assert.strictEqual((yield* ours.rules.fetch(name, "Ann")).participantSid, ann.sid)
      assert.deepStrictEqual((yield* ours.published.list(name, "Ann")).items, [])
      const over = yield* ours.rooms.complete(name)
      assert.deepStrictEqual([over.sid, over.status], [right, "completed"])
      assert.strictEqual(yield* completed, "target")
      assert.strictEqual((yield* ours.rooms.fetch(decoy)).status, "in-progress")
    })
  )

  it.effect.each(uncarriedRooms)("the library rejects $name and reaches the room by SID", (row) =>
    Effect.gen(function* () {
      const ours = yield* OurClient.services
      const { name } = row
      const { completed, count, right } = yield* openRooms(row)
      for (const operation of [ours.rooms.fetch, ours.rooms.complete]) {
        const error = yield* Effect.flip(operation(name))
        assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      }
      assert.deepStrictEqual([yield* completed, yield* count], ["none", 2])
      assert.deepStrictEqual(sidsOf((yield* ours.rooms.list({ uniqueName: name })).items), [right])
      yield* ours.rooms.complete(right)
      assert.strictEqual(yield* completed, "target")
    })
  )

  it.effect("a lone surrogate becomes another name in the package; the library rejects it", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const ours = yield* OurClient.services
      yield* sandbox.reset
      const made = yield* TwilioSdk.call(() => official.rooms.create({ uniqueName: "a\ud83c" }))
      assert.strictEqual(made.uniqueName, "a\ufffd")
      const error = yield* Effect.flip(ours.rooms.create({ uniqueName: "b\ud83c" }))
      assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      assert.deepStrictEqual(sidsOf((yield* sandbox.exportState).rooms), [made.sid])
    })
  )

  it.effect("update of a room from the package's create or list fails in the package", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const ours = yield* OurClient.services
      yield* sandbox.reset
      const made = yield* TwilioSdk.call(() => official.rooms.create({ uniqueName: "Standup" }))
      const [listed] = yield* TwilioSdk.call(() => official.rooms.list())
      assert.strictEqual(listed?.sid, made.sid)
      for (const room of [made, listed]) {
        const error = yield* Effect.flip(TwilioSdk.call(async () => room?.update({ status: "completed" })))
        assert.deepStrictEqual(error.cause, new Error("Parameter 'sid' is not valid."))
      }
      const fetched = yield* TwilioSdk.call(() => official.rooms("Standup").fetch())
      const completed = yield* TwilioSdk.call(() => fetched.update({ status: "completed" }))
      assert.deepStrictEqual([completed.sid, completed.status], [made.sid, "completed"])
      const again = yield* ours.rooms.create({ uniqueName: "Standup" })
      const [same] = (yield* ours.rooms.list()).items
      assert.strictEqual(same?.sid, again.sid)
      assert.strictEqual((yield* ours.rooms.complete(again.sid)).status, "completed")
    })
  )
})

// ---- published tracks ----

interface TrackCase {
  /** The name of the target. */
  readonly name: string
  /** The name of another track of the same participant. */
  readonly other: string
  readonly fetch: Addressing.Reached
}

const tracks: ReadonlyArray<TrackCase> = [
  { name: "a#b", other: "a", fetch: "other" },
  { name: "#b", other: "a", fetch: "none" },
  { name: "a%20b", other: "a b", fetch: "other" },
  { name: "a%2Fb", other: "a/b", fetch: "other" },
  { name: "100%", other: "100", fetch: malformed },
  { name: "a ", other: "a", fetch: "other" },
  { name: "a\tb", other: "ab", fetch: "other" },
  { name: "a\\b", other: "a", fetch: notFound },
  // `..` addresses the participant: the response is the participant, shown as a track.
  { name: "%2e%2e", other: "a", fetch: "none" },
  { name: "a/b", other: "a", fetch: notSent },
  { name: "a?b", other: "a", fetch: notSent }
]

/** Both agree on these. */
const addressable = ["screen", "Ann's screen", "Zoë 🎉", "a+b", "a&b=c;d,e:f@g$h!", "~(a)*'", "null", "x".repeat(128)]

const uncarriedTracks: ReadonlyArray<TrackCase> = [
  { name: "..", other: "a", fetch: "none" },
  { name: ".", other: "a", fetch: "none" }
]

/** A room in which Ann publishes two tracks and Ben is subscribed to them. */
const publish = Effect.fnUntraced(function* (name: string, other: string) {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.reset
  const room = (yield* sandbox.openRoom({ uniqueName: "Room" })).sid
  for (const identity of ["Ann", "Ben"]) yield* sandbox.join(room, identity)
  const right = (yield* sandbox.publishTrack(room, "Ann", { kind: "video", name })).sid
  const decoy = (yield* sandbox.publishTrack(room, "Ann", { kind: "video", name: other })).sid
  return { room, right, decoy }
})

layer(SandboxOnLoopback.layer())("a published track by name", (it) => {
  it.effect.each([...tracks, ...uncarriedTracks])("Twilio's package misaddresses $name", ({ fetch, name, other }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { decoy, right, room } = yield* publish(name, other)
      const { publishedTracks } = official.participants(room)("Ann")
      const response = yield* Addressing.call(async () => publishedTracks(name).fetch())
      assert.strictEqual(
        Addressing.reached(({ sid }: { readonly sid: string }) => recordOf(sid, right, decoy))(response),
        fetch
      )
    })
  )

  it.effect.each(tracks)("the library reaches $name, also in a rule", ({ name, other }) =>
    Effect.gen(function* () {
      const ours = yield* OurClient.services
      const { right, room } = yield* publish(name, other)
      const track = yield* ours.published.fetch(room, "Ann", name)
      assert.deepStrictEqual([track.sid, track.name], [right, name])
      yield* ours.rules.update(room, "Ben", [{ type: "include", publisher: "Ann", track: name }])
      assert.deepStrictEqual(sidsOf((yield* ours.subscribed.list(room, "Ben")).items), [right])
    })
  )

  it.effect.each(addressable.map((name) => ({ name })))("both reach $name, also in a rule", ({ name }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const ours = yield* OurClient.services
      const { right, room } = yield* publish(name, "a")
      const participants = official.participants(room)
      const theirs = yield* TwilioSdk.call(() => participants("Ann").publishedTracks(name).fetch())
      assert.deepStrictEqual([theirs.sid, theirs.name], [right, name])
      assert.deepStrictEqual(
        FieldView.ofOursTrack(yield* ours.published.fetch(room, "Ann", name)),
        FieldView.ofOfficialTrack(theirs)
      )
      const rules = [{ type: "include", publisher: "Ann", track: name }]
      const set = yield* TwilioSdk.call(() => participants("Ben").subscribeRules.update({ rules }))
      assert.strictEqual(set.rules[0]?.track, name)
      assert.deepStrictEqual((yield* ours.rules.fetch(room, "Ben")).rules, rules)
      const subscribed = yield* TwilioSdk.call(() => participants("Ben").subscribedTracks.list())
      assert.deepStrictEqual(sidsOf(subscribed), [right])
      assert.deepStrictEqual(sidsOf((yield* ours.subscribed.list(room, "Ben")).items), [right])
    })
  )

  it.effect.each(uncarriedTracks)("the library rejects $name and reaches the track by SID", ({ name, other }) =>
    Effect.gen(function* () {
      const ours = yield* OurClient.services
      const { right, room } = yield* publish(name, other)
      const error = yield* Effect.flip(ours.published.fetch(room, "Ann", name))
      assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      assert.strictEqual((yield* ours.published.fetch(room, "Ann", right)).name, name)
    })
  )
})
