/**
 * Model-based test of the sandbox: random sequences of operations run on the sandbox, through the library's services, and
 * on a reference model of Twilio's rooms. After each operation, both give the same result and the same records.
 *
 * Seeds count up from 1. MODEL_SEED sets the first seed and MODEL_SEQUENCES the number of sequences:
 * `MODEL_SEED=395 MODEL_SEQUENCES=1 vitest run tests/conformance/model` runs one sequence.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, layer, test } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Lane from "../../support/Lane.ts"
import * as Model from "./Model.ts"
import * as Runner from "./Runner.ts"
import * as Steps from "./Steps.ts"

const firstSeed = Number(process.env["MODEL_SEED"] ?? 1)
const sequences = Number(process.env["MODEL_SEQUENCES"] ?? Lane.count(40, 1000))
const stepsEach = 50

/** A run of this many sequences or more must reach each result below at least `minimum` times. */
const representative = 1000
const minimum = 5

const byRoom = ["NotFound room by name 20404", "NotFound room by sid 20404"]
const byParticipant = ["NotFound participant by identity 20404", "NotFound participant by sid 20404"]
const notSent = "TwilioError InvalidArgument"
const completed = "TwilioError InvalidRequest 53118"
const toRoom = ["SandboxError no-such-room 53106"]
const toParticipant = [...toRoom, "SandboxError no-such-participant 53204"]
const toTrack = ["ok", ...toParticipant, "SandboxError no-such-track"]
const listed = ["ok, with items", "ok, empty", notSent]

/** The possible results of each kind of step. */
const results: { readonly [step: string]: ReadonlyArray<string> } = {
  createRoom: [
    "ok",
    "RoomExists 53113",
    notSent,
    "TwilioError InvalidRequest 53101",
    "TwilioError InvalidRequest 53107",
    "TwilioError InvalidRequest 53109",
    "TwilioError InvalidRequest 53123"
  ],
  openRoom: ["ok", "SandboxError room-exists 53113"],
  fetchRoom: ["ok", ...byRoom, notSent],
  completeRoom: ["ok", ...byRoom, notSent, "RoomNotInProgress 53112"],
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
  fetchParticipant: ["ok", ...byParticipant, notSent],
  listParticipants: [...listed, ...byRoom],
  disconnect: ["ok", ...byParticipant, notSent, completed],
  ensureDisconnected: ["ok, Disconnected", "ok, AlreadyGone", notSent],
  update: ["ok", ...byParticipant, notSent, completed, "TwilioError InvalidRequest 53209"],
  anonymize: ["ok", ...byParticipant, notSent],
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
  fetchPublished: ["ok", "NotFound published-track by name 20404", "NotFound published-track by sid 20404", notSent],
  listPublished: [...listed, ...byParticipant],
  fetchSubscribed: ["ok", "NotFound subscribed-track by sid 20404", notSent],
  listSubscribed: [...listed, ...byParticipant],
  fetchRules: ["ok", ...byParticipant, notSent],
  updateRules: ["ok", ...byParticipant, notSent, completed],
  sendRules: ["ok", "HTTP 404 20404", "HTTP 400 53118", "HTTP 400 53215"],
  turnPage: ["ok, with items", "ok, empty"],
  "turnPage elsewhere": ["TwilioError InvalidRequest 21481"],
  pass: ["ok"],
  passToTimeout: ["ok"],
  save: ["ok"],
  "load move": ["ok"],
  "load keep": ["ok"]
}

const required = [
  ...Object.entries(results).flatMap(([step, results]) => results.map((result) => `${step} ${result}`)),
  // What ended a room or a stay.
  "unused",
  "empty",
  "duration",
  "age",
  "duplicate"
]

const runAll = Effect.gen(function* () {
  const counts: Runner.Counts = new Map()
  for (let seed = firstSeed; seed < firstSeed + sequences; seed++) {
    const steps = Steps.generate(seed, stepsEach)
    const found = yield* Runner.run(steps, { thorough: false, counts })
    if (found === undefined) continue
    const lines = [
      `Seed ${seed} fails. MODEL_SEED=${seed} MODEL_SEQUENCES=1 repeats it. A shorter failing sequence:`,
      ...(yield* Runner.minimize(steps, found))
    ]
    assert.fail(lines.join("\n"))
  }
  return counts
})

describe("the sandbox", () => {
  layer(Sandbox.layer({ rooms: [] }))((it) => {
    it.effect(`agrees with the model through ${sequences} sequences of ${stepsEach} steps`, () =>
      Effect.gen(function* () {
        // Spans would double the time.
        const counts = yield* Effect.withTracerEnabled(runAll, false)
        if (sequences < representative) return
        const rare = required.filter((what) => (counts.get(what) ?? 0) < minimum)
        assert.deepStrictEqual(rare, [], `Each of these occurred fewer than ${minimum} times.`)
      })
    )
  })
})

// From https://www.twilio.com/docs/video/api/track-subscriptions.
test("the model subscribes to the tracks that Twilio's examples of subscribe rules name", () => {
  const model = Model.make("account", 0)
  Model.createRoom(model, "room", { uniqueName: "room" })
  const tracks = {
    Alice: ["alice-audio", "alice-cam", "screen"],
    Bob: ["bob-audio", "bob-cam", "screen"],
    Carl: ["carl-audio", "carl-cam", "carl-data"]
  }
  const kindOf = (name: string): Model.Kind =>
    name.endsWith("audio") ? "audio" : name.endsWith("data") ? "data" : "video"
  for (const [identity, names] of Object.entries(tracks)) {
    Model.join(model, identity, "room", identity, true)
    for (const name of names) {
      Model.publish(model, `${identity} ${name}`, "room", identity, { kind: kindOf(name), name })
    }
  }
  const subscribed = (identity: string, rules: ReadonlyArray<Model.Rule>) => {
    Model.updateRules(model, "room", identity, rules)
    const list = Model.listSubscribed(model, "room", identity)
    assert.isFalse(Model.isFailure(list))
    return Model.isFailure(list) ? [] : list.map(({ view }) => (view as { readonly sid: string }).sid)
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
