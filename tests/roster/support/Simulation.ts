/**
 * A roster on the sandbox, on the test clock: random participants in many rooms, callbacks that are lost, doubled and late,
 * and reads within a share of Twilio's quota. Compares the roster with the sandbox on the way and at rest.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import type * as DeliveryFault from "@effect-twilio-video/sandbox/DeliveryFault"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Doubt from "../../../packages/roster/src/internal/Doubt.ts"
import type * as Controls from "../../../packages/sandbox/src/internal/controls/Controls.ts"
import * as EngineRoster from "../../../packages/sandbox/src/internal/engine/Roster.ts"
import * as Routes from "../../../packages/sandbox/src/internal/server/Routes.ts"
import * as Crowd from "./Crowd.ts"
import * as Truth from "./Truth.ts"
import * as Watch from "./Watch.ts"

export interface Options {
  readonly rooms: number
  /** How many things happen in all rooms. */
  readonly events: number
  /** How often something happens in a room, in milliseconds. */
  readonly every: number
  readonly seed: string
  /** The sequence numbers of the callbacks. Default: as sent. */
  readonly sequence?: "absent" | "constant" | "random" | undefined
  /** How far Twilio's clock, which callbacks have, is ahead of ours, in milliseconds. Default: 0. */
  readonly skew?: number | undefined
}

export interface Result {
  /** Where the roster was wrong although it couldn't be. */
  readonly problems: ReadonlyArray<string>
  readonly seconds: number
  readonly callbacks: { readonly sent: number; readonly lost: number; readonly doubled: number }
  readonly reads: number
  readonly refused: number
  readonly reconciliations: { readonly all: number; readonly undisturbed: number; readonly correcting: number }
  readonly corrections: number
  /** The ages of states, in milliseconds. */
  readonly ages: { readonly median: number; readonly p99: number; readonly most: number; readonly bound: number }
}

const interval = 30_000
const readsPerSecond = 20
const latest = 60_000

/** How long a request takes to Twilio, and a response back, in milliseconds. */
const oneWay = 40

const faults: ReadonlyArray<DeliveryFault.DeliveryFaultRule> = [
  { rate: 0.3, fault: { type: "lost" } },
  { rate: 0.2, fault: { type: "twice" } },
  { fault: { type: "late", millis: { from: 0, to: latest } } }
]

const url = "http://localhost/callbacks"

const sequences = {
  absent: () => undefined,
  constant: () => "7",
  random: (random: Random.Random) => String(Math.floor(random.nextDoubleUnsafe() * 1000))
}

/** Replaces the sequence number and the time of a callback, and signs it again. */
const rewritten = Effect.fnUntraced(function* (
  request: Request,
  { sequence, skew = 0 }: Options,
  random: Random.Random
) {
  const form = new URLSearchParams(yield* Effect.promise(() => request.text()))
  const number = sequence === undefined ? form.get("SequenceNumber") : sequences[sequence](random)
  if (typeof number === "string") form.set("SequenceNumber", number)
  else form.delete("SequenceNumber")
  form.set("Timestamp", new Date(Date.parse(form.get("Timestamp") ?? "") + skew).toISOString())
  const signature = yield* StatusCallback.sign({ url, parameters: Object.fromEntries(form) })
  return new Request(url, { method: "POST", headers: { "x-twilio-signature": signature }, body: form })
})

const receive = (options: Options, random: Random.Random) =>
  Effect.fnUntraced(function* (request: Request) {
    const isAsSent = options.sequence === undefined && options.skew === undefined
    const received = isAsSent ? request : yield* rewritten(request, options, random)
    return yield* StatusCallbackHandler.handle(received, Roster.record, { url })
  })

/** Everything around the roster. `handler` receives the callbacks. */
const layerOf = (options: Options, tally: Watch.Tally, handler: (request: Request) => Promise<Response>) => {
  const sandbox = Sandbox.layerControls({
    rooms: [],
    quota: Quota.twilio,
    seed: options.seed,
    requestLog: 0,
    callbacks: { url, handler, log: 0, maxPending: 1_000_000, faults }
  })
  const transformClient = (client: HttpClient.HttpClient) =>
    HttpClient.transform(client, (send) =>
      Effect.gen(function* () {
        yield* Effect.sleep(oneWay)
        const response = yield* send
        yield* Effect.sleep(oneWay)
        tally.reads += 1
        tally.refused += Number(response.status === 429)
        return response
      })
    )
  const twilio = Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials: { accountSid, authToken } }) =>
      TwilioHttpClient.layer(TwilioVideo.services, {
        accountSid,
        authToken: Redacted.make(authToken),
        transformClient
      })
    )
  ).pipe(Layer.provide(Sandbox.layerHttpClient))
  const auth = Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials }) =>
      AuthToken.layer({ authToken: Redacted.make(credentials.authToken) })
    )
  )
  const store = Layer.effect(
    RosterStore.RosterStore,
    Effect.gen(function* () {
      return Watch.watched(yield* RosterStore.RosterStore, Routes.partsOf(yield* Sandbox.Sandbox).engine, tally)
    })
  ).pipe(Layer.provide(RosterMemory.layer))
  return Roster.layer().pipe(
    Layer.provideMerge(store),
    Layer.provide(twilio),
    Layer.provideMerge(auth),
    Layer.provideMerge(sandbox),
    Layer.orDie
  )
}

/** Waits until no callback is being sent or handled. Signatures take real time. */
const idle = ({ callbacks }: Controls.Parts) =>
  Effect.promise(async () => {
    do await new Promise((resolve) => setImmediate(resolve))
    while (callbacks.busy > 0)
  })

/**
 * How old a state may be, by `docs/roster.md`: a state that's so old that none can count as more doubtful waits until all
 * others have been read once, and those that were being read. `rooms` are all that were in progress meanwhile.
 */
const boundOf = (rooms: number): number =>
  Math.max(interval, Doubt.weight * Doubt.mostReasons) + ((rooms + 16) * 3 * 1000) / readsPerSecond + 1000

/** Notes the age of every room's state. Rooms of which the roster doesn't know yet are as old as they are. */
const sample = Effect.fnUntraced(function* ({ engine }: Controls.Parts, tally: Watch.Tally, ages: Array<number>) {
  const store = yield* RosterStore.RosterStore
  const now = yield* Clock.currentTimeMillis
  const isRunning = new Set((yield* store.rooms).map(({ roomSid }) => roomSid))
  const recent = [...engine.store.rooms.values()].filter(({ ended = now }) => ended >= now - tally.bound)
  tally.bound = boundOf(recent.length)
  tally.highestBound = Math.max(tally.highestBound, tally.bound)
  for (const { created, ended, sid } of engine.store.rooms.values()) {
    if (ended !== undefined && !isRunning.has(sid)) continue
    const stored = yield* store.read(sid)
    const age = now - Math.max(created, stored?.state.verified ?? 0)
    ages.push(age)
    if (age > tally.bound) tally.problems.add(`${sid} is ${age} ms old, more than ${tally.bound} ms`)
  }
})

const advance = (parts: Controls.Parts, millis: number) => Effect.andThen(TestClock.adjust(millis), idle(parts))

const live = Effect.fnUntraced(function* (
  options: Options,
  parts: Controls.Parts,
  tally: Watch.Tally,
  random: Random.Random
) {
  const sandbox = yield* Sandbox.Sandbox
  const world: Crowd.World = { sandbox, engine: parts.engine, random }
  const millis = options.every / options.rooms
  let passed = 0
  let sampled = 0
  let room = 0
  const warmUp = (options.events * millis) / 10
  for (let event = 0; event < options.events; event++) {
    // In steps of 50 ms: fewer steps take less real time.
    const due = Math.floor((event * millis) / 50) * 50
    if (due > passed) yield* advance(parts, due - passed)
    passed = due
    // Some things happen shortly after others in the same room: somebody joins and leaves at once.
    if (random.nextDoubleUnsafe() < 0.7) room = Math.floor(random.nextDoubleUnsafe() * options.rooms)
    yield* Crowd.act(world, `room ${room}`)
    if (passed - sampled < 10_000) continue
    sampled = passed
    // In the beginning all rooms are new.
    yield* sample(parts, tally, passed > warmUp ? tally.ages : [])
  }
  return passed
})

/** Waits until every room was read once, and no callback is late any more. Nothing happens meanwhile. */
const rest = Effect.fnUntraced(function* (parts: Controls.Parts, tally: Watch.Tally) {
  const store = yield* RosterStore.RosterStore
  const { inProgress, rooms } = parts.engine.store
  tally.restsSince = yield* Clock.currentTimeMillis
  const settled = tally.restsSince + Watch.settling + latest
  const isAtRest = Effect.gen(function* () {
    const known = yield* store.rooms
    const isRead = ({ sid }: { readonly sid: string }) => tally.atRest.has(sid)
    return [...inProgress.values()].every(isRead) && known.every(({ roomSid }) => tally.atRest.has(roomSid))
  })
  const end = Math.max(settled, tally.restsSince + Watch.settling + boundOf(inProgress.size))
  for (let now = tally.restsSince; now < end && (now < settled || !(yield* isAtRest)); now += 500) {
    yield* advance(parts, 500)
  }
  for (const record of inProgress.values()) {
    const found = yield* store.find(record.uniqueName ?? record.sid)
    if (found !== record.sid) tally.problems.add(`${record.sid} isn't found by its name`)
    if (!tally.atRest.has(record.sid)) tally.problems.add(`${record.sid} wasn't read again`)
    const stored = yield* store.read(record.sid)
    if (stored !== undefined) Watch.note(tally, Truth.differences(record, stored.state))
  }
  for (const { roomSid } of yield* store.rooms) {
    if (rooms.get(roomSid)?.ended !== undefined) tally.problems.add(`${roomSid} has ended, and is shown as in progress`)
  }
})

/** Reads the tracks of some participants, and compares them. Callbacks may have been lost, so they may differ before. */
const readTracks = Effect.fnUntraced(function* (parts: Controls.Parts, tally: Watch.Tally) {
  const present = [...parts.engine.store.inProgress.values()].flatMap((record) =>
    Array.from(EngineRoster.present(record))
  )
  const reading = yield* Effect.forkChild(
    Effect.forEach(
      present.slice(0, 50),
      Effect.fnUntraced(function* (participant) {
        const read = yield* Roster.readTracks(participant.room.sid, participant.sid)
        Watch.note(tally, Truth.trackDifferences(participant, Option.getOrUndefined(read)))
      })
    )
  )
  while (reading.pollUnsafe() === undefined) yield* advance(parts, 500)
  yield* Fiber.join(reading)
})

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

const figuresOf = Effect.fnUntraced(function* (tally: Watch.Tally, seconds: number) {
  const sandbox = yield* Sandbox.Sandbox
  const [lost, doubled, late] = (yield* sandbox.deliveryFaults).map(({ triggered }) => triggered)
  const ages = tally.ages.sort((a, b) => a - b)
  const { correcting, corrections, highestBound, reads, reconciliations, refused, undisturbed } = tally
  return {
    seconds,
    callbacks: { sent: late ?? 0, lost: lost ?? 0, doubled: doubled ?? 0 },
    reads,
    refused,
    reconciliations: { all: reconciliations, undisturbed, correcting },
    corrections,
    ages: { median: quantile(ages, 0.5), p99: quantile(ages, 0.99), most: ages.at(-1) ?? 0, bound: highestBound }
  }
})

/** Runs a simulation. Needs the test clock. */
export const run = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Result> {
  yield* TestClock.setTime(Date.parse("2026-11-21T12:00:00Z"))
  const random = yield* Random.withSeed(Effect.service(Random.Random), options.seed)
  const tally = Watch.makeTally()
  let handle: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not started"))
  return yield* Effect.gen(function* () {
    const parts = Routes.partsOf(yield* Sandbox.Sandbox)
    const context = yield* Effect.context<AuthToken.AuthToken | Roster.Roster>()
    const handling = receive(options, random)
    handle = (request) => Effect.runPromiseWith(context)(handling(request))
    const millis = yield* live(options, parts, tally, random)
    const figures = yield* figuresOf(tally, millis / 1000)
    yield* rest(parts, tally)
    yield* readTracks(parts, tally)
    return { problems: [...tally.problems], ...figures }
  }).pipe(Effect.provide(layerOf(options, tally, (request) => handle(request))), Effect.orDie)
})
