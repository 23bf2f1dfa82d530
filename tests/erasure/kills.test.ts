/**
 * Erasures on SQLite, in processes that are killed at random moments: nothing is left of the person, nobody else is
 * touched, little is repeated, and no file, output or process list shows an identity.
 *
 * `ERASURE_SEED=…` repeats a run's kills.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as Receipt from "@effect-twilio-video/erasure/Receipt"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Faults from "../resilience/Faults.ts"
import * as LargeRoom from "../resilience/LargeRoom.ts"
import { count } from "../support/Lane.ts"
import * as History from "./support/History.ts"
import * as Leaks from "./support/Leaks.ts"
import * as SqliteFiles from "./support/SqliteFiles.ts"
import * as SqliteProcess from "./support/SqliteProcess.ts"

const seed = process.env.ERASURE_SEED ?? `${Math.floor(Math.random() * 2 ** 31)}`

const figures: Record<string, unknown> = { seed }

afterAll(() => LargeRoom.report("erasure-kills.json", figures))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-twilio-video-kills-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** A sandbox on loopback, and the processes of a job in a folder of their own. They're killed when the scope closes. */
const world = Effect.fnUntraced(function* (
  rooms: number,
  perDay: number,
  settings: Partial<SqliteProcess.Settings> = {}
) {
  const context = yield* SandboxServer.layer().pipe(
    Layer.provideMerge(
      Sandbox.layerControls({ rooms: History.rooms(rooms, perDay), requestLog: 1_000_000, seed: `${seed}/${rooms}` })
    ),
    Layer.fresh,
    Layer.build
  )
  const sandbox = Context.get(context, Sandbox.Sandbox)
  const home = yield* folder
  const all: SqliteProcess.Settings = {
    file: join(home, SqliteFiles.databaseName),
    baseUrl: yield* Effect.provide(SandboxServer.baseUrl, context),
    requestId: "req-17",
    identities: History.person,
    tokenLifetime: "1 seconds",
    embargo: "passes",
    policy: {},
    ...settings
  }
  const worker = yield* Effect.acquireRelease(
    Effect.sync(() => new SqliteProcess.SqliteProcess(home, all)),
    (worker) => Effect.promise(() => worker.kill())
  )
  return { folder: home, sandbox, settings: all, worker }
})

type World = Effect.Success<ReturnType<typeof world>>

const until = (condition: () => boolean) =>
  Effect.repeat(Effect.delay(Effect.sync(condition), "2 millis"), { until: Boolean })

/** Asserts that no file of the job, nothing printed and nothing that `ps` showed has an identity. */
const assertSecret = ({ folder, worker }: World) => {
  assert.deepStrictEqual(Leaks.inFolder(History.person, folder), [])
  assert.deepStrictEqual(Leaks.find(History.person)(worker.output), [])
  // The output has what it's searched for: spans, and what ps shows.
  if (worker.sent > 0) assert.include(worker.output, "span { name: ")
  if (process.platform === "linux") assert.include(worker.output, "SqliteWorker.ts")
}

/** Waits for the receipt, and asserts that no file has even the sealed identities. */
const finish = Effect.fnUntraced(function* (world: World, sealed: string | undefined) {
  const { folder, worker } = world
  yield* until(() => worker.receipt !== undefined || worker.hasEnded)
  assert(worker.receipt !== undefined, worker.output.slice(-3000))
  assertSecret(world)
  if (sealed !== undefined) assert.deepStrictEqual(Leaks.inFolder([sealed], folder), [])
  yield* Effect.promise(() => worker.kill())
  return worker.receipt
})

/** The rooms without the person. Removing the person sends status callbacks, which have numbers. */
const others = ({ rooms }: SandboxState.SandboxState, sids: ReadonlySet<string>) =>
  rooms.map((room) =>
    Object.assign(structuredClone(room), {
      events: 0,
      participants: room.participants.filter(({ sid }) => !sids.has(sid))
    })
  )

/** Asserts that nothing is left of the person, that nobody else changed, and that the receipt says so. */
const assertErased = Effect.fnUntraced(function* (
  { sandbox, settings }: World,
  before: SandboxState.SandboxState,
  receipt: Receipt.Receipt
) {
  const after = yield* sandbox.exportState
  const person = History.participationsOf(before)
  const sids = new Set(person.map(({ sid }) => sid))
  assert.deepStrictEqual(History.participationsOf(after), [])
  assert.deepStrictEqual(others(after, sids), others(before, sids))
  const left = after.rooms.flatMap(({ participants }) => participants).filter(({ sid }) => sids.has(sid))
  assert.strictEqual(left.length, person.length)
  assert.deepStrictEqual([...new Set(left.flatMap(({ erasedIdentity }) => erasedIdentity ?? []))], [])

  assert.strictEqual(receipt.outcome, "Complete")
  assert.deepStrictEqual(
    receipt.participations.map(({ outcome, participantSid, roomSid }) => [participantSid, roomSid, outcome]),
    person.map(({ roomSid, sid }) => [sid, roomSid, "Anonymized"]).sort()
  )
  const keys = yield* ErasureKeys.fromText(readFileSync(`${settings.file}.keys`, "utf8"))
  yield* Receipt.verify(receipt, yield* ErasureKeys.publicKey(keys))
})

/** How many requests an erasure needs. */
const needsOf = (before: SandboxState.SandboxState) => {
  const person = History.participationsOf(before).length
  const connected = History.participationsOf(before).filter(({ status }) => status !== "disconnected").length
  const inProgress = before.rooms.filter(({ ended }) => ended === null).length
  // Completed rooms are searched once, those in progress in both sweeps by three statuses.
  const lists = { first: before.rooms.length + 2 * inProgress, second: 3 * inProgress }
  return {
    lists: lists.first + lists.second,
    anonymized: person,
    // Each is verified. Those who are connected are looked at before they're removed, and by the client that removes them.
    fetched: person + 2 * connected,
    first: lists.first + person + 3 * connected,
    second: lists.second + person
  }
}

type Needs = ReturnType<typeof needsOf>

/** How many more requests than needed were sent. */
const repeatsIn = (requests: ReadonlyArray<LoggedRequest.LoggedRequest>, needs: Needs) => {
  const sent = (operation: LoggedRequest.LoggedRequest["operation"]) =>
    requests.filter((request) => request.operation === operation).length
  return {
    needed: needs.first + needs.second,
    lists: sent("ListRoomParticipant") - needs.lists,
    anonymized: sent("UpdateRoomParticipantAnonymize") - needs.anonymized,
    fetched: sent("FetchRoomParticipant") - needs.fetched
  }
}

interface Kill {
  /** Where requests are counted from: the first process, or the end of the first sweep. */
  readonly from: "start" | "settling"
  /** Kills after so many requests, and at least so many by this process. */
  readonly requests: number
  readonly own: number
  /** Kills when no request was sent for so many milliseconds. */
  readonly idle: number
}

/** Kills at random moments: most of them spread over the requests of a job, some while a process starts. */
const killsOf = Effect.fnUntraced(function* (kills: number, { first, second }: Needs, name: string) {
  const random = yield* Random.withSeed(Effect.service(Random.Random), `${seed}/${name}`)
  const between = (low: number, high: number) => low + (high - low) * random.nextDoubleUnsafe()
  const spread = (count: number, from: Kill["from"], requests: number) =>
    Array.from({ length: count }, (_, index): Kill => {
      const isEarly = between(0, 1) < 0.1
      return {
        from,
        requests: between((index / count) * requests, ((index + 1) / count) * requests),
        own: isEarly ? 0 : between(1, 50),
        // The time until tokens expire gets few kills.
        idle: isEarly ? between(20, 400) : from === "settling" && index > 0 ? Infinity : between(800, 2000)
      }
    })
  const late = Math.ceil(kills / 3)
  // Some requests of the second sweep may have been sent before its start was noticed.
  return [...spread(kills - late, "start", first), ...spread(late, "settling", 0.8 * second)]
})

/** Kills the process, and looks at what it left. */
const kill = Effect.fnUntraced(function* (world: World, { from, idle, own, requests }: Kill) {
  const { folder, worker } = world
  const before = worker.sent
  const isDue = () => {
    const base = from === "start" ? 0 : worker.sentInFirstSweep
    if (base === undefined) return false
    // A process may take long to start. Only early kills hit it before it has stored the request.
    const isIdle = (own === 0 || worker.isAccepted) && performance.now() - worker.activeAt >= idle
    return isIdle || (worker.sent >= base + requests && worker.sent >= before + own)
  }
  yield* until(() => isDue() || worker.receipt !== undefined || worker.hasEnded)
  assert.isFalse(worker.hasEnded, worker.output.slice(-3000))
  yield* Effect.promise(() => worker.kill())
  assertSecret(world)
  return { ...SqliteFiles.read(folder), isAtWork: worker.sent > before }
})

const eraseWithKills = Effect.fnUntraced(function* (index: number) {
  const all = yield* world(rooms, 1 + (index % 3), { tokenLifetime })
  const { folder, sandbox, worker } = all
  const before = yield* sandbox.exportState
  const needs = needsOf(before)
  const seen: Array<SqliteFiles.Contents & { readonly isAtWork: boolean }> = []
  let sealed: string | undefined
  for (const one of yield* killsOf(kills, needs, `${index}`)) {
    worker.start()
    const contents = yield* kill(all, one)
    seen.push(contents)
    // The search finds what's there.
    if (contents.sealed !== undefined) assert.notDeepEqual(Leaks.inFolder([contents.sealed], folder), [])
    sealed ??= contents.sealed
  }
  worker.start()
  const receipt = yield* finish(all, sealed)
  yield* assertErased(all, before, receipt)
  return { seen, pauses: worker.pauses, ...repeatsIn(yield* sandbox.requests, needs) }
}, Effect.scoped)

const jobs = count(1, 10)
const kills = count(5, 20)
const rooms = count(200, 1000)

/** In the full size long enough that some kills hit the time in which tokens expire. */
const tokenLifetime = `${count(3, 30)} seconds` as const

/**
 * How many activities may be open, how many rooms each searches at most, and how many of its requests are on their way. An
 * activity searches 50 windows or more, and each part of a sweep has one that's open, of 20.
 */
const open = { activities: Math.ceil((rooms / 50 + 2) / 20), rooms: 100, requests: 8 }

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, one) => total + one, 0)

const figuresOf = (done: ReadonlyArray<Effect.Success<ReturnType<typeof eraseWithKills>>>) => {
  const seen = done.flatMap(({ seen }) => seen)
  const pauses = done.flatMap(({ pauses }) => pauses).sort((a, b) => a - b)
  const phases: Record<string, number> = {}
  for (const { phase } of seen) phases[phase] = (phases[phase] ?? 0) + 1
  return {
    kills: seen.length,
    whileAtWork: seen.filter(({ isAtWork }) => isAtWork).length,
    phases,
    /** The median time from the start of a process to its first request, in milliseconds. */
    pause: pauses[Math.floor(pauses.length / 2)],
    needed: sum(done.map(({ needed }) => needed)),
    repeated: {
      lists: sum(done.map(({ lists }) => lists)),
      anonymized: sum(done.map(({ anonymized }) => anonymized)),
      fetched: sum(done.map(({ fetched }) => fetched))
    }
  }
}

describe("an erasure on SQLite", () => {
  it.live(`survives ${jobs * kills} kills in ${jobs * rooms} rooms`, () =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const indexes = Array.from({ length: jobs }, (_, index) => index)
      const result = figuresOf(yield* Effect.forEach(indexes, eraseWithKills, { concurrency: 2 }))
      figures.kills = { ...result, seconds: (performance.now() - startedAt) / 1000 }
      const { Absent = 0, Complete = 0 } = result.phases
      assert.isAtLeast(result.kills - Absent - Complete, count(3, 180))
      // Rooms in progress are searched by three statuses.
      assert.isAtMost(result.repeated.lists, result.kills * open.activities * open.rooms * 3)
      assert.isAtMost(result.repeated.anonymized, result.kills * open.activities * open.requests)
      assert.isAtMost(result.repeated.fetched, result.kills * open.rooms)
    })
  )

  it.live(`ends while ${Faults.rate * 100} % of the requests fail`, () =>
    Effect.gen(function* () {
      const policy = { baseDelay: "10 millis", maxDelay: "3 seconds", timeout: "500 millis" } as const
      const all = yield* world(count(20, 200), 2, { policy })
      const { sandbox, worker } = all
      const before = yield* sandbox.exportState
      yield* sandbox.setFaults(Faults.rules)
      worker.start()
      yield* kill(all, { from: "start", requests: 20, own: 0, idle: 5000 })
      worker.start()
      const receipt = yield* finish(all, undefined)
      yield* assertErased(all, before, receipt)
      const requests = (yield* sandbox.requests).length
      const failed = sum((yield* sandbox.faults).map(({ triggered }) => triggered))
      figures.faults = { requests, failed }
      // Four standard deviations.
      const spread = 4 * Math.sqrt((Faults.rate * (1 - Faults.rate)) / requests)
      assert.closeTo(failed / requests, Faults.rate, spread)
    })
  )

  it.live("refuses a second process on its file, and goes on", () =>
    Effect.gen(function* () {
      const all = yield* world(20, 1)
      const { folder, sandbox, settings, worker } = all
      const before = yield* sandbox.exportState
      worker.start()
      yield* until(() => worker.isAccepted || worker.hasEnded)
      const second = new SqliteProcess.SqliteProcess(folder, settings)
      second.start()
      yield* until(() => second.hasEnded)
      yield* Effect.promise(() => second.kill())
      assert.include(second.output, "DatabaseInUse")
      assert.strictEqual(second.sent, 0)
      assert.deepStrictEqual(Leaks.find(History.person)(second.output), [])
      yield* assertErased(all, before, yield* finish(all, undefined))
    })
  )

  it.live("shows no identity in the output and the report of a crash", () =>
    Effect.gen(function* () {
      const all = yield* world(20, 1, { embargo: "dies" })
      const { folder, sandbox, worker } = all
      worker.start()
      yield* until(() => worker.hasEnded)
      yield* Effect.promise(() => worker.kill())
      assert.include(worker.output, "Check the embargo hook")
      assert.lengthOf(globSync("report.*.json", { cwd: folder }), 1)
      assertSecret(all)
      assert.lengthOf(yield* sandbox.requests, 0)
    })
  )
})
