/**
 * Status callbacks from a sandbox on a socket to a receiver on another socket. Twilio's package and the library verify
 * their signatures.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import twilio from "twilio"
import * as CallbackReceiver from "./CallbackReceiver.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const start = Date.parse("2026-03-01T12:00:00.000Z")

const parametersOf = ({ body, method, url }: CallbackReceiver.Received): Record<string, string> =>
  Object.fromEntries(method === "GET" ? new URL(url).searchParams : new URLSearchParams(body))

/** The events of a room in order: number, event, time, status, participant, track and duration. */
const eventsOf = (received: ReadonlyArray<CallbackReceiver.Received>, roomSid: string) =>
  received
    .map(parametersOf)
    .filter((event) => event.RoomSid === roomSid)
    .sort((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber))
    .map((event) => [
      event.SequenceNumber,
      event.StatusCallbackEvent,
      event.Timestamp?.slice(11),
      event.RoomStatus,
      event.ParticipantSid ?? "",
      event.TrackSid ?? "",
      event.ParticipantDuration ?? event.RoomDuration ?? ""
    ])

const headerOf = (received: CallbackReceiver.Received, name: string): string => String(received.headers[name] ?? "")

/** Do Twilio's package and the library accept the signature? */
const hasValidSignature = Effect.fnUntraced(function* (received: CallbackReceiver.Received) {
  const { authToken } = (yield* Sandbox.Sandbox).credentials
  const signature = headerOf(received, "x-twilio-signature")
  // A GET has its parameters in the URL, so the validator gets none.
  const parameters = received.method === "GET" ? {} : parametersOf(received)
  const theirs = twilio.validateRequest(authToken, signature, received.url, parameters)
  const spoiled = twilio.validateRequest(authToken, signature, `${received.url}x`, parameters)
  const event = yield* StatusCallback.receive({
    method: received.method,
    url: received.url,
    signature,
    contentType: headerOf(received, "content-type"),
    body: received.body
  }).pipe(Effect.provideService(AuthToken.AuthToken, { authToken: Redacted.make(authToken) }))
  return { theirs, spoiled, event: event._tag }
})

const TestLayer = SandboxOnLoopback.layer().pipe(Layer.provideMerge(CallbackReceiver.layer))

/** Clears the receiver and the sandbox. */
const begin = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const official = yield* SandboxOnLoopback.Official
  const receiver = yield* CallbackReceiver.CallbackReceiver
  yield* TestClock.setTime(start)
  yield* sandbox.reset
  receiver.received.length = 0
  return { sandbox, official, receiver }
})

const urls: ReadonlyArray<{ readonly path: string; readonly method: "GET" | "POST" }> = [
  "",
  "/",
  "/callbacks",
  "/callbacks?app=1&room=a%20b+c",
  "/callbacks?",
  "/callbacks?empty&x=",
  "/rückruf/✓?who=Zoë",
  "/it's?Body=It's+amazing",
  "/callbacks?app=1#rc=2&rp=all"
].flatMap((path) => [
  { path, method: "POST" as const },
  { path, method: "GET" as const }
])

/** Runs two rooms of one name and an unused one through every event. */
const runRooms = Effect.fnUntraced(function* ({ official, receiver, sandbox }: Effect.Success<typeof begin>) {
  const statusCallback = `${receiver.origin}/callbacks?tenant=7`
  const room = yield* TwilioSdk.call(() =>
    official.rooms.create({
      uniqueName: "Standup",
      statusCallback,
      maxParticipantDuration: 600,
      emptyRoomTimeout: 2,
      unusedRoomTimeout: 1
    })
  )
  const unused = yield* TwilioSdk.call(() =>
    official.rooms.create({ uniqueName: "Unused", statusCallback, unusedRoomTimeout: 1 })
  )
  const ann = yield* sandbox.join("Standup", "Ann")
  const screen = yield* sandbox.publishTrack("Standup", "Ann", { kind: "video", name: "screen" })
  const data = yield* sandbox.publishTrack("Standup", "Ann", { kind: "data" })
  yield* TestClock.adjust("1500 millis")
  yield* sandbox.disableTrack("Standup", "Ann", "screen")
  yield* sandbox.enableTrack("Standup", "Ann", "screen")
  yield* sandbox.unpublishTrack("Standup", "Ann", data.sid)
  const ben = yield* sandbox.join("Standup", "Ben")
  // The second join disconnects the first participant.
  const again = yield* sandbox.join("Standup", "Ann")
  yield* TestClock.adjust("2 seconds")
  // Twilio's package removes Ben. A second removal has no effect.
  yield* TwilioSdk.call(() => official.participants("Standup")("Ben").update({ status: "disconnected" }))
  yield* TwilioSdk.call(() => official.participants("Standup")(ben.sid).update({ status: "disconnected" }))
  yield* TwilioSdk.call(() => official.participants("Standup")(again.sid).anonymize().update())
  // The unused timeout of one room. The maximum duration in the other, then its empty timeout.
  yield* TestClock.adjust("20 minutes")
  const last = yield* TwilioSdk.call(() =>
    official.rooms.create({ uniqueName: "Standup", statusCallback, statusCallbackMethod: "GET" })
  )
  const cem = yield* sandbox.join("Standup", "Cem")
  yield* TestClock.adjust("1 second")
  yield* TwilioSdk.call(() => official.rooms("Standup").update({ status: "completed" }))
  yield* sandbox.awaitCallbacks
  return { room, unused, last, ann, screen, data, ben, again, cem }
})

layer(TestLayer)("status callbacks over sockets", (it) => {
  it.effect.each(urls)("to $path by $method have a valid signature", ({ method, path }) =>
    Effect.gen(function* () {
      const { official, receiver, sandbox } = yield* begin
      const room = yield* TwilioSdk.call(() =>
        official.rooms.create({
          uniqueName: "Zoës Raum & 会議 🎉",
          statusCallback: `${receiver.origin}${path}`,
          statusCallbackMethod: method
        })
      )
      yield* sandbox.join(room.sid, "Zoë O'Hara+1 ✓&=%")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [callback.deliveryStatus, callback.attempts.at(-1)?.status]),
        [
          ["delivered", 204],
          ["delivered", 204]
        ]
      )
      assert.strictEqual(receiver.received.length, 2)
      const [created, joined] = receiver.received.map(parametersOf)
      assert.deepStrictEqual(
        [created?.RoomName, joined?.ParticipantIdentity],
        ["Zoës Raum & 会議 🎉", "Zoë O'Hara+1 ✓&=%"]
      )
      for (const [index, received] of receiver.received.entries()) {
        assert.strictEqual(received.method, method)
        assert.notInclude(received.url, "#")
        assert.deepStrictEqual(yield* hasValidSignature(received), {
          theirs: true,
          spoiled: false,
          event: index === 0 ? "RoomCreated" : "ParticipantConnected"
        })
        // Signed with the configured URL, as Twilio documents.
        if (method === "POST" && !path.includes("#")) {
          const { authToken } = sandbox.credentials
          const configured = `${receiver.origin}${path}`
          assert.isTrue(
            twilio.validateRequest(
              authToken,
              headerOf(received, "x-twilio-signature"),
              configured,
              parametersOf(received)
            ),
            configured
          )
        }
      }
    })
  )

  it.effect("report every event in order", () =>
    Effect.gen(function* () {
      const started = yield* begin
      const { receiver } = started
      const { again, ann, ben, cem, data, last, room, screen, unused } = yield* runRooms(started)
      const ofRoom = (sid: string) => eventsOf(receiver.received, sid)
      const live = "in-progress"
      assert.deepStrictEqual(ofRoom(room.sid), [
        ["0", "room-created", "12:00:00.000Z", live, "", "", ""],
        ["1", "participant-connected", "12:00:00.000Z", live, ann.sid, "", ""],
        ["2", "track-added", "12:00:00.000Z", live, ann.sid, screen.sid, ""],
        ["3", "track-added", "12:00:00.000Z", live, ann.sid, data.sid, ""],
        ["4", "track-disabled", "12:00:01.500Z", live, ann.sid, screen.sid, ""],
        ["5", "track-enabled", "12:00:01.500Z", live, ann.sid, screen.sid, ""],
        ["6", "track-removed", "12:00:01.500Z", live, ann.sid, data.sid, ""],
        ["7", "participant-connected", "12:00:01.500Z", live, ben.sid, "", ""],
        ["8", "participant-disconnected", "12:00:01.500Z", live, ann.sid, "", "1"],
        ["9", "participant-connected", "12:00:01.500Z", live, again.sid, "", ""],
        ["10", "participant-disconnected", "12:00:03.500Z", live, ben.sid, "", "2"],
        ["11", "participant-disconnected", "12:10:01.500Z", live, again.sid, "", "600"],
        ["12", "room-ended", "12:12:01.500Z", "completed", "", "", "721"]
      ])
      assert.deepStrictEqual(ofRoom(unused.sid), [
        ["0", "room-created", "12:00:00.000Z", live, "", "", ""],
        ["1", "room-ended", "12:01:00.000Z", "completed", "", "", "60"]
      ])
      assert.deepStrictEqual(ofRoom(last.sid), [
        ["0", "room-created", "12:20:03.500Z", live, "", "", ""],
        ["1", "participant-connected", "12:20:03.500Z", live, cem.sid, "", ""],
        ["2", "participant-disconnected", "12:20:04.500Z", live, cem.sid, "", "1"],
        ["3", "room-ended", "12:20:04.500Z", "completed", "", "", "1"]
      ])
      const events = receiver.received.map(parametersOf)
      assert.strictEqual(events.length, 19)
      // Callbacks after the anonymization have the SID as identity.
      assert.strictEqual(events.find((event) => event.ParticipantDuration === "600")?.ParticipantIdentity, again.sid)
      for (const received of receiver.received) {
        const { spoiled, theirs } = yield* hasValidSignature(received)
        assert.deepStrictEqual([theirs, spoiled], [true, false])
      }
      assert.strictEqual(new Set(receiver.received.map((one) => headerOf(one, "i-twilio-idempotency-token"))).size, 19)
    })
  )

  it.effect("aren't sent to a redirect's target or to a host that isn't allowed", () =>
    Effect.gen(function* () {
      const { official, receiver, sandbox } = yield* begin
      receiver.respond = () => 302
      yield* TwilioSdk.call(() => official.rooms.create({ statusCallback: `${receiver.origin}/callbacks` }))
      yield* sandbox.awaitCallbacks
      receiver.respond = () => 204
      // The same server by an address that isn't a loopback address.
      const { port } = new URL(receiver.origin)
      yield* TwilioSdk.call(() => official.rooms.create({ statusCallback: `http://[::ffff:127.0.0.1]:${port}/` }))
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [
          callback.deliveryStatus,
          callback.attempts.at(-1)?.status,
          callback.attempts.length
        ]),
        [
          ["failed", 302, 1],
          ["refused-host", undefined, 0]
        ]
      )
      assert.strictEqual(receiver.received.length, 1)
    })
  )

  it.effect("fail if nothing listens", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin
      // A closed receiver.
      const gone = yield* Effect.map(CallbackReceiver.CallbackReceiver, ({ origin }) => origin).pipe(
        Effect.provide(Layer.fresh(CallbackReceiver.layer))
      )
      yield* sandbox.openRoom({ statusCallback: gone })
      yield* sandbox.awaitCallbacks
      const [callback] = yield* sandbox.callbacks
      assert.deepStrictEqual(
        [callback?.deliveryStatus, callback?.attempts.at(-1)?.problem],
        ["failed", "no-connection"]
      )
    })
  )
})

it.live("of rooms with thousands of events are each sent once, with unique sequence numbers", () =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const receiver = yield* CallbackReceiver.CallbackReceiver
    const rooms = ["A", "B", "C"]
    for (const uniqueName of rooms) {
      yield* sandbox.openRoom({ uniqueName, statusCallback: `${receiver.origin}/callbacks`, maxParticipants: 1000 })
    }
    yield* Effect.forEach(
      rooms,
      (room) =>
        Effect.forEach(
          Array.from({ length: 300 }, (_, i) => `p${i}`),
          (who) => sandbox.join(room, who)
        ),
      { concurrency: "unbounded" }
    )
    for (const room of rooms) yield* sandbox.completeRoom(room)
    yield* sandbox.awaitCallbacks
    for (const room of rooms) {
      const numbers = receiver.received
        .map(parametersOf)
        .filter((event) => event.RoomName === room)
        .map((event) => Number(event.SequenceNumber))
      // A room's callbacks arrive in order: each waits for the previous one.
      assert.deepStrictEqual(
        numbers,
        Array.from({ length: 602 }, (_, i) => i)
      )
    }
  }).pipe(Effect.provide(TestLayer))
)
