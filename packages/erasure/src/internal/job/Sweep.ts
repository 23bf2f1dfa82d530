/**
 * The two sweeps of a job: what there is to search, and the search of one group of windows.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ErasureSteps from "../../ErasureSteps.ts"
import * as Documents from "./Documents.ts"
import * as Failure from "./Failure.ts"
import * as People from "./People.ts"

/** At most this much is repeated after a crash, per activity that was open. */
const maximum = { rooms: 100, windows: 50 }

/** How many rooms, and then participations, an activity works on at a time. */
const concurrency = 8

/** Twilio's clock may be behind. */
const margin = { minutes: 5 }

const now = Effect.map(DateTime.now, DateTime.formatIso)

/** Puts windows into groups, and writes each one as soon as it's full. */
const writer = (job: string, sweep: number) => {
  const totals = { groups: 0, windows: 0, rooms: 0, unreadable: 0 }
  let group: Array<ErasureSteps.Window> = []
  let rooms = 0
  const flush = Effect.suspend(() => {
    if (group.length === 0) return Effect.void
    const full = group
    totals.groups += 1
    group = []
    rooms = 0
    return Documents.groups.put(job, Documents.groupKey(sweep, totals.groups - 1), full)
  })
  const add = (window: ErasureSteps.Window) =>
    Effect.gen(function* () {
      if (rooms + window.rooms.length > maximum.rooms || group.length === maximum.windows) yield* flush
      group.push(window)
      rooms += window.rooms.length
      totals.windows += 1
      totals.rooms += window.rooms.length
      totals.unreadable += window.unreadable
    })
  return { add, flush, totals }
}

/** The windows of the first sweep that contained rooms in progress. */
const openWindows = Effect.fnUntraced(function* (job: string, { groupsInProgress }: Documents.Plan) {
  const groups = yield* Effect.forEach(Array.from({ length: groupsInProgress }).keys(), (index) =>
    Documents.groups.get(job, Documents.groupKey(1, index))
  )
  return groups.flat()
})

/** Plans a sweep. The second one covers the rooms that someone could still join after the first. */
export const plan = Effect.fnUntraced(function* (id: string, sweep: 1 | 2) {
  const job = yield* Documents.jobs.get(id)
  const first = job.plans[0]
  const startedAt = yield* now
  const { add, flush, totals } = writer(id, sweep)
  const seen = new Set<string>()
  let groupsInProgress = 0
  const take = Effect.fnUntraced(function* ({ rooms, ...window }: ErasureSteps.Window) {
    const added = rooms.filter(({ sid }) => !seen.has(sid))
    if (added.some(({ inProgress }) => !inProgress) && groupsInProgress === 0) {
      yield* flush
      groupsInProgress = totals.groups
    }
    // A room that ends meanwhile is in the second list too.
    for (const { inProgress, sid } of added) if (inProgress || sweep === 2) seen.add(sid)
    if (added.length > 0 || window.unreadable > 0) yield* add({ ...window, rooms: added })
  })
  let since = job.since
  if (sweep === 2 && first !== undefined) {
    for (const window of yield* openWindows(id, first)) yield* take(window)
    since = DateTime.formatIso(DateTime.subtract(DateTime.makeUnsafe(first.startedAt), margin))
  }
  yield* Stream.runForEach(ErasureSteps.plan({ since }), take)
  yield* flush
  const plan: Documents.Plan = { startedAt, ...totals, groupsInProgress: groupsInProgress || totals.groups }
  const plans = sweep === 1 ? [plan] : [...job.plans.slice(0, 1), plan]
  yield* Documents.jobs.update(id, (job) => ({ ...job, plans }))
  return plan.groups
})

const search = Effect.fnUntraced(function* (group: Documents.Group, people: ReadonlyArray<ErasureSteps.Person>) {
  // Windows may be small, so their rooms are searched together.
  const findings = yield* Effect.forEach(
    group.flatMap(({ rooms }) => rooms),
    (room) => Failure.retry(ErasureSteps.find(room, people)),
    { concurrency }
  )
  let searched = 0
  const perWindow = group.map(({ rooms }) =>
    findings
      .slice(searched, (searched += rooms.length))
      .reduce((sum, { participations }) => sum + participations.length, 0)
  )
  const found: Documents.Found = {
    participations: findings.flatMap(({ participations }) => participations),
    unreadable: findings.flatMap(({ unreadable }) => unreadable),
    rules: findings.flatMap(({ rules }) => rules),
    problems: findings.flatMap(({ problems }) => problems),
    perWindow
  }
  return found
})

/** Anonymizes a participation, unless a run that was cut off has done it, and stores the outcome. */
export const erase = Effect.fnUntraced(function* (
  job: string,
  participation: ErasureSteps.Participation,
  people: ReadonlyArray<ErasureSteps.Person>
) {
  const { connected } = yield* Documents.jobs.get(job)
  const before = yield* Documents.outcomes.find(job, participation.participantSid)
  if (before?.outcome === "Anonymized") return before
  const outcome = yield* Failure.retry(ErasureSteps.anonymize(participation, people, { connected }))
  yield* Documents.outcomes.put(job, participation.participantSid, outcome)
  return outcome
})

const count = (participations: ReadonlyArray<{ readonly requestIds: ReadonlyArray<string> }>) => {
  const counts: Record<string, number> = {}
  for (const { requestIds } of participations) for (const id of requestIds) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

/** The people of a participation. */
export const peopleOf = (
  { requestIds }: Pick<ErasureSteps.Participation, "requestIds">,
  people: ReadonlyArray<ErasureSteps.Person>
) => people.filter(({ requestId }) => requestIds.includes(requestId))

/** Searches the rooms of a group, stores what it found, and then anonymizes it. */
export const group = Effect.fnUntraced(function* (id: string, sweep: 1 | 2, index: number) {
  const job = yield* Documents.jobs.get(id)
  const key = Documents.groupKey(sweep, index)
  const windows = yield* Documents.groups.get(id, key)
  const people = yield* People.ofJob(job)
  let found = yield* Documents.found.find(id, key)
  if (found === undefined) {
    found = people.length === 0 ? yield* search([], []) : yield* search(windows, people)
    yield* Effect.forEach(found.problems, (problem) => Documents.problems.put(id, problem.roomSid, problem))
    yield* Documents.found.put(id, key, found)
  }
  const outcomes = yield* Effect.forEach(
    found.participations,
    (participation) =>
      // Someone who cancels in the middle of a group is left alone from there on.
      Effect.flatMap(People.remaining(peopleOf(participation, people)), (left) =>
        left.length > 0 ? Effect.map(erase(id, participation, left), (one) => [one]) : Effect.succeed([])
      ),
    { concurrency }
  )
  yield* Documents.swept.put(id, key, {
    at: yield* now,
    windows: windows.length,
    rooms: windows.reduce((sum, { rooms }) => sum + rooms.length, 0),
    found: count(found.participations),
    erased: count(outcomes.flat().filter(({ outcome }) => outcome === "Anonymized"))
  })
})
