/**
 * What the callback log keeps of a delivery, replays, delivery faults, and callbacks that are forwarded.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as DeliveryFault from "@effect-twilio-video/sandbox/DeliveryFault"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"
import * as Receiver from "./support/Receiver.ts"

const url = "http://localhost:8080/callbacks"

const begin = Effect.fnUntraced(function* (callbacks: Sandbox.CallbackOptions = {}) {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  const receiver = Receiver.make()
  const { call, sandbox } = yield* Calls.start({
    rooms: [{ uniqueName: "Room", statusCallback: url }],
    callbacks: { handler: receiver.handler, ...callbacks }
  })
  return { call, receiver, sandbox }
})

const sequence = ({ received }: Receiver.Receiver) => received.map(({ SequenceNumber }) => Number(SequenceNumber))

const identities = ({ received }: Receiver.Receiver) => received.map(({ ParticipantIdentity }) => ParticipantIdentity)

const verify = (request: Request) =>
  Effect.promise(() => request.clone().text()).pipe(
    Effect.flatMap((body) =>
      StatusCallback.verify({
        method: "POST",
        url: request.url,
        body,
        signature: request.headers.get("x-twilio-signature")
      })
    ),
    Effect.provideService(AuthToken.AuthToken, {
      authToken: Redacted.make(SandboxCredentials.defaults.authToken)
    }),
    Effect.result,
    Effect.map(Result.isSuccess)
  )

describe("a stored delivery", () => {
  it.effect("has what was sent and answered as soon as it has ended", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin({
        url: "http://user:secret@localhost:8080/callbacks?app=1#rc=3"
      })
      receiver.answer = () => new Response("stored", { status: 202 })
      yield* sandbox.openRoom({ uniqueName: "R" })
      yield* sandbox.awaitCallbacks
      const [delivery] = yield* sandbox.callbacks
      const [attempt] = delivery?.attempts ?? []
      const parameters = receiver.received[0]!
      assert.deepStrictEqual(
        [delivery?.method, delivery?.url, delivery?.parameters, delivery?.signature],
        ["POST", `${url}?app=1`, parameters, Receiver.signatureOf(`${url}?app=1`, parameters)]
      )
      assert.deepStrictEqual([delivery?.attempts.length, attempt?.status, attempt?.answer], [1, 202, "stored"])
      assert.isAtLeast(attempt?.duration ?? -1, 0)
      assert.deepStrictEqual((yield* call(`/sandbox/callbacks/${delivery?.id}`)).body, delivery)
      for (const path of ["", `/${delivery?.id}`]) {
        assert.notInclude(JSON.stringify((yield* call(`/sandbox/callbacks${path}`)).body), "secret")
      }
    })
  )

  it.effect("has the beginning of an answer that never ends", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ url })
      receiver.answer = () => {
        const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
        void writable
          .getWriter()
          .write(new TextEncoder().encode("begun"))
          .catch(() => {})
        return new Response(readable)
      }
      yield* sandbox.openRoom()
      yield* sandbox.awaitCallbacks
      const [delivery] = yield* sandbox.callbacks
      assert.deepStrictEqual([delivery?.deliveryStatus, delivery?.attempts[0]?.answer], ["delivered", "begun"])
    })
  )

  it.effect("has no answer if a handler gives the same response again", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ url })
      const response = new Response("shared")
      receiver.answer = () => response
      for (let room = 1; room <= 2; room++) yield* Effect.andThen(sandbox.openRoom(), sandbox.awaitCallbacks)
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(({ attempts, deliveryStatus }) => [deliveryStatus, attempts[0]?.answer]),
        [
          ["delivered", "shared"],
          ["delivered", undefined]
        ]
      )
    })
  )

  it.effect("counts its attempts toward the size of the log", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin({ url, logBytes: 10_000 })
      yield* sandbox.openRoom()
      yield* sandbox.awaitCallbacks
      const [delivery] = yield* sandbox.callbacks
      const replay = Effect.andThen(sandbox.replayCallback(delivery?.id ?? ""), sandbox.awaitCallbacks)
      const error = yield* Effect.flip(Effect.repeat(replay, { times: 200 }))
      assert.deepStrictEqual([error.problem, yield* sandbox.callbacks], ["no-such-callback", []])
    })
  )

  it.effect("has the beginning of each answer", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      receiver.answer = () => new Response("é".repeat(1000), { status: 503 })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.awaitCallbacks
      const [callback] = yield* sandbox.callbacks
      assert.strictEqual(callback?.attempts[0]?.answer, "é".repeat(512))
      assert.deepStrictEqual((yield* call(`/sandbox/callbacks/${callback?.id}`)).body, callback)
      assert.strictEqual((yield* call("/sandbox/callbacks/unknown")).body.problem, "no-such-callback")
    })
  )

  it.effect("loses the identity of an anonymized participant, and its signature", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      const zoe = yield* sandbox.join("Room", "Zoe")
      yield* sandbox.join("Room", "Bob")
      yield* sandbox.awaitCallbacks
      yield* call(`/v1/Rooms/Room/Participants/${zoe.sid}/Anonymize`, { method: "POST" })
      const [first, second] = yield* sandbox.callbacks
      assert.strictEqual(first?.parameters.ParticipantIdentity, zoe.sid)
      assert.isUndefined(first?.signature)
      assert.strictEqual(second?.parameters.ParticipantIdentity, "Bob")
      yield* sandbox.replayCallback(first?.id ?? "")
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.received.at(-1)?.ParticipantIdentity, zoe.sid)
      assert.isTrue(yield* verify(receiver.requests.at(-1)!))
    })
  )

  it.effect("is dropped when the log is too large", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begin({ logBytes: 5000 })
      for (let index = 0; index < 20; index++) yield* sandbox.join("Room", `guest-${index}`)
      yield* sandbox.awaitCallbacks
      const kept = yield* sandbox.callbacks
      assert.isAtMost(kept.length, 4)
      assert.strictEqual(kept.at(-1)?.parameters.ParticipantIdentity, "guest-19")
      assert.strictEqual((yield* sandbox.callbackCounts).delivered, 20)
    })
  )
})

describe("an anonymized participant's deliveries", () => {
  it.effect("have the SID as the identity, and neither the old signature nor the answers", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin({ url })
      receiver.answer = (request) => new Response(`received ${request.url} from Zoë`)
      yield* sandbox.openRoom({ uniqueName: "R" })
      const zoe = yield* sandbox.join("R", "Zoë")
      const ann = yield* sandbox.join("R", "Ann")
      yield* sandbox.publishTrack("R", "Zoë", { kind: "audio" })
      yield* sandbox.leave("R", "Zoë")
      yield* sandbox.awaitCallbacks
      const before = yield* sandbox.callbacks
      yield* call(`/v1/Rooms/R/Participants/${zoe.sid}/Anonymize`, { method: "POST" })
      const after = yield* sandbox.callbacks
      const old = Receiver.signatures(receiver)
      for (const [index, { attempts, parameters, signature }] of after.entries()) {
        if (parameters.ParticipantSid !== zoe.sid) {
          assert.deepStrictEqual(after[index], before[index])
          continue
        }
        assert.strictEqual(parameters.ParticipantIdentity, zoe.sid)
        assert.notInclude(JSON.stringify(attempts), "Zoë")
        assert.notInclude(old, signature)
      }
      assert.strictEqual(after[2]?.parameters.ParticipantSid, ann.sid)
      assert.strictEqual(after[2]?.parameters.ParticipantIdentity, "Ann")
    })
  )

  it.effect("never have a signature for the old identity, even if they're being signed", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* begin({ url })
      yield* sandbox.openRoom({ uniqueName: "R" })
      yield* sandbox.awaitCallbacks
      const zoe = yield* sandbox.join("R", "Zoe")
      const [, joined] = yield* sandbox.callbacks
      const signature = Receiver.signatureOf(url, joined?.parameters ?? {})
      yield* call(`/v1/Rooms/R/Participants/${zoe.sid}/Anonymize`, { method: "POST" })
      yield* sandbox.awaitCallbacks
      const [, anonymized] = yield* sandbox.callbacks
      assert.strictEqual(anonymized?.parameters.ParticipantIdentity, zoe.sid)
      assert.notStrictEqual(anonymized?.signature, signature)
    })
  )

  it.effect("don't send the old identity later", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin({
        url,
        log: 1,
        faults: [{ fault: { type: "late", millis: 1000 } }]
      })
      yield* sandbox.openRoom({ uniqueName: "R" })
      const zoe = yield* sandbox.join("R", "Zoe")
      yield* sandbox.join("R", "Ann")
      yield* call(`/v1/Rooms/R/Participants/${zoe.sid}/Anonymize`, { method: "POST" })
      yield* TestClock.adjust("1 second")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map(({ ParticipantIdentity }) => ParticipantIdentity),
        [undefined, zoe.sid, "Ann"]
      )
    })
  )
})

describe("a replay", () => {
  it.effect("sends a callback that was lost", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ url, faults: [{ fault: { type: "lost" } }] })
      yield* sandbox.openRoom()
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(receiver.received, [])
      yield* sandbox.replayCallback((yield* sandbox.callbacks)[0]?.id ?? "")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(Receiver.signatures(receiver), [Receiver.signatureOf(url, receiver.received[0]!)])
      assert.strictEqual((yield* sandbox.callbacks)[0]?.deliveryStatus, "delivered")
    })
  )

  it.effect("contacts no host that isn't allowed, and sends nothing once callbacks are stopped", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ url, allowedHosts: ["localhost:8080"] })
      yield* sandbox.openRoom({ statusCallback: "http://localhost:1/" })
      yield* sandbox.openRoom()
      yield* sandbox.awaitCallbacks
      const [refused, delivered] = yield* sandbox.callbacks
      yield* sandbox.replayCallback(refused?.id ?? "")
      yield* sandbox.stopCallbacks
      yield* sandbox.replayCallback(delivered?.id ?? "")
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.requests.length, 1)
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(({ deliveryStatus }) => deliveryStatus),
        ["refused-host", "dropped"]
      )
    })
  )

  it.effect("is refused until the second copy of a doubled callback has been sent", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({
        url,
        faults: [{ fault: { type: "twice" } }, { fault: { type: "late", millis: { from: 0, to: 60_000 } } }]
      })
      yield* sandbox.openRoom()
      const id = (yield* sandbox.callbacks)[0]?.id ?? ""
      // Until the first copy is due.
      while (receiver.requests.length === 0) {
        yield* TestClock.adjust("1 second")
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
      }
      assert.strictEqual((yield* Effect.flip(sandbox.replayCallback(id))).problem, "callback-pending")
      yield* TestClock.adjust("1 minute")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual([receiver.requests.length, (yield* sandbox.callbackCounts).delivered], [2, 1])
    })
  )

  it.effect("sends the same parameters, signature and token again, and is one more attempt", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      receiver.answer = () => new Response(null, { status: 500 })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.awaitCallbacks
      const [failed] = yield* sandbox.callbacks
      receiver.answer = () => new Response(null, { status: 204 })
      yield* TestClock.adjust("1 minute")
      const { body } = yield* call(`/sandbox/callbacks/${failed?.id}/replay`, { method: "POST" })
      assert.strictEqual(body.deliveryStatus, "pending")
      yield* sandbox.awaitCallbacks
      const [delivered] = yield* sandbox.callbacks
      assert.deepStrictEqual(
        delivered?.attempts.map(({ at, status }) => [at, status]),
        [
          ["2026-03-01T12:00:00.000Z", 500],
          ["2026-03-01T12:01:00.000Z", 204]
        ]
      )
      assert.strictEqual(delivered?.deliveryStatus, "delivered")
      assert.deepStrictEqual(receiver.received[1], receiver.received[0])
      for (const name of ["x-twilio-signature", "i-twilio-idempotency-token"]) {
        assert.strictEqual(receiver.requests[1]?.headers.get(name), receiver.requests[0]?.headers.get(name))
      }
      assert.deepStrictEqual(yield* sandbox.callbackCounts, {
        pending: 0,
        delivered: 1,
        failed: 0,
        "refused-host": 0,
        dropped: 0
      })
    })
  )

  it.effect("is refused for an unknown callback and for one that is pending", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const answer = Receiver.hold(receiver)
      yield* sandbox.join("Room", "Zoe")
      yield* receiver.came(1)
      const [callback] = yield* sandbox.callbacks
      const problems = [
        yield* Effect.flip(sandbox.replayCallback("unknown")),
        yield* Effect.flip(sandbox.replayCallback(callback?.id ?? ""))
      ].map(({ problem }) => problem)
      assert.deepStrictEqual(problems, ["no-such-callback", "callback-pending"])
      answer(204)
      yield* sandbox.awaitCallbacks
    })
  )

  it.effect("of a callback to a host that isn't allowed stays refused", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ allowedHosts: [] })
      yield* sandbox.join("Room", "Zoe")
      const [callback] = yield* sandbox.callbacks
      const replayed = yield* sandbox.replayCallback(callback?.id ?? "")
      assert.deepStrictEqual([replayed.deliveryStatus, receiver.requests.length], ["refused-host", 0])
    })
  )
})

describe("a delivery fault", () => {
  const withFaults = (...faults: ReadonlyArray<DeliveryFault.DeliveryFaultRule>) => begin({ faults })

  const join = (sandbox: Sandbox.Service, count: number) =>
    Effect.forEach(
      Array.from({ length: count }, (_, index) => `guest-${index}`),
      (identity) => sandbox.join("Room", identity)
    )

  it.effect("lost isn't sent", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults({ skip: 1, times: 1, fault: { type: "lost" } })
      yield* join(sandbox, 3)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(identities(receiver), ["guest-0", "guest-2"])
      const lost = (yield* sandbox.callbacks)[1]
      assert.deepStrictEqual([lost?.deliveryStatus, lost?.faults, lost?.attempts], ["dropped", ["lost"], []])
    })
  )

  it.effect("twice sends a second copy with the same token", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults({ times: 1, fault: { type: "twice" } })
      yield* join(sandbox, 1)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(identities(receiver), ["guest-0", "guest-0"])
      const tokens = receiver.requests.map(({ headers }) => headers.get("i-twilio-idempotency-token"))
      assert.strictEqual(tokens[0], tokens[1])
      assert.strictEqual((yield* sandbox.callbacks)[0]?.attempts.length, 2)
    })
  )

  it.effect("late sends it after its time, and the next ones don't wait", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults({ times: 1, fault: { type: "late", millis: 60_000 } })
      yield* join(sandbox, 2)
      yield* receiver.came(1)
      assert.deepStrictEqual(identities(receiver), ["guest-1"])
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual((yield* sandbox.callbackCounts).pending, 1)
      yield* TestClock.adjust("1 second")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(identities(receiver), ["guest-1", "guest-0"])
    })
  )

  it.effect("out-of-order sends it after the room's next callback, or after 5 seconds", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults(
        { times: 1, fault: { type: "out-of-order" } },
        { skip: 2, times: 1, fault: { type: "out-of-order" } }
      )
      yield* join(sandbox, 3)
      yield* receiver.came(2)
      assert.deepStrictEqual(identities(receiver), ["guest-1", "guest-0"])
      yield* TestClock.adjust("4999 millis")
      assert.strictEqual(receiver.requests.length, 2)
      yield* TestClock.adjust("1 millis")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(identities(receiver), ["guest-1", "guest-0", "guest-2"])
    })
  )

  it.effect("wrong-signature signs with another token", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults({ times: 1, fault: { type: "wrong-signature" } })
      yield* join(sandbox, 2)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        [yield* verify(receiver.requests[0]!), yield* verify(receiver.requests[1]!)],
        [false, true]
      )
      const [wrong] = yield* sandbox.callbacks
      assert.strictEqual(wrong?.signature, receiver.requests[0]?.headers.get("x-twilio-signature"))
    })
  )

  it.effect("hits only the events of its rule", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults({
        events: ["participant-disconnected"],
        fault: { type: "lost" }
      })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.leave("Room", "Zoe")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map(({ StatusCallbackEvent }) => StatusCallbackEvent),
        ["participant-connected"]
      )
    })
  )

  it.effect("is drawn from the seed, again after a reset: 30 % lost, 20 % doubled, shuffled over a minute", () => {
    const run = Effect.fnUntraced(function* (sandbox: Sandbox.Service, receiver: Receiver.Receiver) {
      receiver.received.length = 0
      yield* join(sandbox, 40)
      yield* TestClock.adjust("1 minute")
      yield* sandbox.awaitCallbacks
      return (yield* sandbox.callbacks).map(({ faults, sequenceNumber }) => [sequenceNumber, faults])
    })
    return Effect.gen(function* () {
      const { receiver, sandbox } = yield* withFaults(
        { rate: 0.3, fault: { type: "lost" } },
        { rate: 0.2, fault: { type: "twice" } },
        { fault: { type: "late", millis: { from: 0, to: 60_000 } } }
      )
      const first = yield* run(sandbox, receiver)
      yield* sandbox.reset
      assert.deepStrictEqual(yield* run(sandbox, receiver), first)
      const [lost, twice] = yield* sandbox.deliveryFaults
      assert.isTrue((lost?.triggered ?? 0) > 5 && (twice?.triggered ?? 0) > 2)
      const came = sequence(receiver)
      assert.strictEqual(new Set(came).size, 40 - (lost?.triggered ?? 0))
      assert.isAbove(came.length, new Set(came).size)
      assert.notDeepEqual(
        came,
        came.toSorted((a, b) => a - b)
      )
    })
  })

  it.effect("is set, counted and removed over HTTP", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      const rules = [{ times: 1, fault: { type: "lost" } }]
      yield* call("/sandbox/callbacks/faults", { method: "PUT", body: JSON.stringify(rules) })
      yield* join(sandbox, 2)
      const { body } = yield* call("/sandbox/callbacks/faults")
      assert.deepStrictEqual(body, [{ rule: rules[0], triggered: 1 }])
      assert.deepStrictEqual(yield* sandbox.deliveryFaults, body)
      assert.deepStrictEqual((yield* call("/sandbox/callbacks/faults", { method: "DELETE" })).body, [])
      const refused = yield* call("/sandbox/callbacks/faults", {
        method: "PUT",
        body: '[{"event": ["room-ended"], "fault": {"type": "lost"}}]'
      })
      assert.deepStrictEqual([refused.status, refused.body.problem], [400, "invalid-fault"])
      assert.include(refused.body.message, '["event"]')
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.requests.length, 1)
    })
  )
})

describe("forwarded callbacks", () => {
  const forwardTo = "http://127.0.0.1:9000/webhooks"

  it.effect("are copies for a second receiver, whether or not the room has one", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ forwardTo })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.openRoom({ uniqueName: "Without" })
      yield* sandbox.awaitCallbacks
      assert.sameMembers(
        receiver.requests.map((request) => request.url),
        [url, forwardTo, forwardTo]
      )
      for (const request of receiver.requests) assert.isTrue(yield* verify(request))
    })
  )

  it.effect("aren't sent twice to the room's own receiver", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ forwardTo: url })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.requests.length, 1)
    })
  )

  it.effect("include timeouts in imported rooms without a receiver of their own", () =>
    Effect.gen(function* () {
      const other = yield* begin()
      yield* other.sandbox.openRoom({ uniqueName: "Without", unusedRoomTimeout: "1 minute" })
      const state = yield* other.sandbox.exportState
      const { receiver, sandbox } = yield* begin({ forwardTo })
      const rooms = state.rooms.filter(({ uniqueName }) => uniqueName === "Without")
      yield* sandbox.importState({ ...state, rooms })
      yield* TestClock.adjust("1 minute")
      yield* receiver.came(1)
      assert.deepStrictEqual(
        receiver.received.map(({ RoomName, StatusCallbackEvent }) => [RoomName, StatusCallbackEvent]),
        [["Without", "room-ended"]]
      )
    })
  )

  it.effect("don't go to a host that isn't allowed", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ forwardTo: "https://app.example.com/webhooks" })
      yield* sandbox.join("Room", "Zoe")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(({ deliveryStatus }) => deliveryStatus),
        ["delivered", "refused-host"]
      )
      assert.strictEqual(receiver.requests.length, 1)
    })
  )
})
