/**
 * Lists by status, identity and date while participants come, go and are anonymized: after each of many random steps,
 * every combination of filters gives what a plain filter of all records gives.
 */
import type * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { PositionSet } from "../src/internal/engine/PositionSet.ts"
import { count } from "../../../tests/support/Lane.ts"
import * as Calls from "./support/Calls.ts"

type ParticipantState = SandboxState.SandboxState["rooms"][number]["participants"][number]

interface Filters {
  readonly Status?: string | undefined
  readonly Identity?: string | undefined
  readonly DateCreatedAfter?: string | undefined
  readonly DateCreatedBefore?: string | undefined
}

const query = (filters: Filters): string =>
  Object.entries(filters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}&`]))
    .join("")

const shownSecond = (time: string): string => `${time.slice(0, 19)}Z`

/** Whether a list in a room in progress has a participant. */
const isListed =
  ({ DateCreatedAfter, DateCreatedBefore, Identity, Status = "connected" }: Filters, isTolerant: boolean) =>
  ({ created, erasedIdentity, identity, status }: ParticipantState): boolean =>
    (status === Status || (isTolerant && Status === "connected" && status === "reconnecting")) &&
    (Identity === undefined || identity === Identity || erasedIdentity === Identity) &&
    (DateCreatedAfter === undefined || shownSecond(created) >= DateCreatedAfter) &&
    (DateCreatedBefore === undefined || shownSecond(created) < DateCreatedBefore)

const sidsOf = (people: ReadonlyArray<ParticipantState>) => people.map(({ sid }) => sid)

const names = ["Alice", "Bob", "Carl"]

const pick = <A>(some: ReadonlyArray<A>) =>
  Effect.map(Random.nextIntBetween(0, some.length - 1), (index) => some[index] as A) // The index is one of the list's.

/** Changes one participant, or restores the state. */
const change = (sandbox: Sandbox.Service, call: Effect.Success<ReturnType<typeof Calls.start>>["call"]) =>
  Effect.gen(function* () {
    yield* TestClock.adjust(yield* pick([0, 400, 2000]))
    const state = yield* sandbox.exportState
    const people = state.rooms[0]?.participants ?? []
    const what = yield* Random.nextIntBetween(0, 11)
    // Some join with the SID of another participant.
    const sids = people.map(({ sid }) => sid)
    const identity = yield* pick(what === 0 && sids.length > 0 ? sids : names)
    if (what < 4 || people.length === 0) return yield* sandbox.join("Room", identity)
    const { sid } = yield* pick(people.slice(-8))
    const path = `/v1/Rooms/Room/Participants/${sid}`
    if (what < 6) return yield* call(path, { body: "Status=disconnected" })
    if (what < 8) return yield* call(`${path}/Anonymize`, { method: "POST" })
    if (what < 10) return yield* Effect.ignore(sandbox.loseConnection("Room", sid))
    if (what < 11) return yield* Effect.ignore(sandbox.regainConnection("Room", sid))
    return yield* sandbox.importState(JSON.parse(JSON.stringify(state)))
  })

const steps = count(40, 400)

const assumptions: ReadonlyArray<Partial<Assumptions.Assumptions>> = [
  {},
  { identityFilterFindsAnonymized: true, connectedListHasReconnecting: true, defaultListHasReconnecting: true },
  { connectedListHasReconnecting: true, defaultListHasReconnecting: true, listOrder: "oldest-first" }
]

describe("a list of participants", () => {
  for (const [seed, assumed] of assumptions.entries()) {
    it.effect(`has what a plain filter finds, after each of ${steps} steps, with ${JSON.stringify(assumed)}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00.300Z"))
        const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Room" }], assumptions: assumed })
        const expected = (people: ReadonlyArray<ParticipantState>, filters: Filters) => {
          const found = people.filter(isListed(filters, assumed.connectedListHasReconnecting ?? false))
          const sids = found.map(({ sid }) => sid)
          return assumed.listOrder === "oldest-first" ? sids : sids.toReversed()
        }
        for (let step = 0; step < steps; step++) {
          yield* change(sandbox, call)
          const people = (yield* sandbox.exportState).rooms[0]?.participants ?? []
          const someone = people.length === 0 ? undefined : yield* pick(people)
          const date = someone === undefined ? undefined : shownSecond(someone.created)
          for (const Status of [undefined, "connected", "reconnecting", "disconnected"]) {
            for (const Identity of new Set([undefined, "Alice", someone?.identity, someone?.sid])) {
              const filters = {
                Status,
                Identity,
                ...(yield* pick([{}, { DateCreatedAfter: date }, { DateCreatedBefore: date }]))
              }
              const { body } = yield* call(`/v1/Rooms/Room/Participants?${query(filters)}PageSize=1000`)
              const all = expected(people, filters)
              assert.deepStrictEqual(sidsOf(body.participants), all, query(filters))
              // From the middle, after someone whom the filters may leave out.
              if (someone === undefined) continue
              const token = `${query(filters)}PageSize=2&PageToken=PA${someone.sid}`
              const page = (yield* call(`/v1/Rooms/Room/Participants?${token}`)).body
              const order = people.map(({ sid }) => sid)
              if (assumed.listOrder !== "oldest-first") order.reverse()
              const later = all.filter((sid) => order.indexOf(sid) > order.indexOf(someone.sid))
              assert.deepStrictEqual(sidsOf(page.participants), later.slice(0, 2), token)
              assert.strictEqual(page.meta.next_page_url !== null, later.length > 2, token)
            }
          }
        }
      }).pipe(Random.withSeed(`lists ${seed}`))
    )
  }
})

describe("a set of positions", () => {
  for (const size of [40, 2000, 100_000, 3_000_000]) {
    it.effect(`finds what a sorted list finds, up to position ${size}`, () =>
      Effect.gen(function* () {
        const positions = new PositionSet()
        const sorted: Array<number> = []
        for (let step = 0; step < 500; step++) {
          // Often near the others, at the edges of words.
          const near =
            (yield* Random.nextIntBetween(-1, 1)) + (yield* pick([0, 31, 32, 1023, 1024, size / 2, size - 2]))
          const position = Math.max(
            0,
            yield* pick([near, yield* Random.nextIntBetween(0, size), ...sorted.slice(0, 2)])
          )
          const at = sorted.findIndex((other) => other >= position)
          if (yield* Random.nextBoolean) {
            positions.add(position)
            if (sorted[at] !== position) sorted.splice(at === -1 ? sorted.length : at, 0, position)
          } else {
            positions.delete(position)
            if (sorted[at] === position) sorted.splice(at, 1)
          }
          assert.deepStrictEqual([positions.size, positions.has(position)], [sorted.length, sorted.includes(position)])
          for (const from of [position, position - 1, position + 1, 0, -1, size, Number.MAX_SAFE_INTEGER]) {
            assert.strictEqual(
              positions.next(from),
              sorted.find((other) => other >= from),
              `next ${from}`
            )
            assert.strictEqual(
              positions.previous(from),
              sorted.findLast((other) => other <= from),
              `previous ${from}`
            )
          }
        }
      }).pipe(Random.withSeed(size))
    )
  }
})
