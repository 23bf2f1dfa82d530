/**
 * Random sequences of operations, performed on the sandbox over the library's services and on a small model of Twilio's
 * rooms: after each operation both have answered alike, and look alike. Holds neither the model (`Model`) nor the
 * operations (`Steps`).
 *
 * Each sequence has the next seed, from 1. MODEL_SEED sets the first seed and MODEL_SEQUENCES how many there are, so that
 * `MODEL_SEED=395 MODEL_SEQUENCES=1 vitest run tests/conformance/model` plays one alone.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, layer, test } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Lane from "../../support/Lane.ts"
import * as Model from "./Model.ts"
import * as Player from "./Player.ts"
import * as Steps from "./Steps.ts"
import * as Trials from "./Trials.ts"

const firstSeed = Number(process.env["MODEL_SEED"] ?? 1)
const sequences = Number(process.env["MODEL_SEQUENCES"] ?? Lane.count(40, 1000))
const stepsEach = 50

/** From this many sequences on, everything below must have come up this often. */
const telling = 1000
const often = 5

const byRoom = ["NotFound room by name 20404", "NotFound room by sid 20404"]
const byParticipant = ["NotFound participant by identity 20404", "NotFound participant by sid 20404"]
const unsent = "TwilioError InvalidArgument"
const completed = "TwilioError InvalidRequest 53118"
const toRoom = ["SandboxError no-such-room 53106"]
const toParticipant = [...toRoom, "SandboxError no-such-participant 53204"]
const toTrack = ["ok", ...toParticipant, "SandboxError no-such-track"]
const listed = ["ok, with items", "ok, empty", unsent]

/** Every kind of step, with what it can come to. */
const outcomes: { readonly [step: string]: ReadonlyArray<string> } = {
  createRoom: [
    "ok",
    "RoomExists 53113",
    unsent,
    "TwilioError InvalidRequest 53101",
    "TwilioError InvalidRequest 53107",
    "TwilioError InvalidRequest 53109",
    "TwilioError InvalidRequest 53123"
  ],
  openRoom: ["ok", "SandboxError room-exists 53113"],
  fetchRoom: ["ok", ...byRoom, unsent],
  completeRoom: ["ok", ...byRoom, unsent, "RoomNotInProgress 53112"],
  completeRoomByControl: ["ok", ...toRoom, "SandboxError room-completed 53118"],
  listRooms: listed,
  join: [
    "ok",
    ...toRoom,
    "SandboxError room-completed 53118",
    "SandboxError room-full 53105",
    "SandboxError invalid-identity 53200",
    "SandboxError identity-too-long 53201",
    "SandboxError identity-not-unicode 53202"
  ],
  leave: ["ok", ...toParticipant, "SandboxError not-connected"],
  loseConnection: ["ok", ...toParticipant, "SandboxError not-connected"],
  regainConnection: ["ok", ...toParticipant, "SandboxError not-reconnecting"],
  fetchParticipant: ["ok", ...byParticipant, unsent],
  listParticipants: [...listed, ...byRoom],
  disconnect: ["ok", ...byParticipant, unsent, completed],
  ensureDisconnected: ["ok, Disconnected", "ok, AlreadyGone", unsent],
  update: ["ok", ...byParticipant, unsent, completed, "TwilioError InvalidRequest 53209"],
  anonymize: ["ok", ...byParticipant, unsent],
  publish: [
    "ok",
    ...toParticipant,
    "SandboxError not-connected",
    "SandboxError invalid-track 53301",
    "SandboxError track-name-too-long 53302",
    "SandboxError track-exists 53304"
  ],
  unpublishTrack: toTrack,
  enableTrack: toTrack,
  disableTrack: toTrack,
  fetchPublished: ["ok", "NotFound published-track by name 20404", "NotFound published-track by sid 20404", unsent],
  listPublished: [...listed, ...byParticipant],
  fetchSubscribed: ["ok", "NotFound subscribed-track by sid 20404", unsent],
  listSubscribed: [...listed, ...byParticipant],
  fetchRules: ["ok", ...byParticipant, unsent],
  updateRules: ["ok", ...byParticipant, unsent, completed],
  sendRules: ["ok", "HTTP 404 20404", "HTTP 400 53118", "HTTP 400 53215"],
  turnPage: ["ok, with items", "ok, empty"],
  "turnPage elsewhere": ["TwilioError InvalidRequest 21481"],
  pass: ["ok"],
  passToTimeout: ["ok"],
  save: ["ok"],
  "load move": ["ok"],
  "load keep": ["ok"]
}

const mustHappen = [
  ...Object.entries(outcomes).flatMap(([step, outcomes]) => outcomes.map((outcome) => `${step} ${outcome}`)),
  // What happens by itself.
  "unused",
  "empty",
  "duration",
  "age",
  "duplicate"
]

const playAll = Effect.gen(function* () {
  const trials = yield* Trials.make
  const tally: Player.Tally = new Map()
  for (let seed = firstSeed; seed < firstSeed + sequences; seed++) {
    const steps = Steps.generate(seed, stepsEach)
    const failure = yield* Player.play(trials, steps, { thorough: false, tally })
    if (failure === undefined) continue
    const lines = [
      `The sequence of seed ${seed} fails; MODEL_SEED=${seed} MODEL_SEQUENCES=1 plays it alone. So do fewer steps:`,
      ...(yield* Player.explain(trials, steps, failure))
    ]
    assert.fail(lines.join("\n"))
  }
  return tally
})

describe("the sandbox and the model", () => {
  layer(Sandbox.layer({ rooms: [] }))((it) => {
    it.effect(`are alike through ${sequences} sequences of ${stepsEach} steps`, () =>
      Effect.gen(function* () {
        // Spans would take as long as everything else.
        const tally = yield* Effect.withTracerEnabled(playAll, false)
        if (sequences < telling) return
        const rare = mustHappen.filter((what) => (tally.get(what) ?? 0) < often)
        assert.deepStrictEqual(rare, [], "These were hardly tested.")
      })
    )
  })
})

// From https://www.twilio.com/docs/video/api/track-subscriptions: the model has it right without the sandbox.
test("the model comes to what Twilio's examples of subscribe rules come to", () => {
  const world = Model.make("account", 0)
  Model.createRoom(world, "room", { uniqueName: "room" })
  const tracks = {
    Alice: ["alice-audio", "alice-cam", "screen"],
    Bob: ["bob-audio", "bob-cam", "screen"],
    Carl: ["carl-audio", "carl-cam", "carl-data"]
  }
  const kindOf = (name: string): Model.Kind =>
    name.endsWith("audio") ? "audio" : name.endsWith("data") ? "data" : "video"
  for (const [identity, names] of Object.entries(tracks)) {
    Model.join(world, identity, "room", identity, true)
    for (const name of names) {
      Model.publish(world, `${identity} ${name}`, "room", identity, { kind: kindOf(name), name })
    }
  }
  const subscribed = (identity: string, rules: ReadonlyArray<Model.Rule>) => {
    Model.updateRules(world, "room", identity, rules)
    const list = Model.listSubscribed(world, "room", identity)
    assert.isFalse(Model.isRefusal(list))
    return Model.isRefusal(list) ? [] : list.map(({ view }) => (view as { readonly sid: string }).sid)
  }
  assert.deepStrictEqual(
    subscribed("Alice", [
      { type: "include", all: true },
      { type: "exclude", kind: "video" },
      { type: "include", publisher: "Bob", track: "screen" }
    ]),
    ["Carl carl-data", "Carl carl-audio", "Bob screen", "Bob bob-audio"]
  )
  assert.deepStrictEqual(
    subscribed("Carl", [
      { type: "include", all: true },
      { type: "exclude", publisher: "Bob", kind: "audio" },
      { type: "exclude", kind: "video", track: "screen" }
    ]),
    ["Bob bob-cam", "Alice alice-cam", "Alice alice-audio"]
  )
  const data: Model.Rule = { type: "include", kind: "data" }
  const notCarl: Model.Rule = { type: "exclude", publisher: "Carl" }
  assert.deepStrictEqual(subscribed("Alice", [data, notCarl]), [])
  assert.deepStrictEqual(subscribed("Alice", [notCarl, data]), ["Carl carl-data"])
  assert.deepStrictEqual(subscribed("Alice", [{ type: "exclude", kind: "video" }]), [])
  assert.deepStrictEqual(subscribed("Alice", [{ type: "include", track: "alice-audio" }]), [])
  assert.deepStrictEqual(subscribed("Alice", [{ type: "include", track: "screen" }]), ["Bob screen"])
})
