/**
 * Writes a request's receipt from the documents of its job.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ErasureKeys from "../../ErasureKeys.ts"
import type * as ErasureSteps from "../../ErasureSteps.ts"
import * as Receipt from "../../Receipt.ts"
import * as Documents from "./Documents.ts"
import * as Settings from "./Settings.ts"

/**
 * Data that no step erases. When the client has operations on recordings, compositions or transcriptions, they get steps
 * of their own, and leave this list.
 */
const remaining = (verifiedAt: DateTime.Utc): ReadonlyArray<Receipt.Remaining> => [
  { data: "recordings", reason: "Not erased: delete the recordings with GroupingSid of each participation at Twilio." },
  { data: "compositions", reason: "Not erased: they show other people too, so it's your decision to delete them." },
  { data: "transcriptions", reason: "Not erased: Twilio sends the text to the devices in the room." },
  {
    data: "insights",
    reason: "Video Insights can't be deleted. Twilio keeps them for 7 days.",
    until: DateTime.formatIso(DateTime.add(verifiedAt, { days: 7 }))
  },
  { data: "names", reason: "Not searched: names of rooms and tracks may contain the identity." },
  {
    data: "subscribe-rules",
    reason: "Not checked in completed rooms, where the person wasn't found, and where Twilio refused to read them."
  },
  {
    data: "exports",
    reason: "Not reachable: event sinks, status callbacks, logs and files of your application that aren't in stores."
  }
]

interface Group {
  readonly sweep: 1 | 2
  readonly windows: Documents.Group
  readonly found: Documents.Found | undefined
}

const groupsOf = Effect.fnUntraced(function* (id: string, { plans }: Documents.Job) {
  const keys = plans.flatMap(({ groups }, plan) =>
    Array.from({ length: groups }, (_, index) => ({ sweep: plan === 0 ? 1 : 2, index }) as const)
  )
  return yield* Effect.forEach(keys, ({ index, sweep }) =>
    Effect.gen(function* () {
      const key = Documents.groupKey(sweep, index)
      const found = yield* Documents.found.find(id, key)
      const group: Group = { sweep, windows: yield* Documents.groups.get(id, key), found }
      return group
    })
  )
})

/** Windows whose rooms were searched. */
const windowsOf = ({ found, sweep, windows }: Group): ReadonlyArray<Receipt.Window> =>
  found === undefined
    ? []
    : windows.map(({ from, rooms, to }, index) => ({
        sweep,
        from,
        to,
        rooms: rooms.length,
        found: found.perWindow[index] ?? 0
      }))

const bySid = (a: Receipt.Participation, b: Receipt.Participation): number =>
  a.participantSid < b.participantSid ? -1 : 1

/** The outcomes of the request's participations. One that was found but has no outcome was on its way when it was canceled. */
const participationsOf = Effect.fnUntraced(function* (id: string, requestId: string, groups: ReadonlyArray<Group>) {
  const all = new Map<string, Receipt.Participation>()
  const at = DateTime.formatIso(yield* DateTime.now)
  for (const { participantSid, requestIds, roomSid } of groups.flatMap(({ found }) => found?.participations ?? [])) {
    if (requestIds.includes(requestId)) {
      all.set(participantSid, { participantSid, roomSid, outcome: "Unconfirmed", at })
    }
  }
  for (const { connected: _, requestIds, ...outcome } of yield* Documents.outcomes.list(id)) {
    if (requestIds.includes(requestId)) all.set(outcome.participantSid, outcome)
  }
  return [...all.values()].sort(bySid)
})

/** Two looks found no such room, unless the job was canceled before the second. */
const roomProblem =
  ({ verifiedAt }: Documents.Job) =>
  (room: ErasureSteps.RoomProblem): Receipt.Receipt["rooms"][number] =>
    room.problem === "NotFound" && verifiedAt !== undefined ? { ...room, problem: "Gone" } : room

/** Both sweeps may find the same. */
const distinct = (
  places: ReadonlyArray<{ readonly roomSid: string; readonly participantSid: string }>
): Receipt.Receipt["unreadable"] => [
  ...new Map(
    places.map(({ participantSid, roomSid }) => [`${roomSid}/${participantSid}`, { roomSid, participantSid }])
  ).values()
]

const storesOf = Effect.fnUntraced(function* (id: string, requestId: string) {
  const counts = (yield* Documents.forgotten.find(id, requestId)) ?? {}
  return Object.keys(counts)
    .sort()
    .map((name) => ({ name, forgotten: counts[name] ?? 0 }))
})

const contents = Effect.fnUntraced(function* (id: string, requestId: string, job: Documents.Job) {
  const groups = yield* groupsOf(id, job)
  const found = groups.flatMap(({ found }) => found ?? [])
  const windows = groups.flatMap(windowsOf)
  return {
    windows,
    roomsSeen: windows.reduce((sum, { rooms }) => sum + rooms, 0),
    participations: yield* participationsOf(id, requestId, groups),
    rooms: (yield* Documents.problems.list(id)).map(roomProblem(job)),
    unreadable: distinct(found.flatMap(({ unreadable }) => unreadable)),
    unreadableRooms: job.plans.reduce((sum, { unreadable }) => sum + unreadable, 0),
    rules: distinct(found.flatMap(({ rules }) => rules).filter(({ requestIds }) => requestIds.includes(requestId))),
    stores: yield* storesOf(id, requestId)
  }
})

type Contents = Effect.Success<ReturnType<typeof contents>>

const nothing: Contents = {
  windows: [],
  roomsSeen: 0,
  participations: [],
  rooms: [],
  unreadable: [],
  unreadableRooms: 0,
  rules: [],
  stores: []
}

const isErased = ({ outcome }: Receipt.Participation): boolean => outcome === "Anonymized" || outcome === "Gone"

const outcomeOf = (request: Documents.Request, found: Contents): Receipt.Receipt["outcome"] => {
  if (request.state._tag === "Canceled") return "Canceled"
  const isComplete =
    found.participations.every(isErased) &&
    found.rooms.every(({ problem }) => problem === "Gone") &&
    found.unreadable.length === 0 &&
    found.unreadableRooms === 0
  return isComplete ? "Complete" : "Partial"
}

/** Signs the receipt and stores it. A request that was canceled before its job began has a receipt without a job. */
export const write = Effect.fnUntraced(function* (
  request: Documents.Request,
  id: string | undefined,
  job: Documents.Job | undefined
) {
  const keys = yield* ErasureKeys.ErasureKeys
  const settings = yield* Settings.Settings
  const now = yield* DateTime.now
  const found = id === undefined || job === undefined ? nothing : yield* contents(id, request.requestId, job)
  const receipt = yield* Receipt.sign(keys, {
    requestId: request.requestId,
    outcome: outcomeOf(request, found),
    times: {
      requested: request.requestedAt,
      ...(job === undefined ? {} : { embargoed: job.embargoedAt }),
      ...(job?.settlesAt === undefined ? {} : { settled: job.settlesAt }),
      ...(job?.verifiedAt === undefined ? {} : { verified: job.verifiedAt }),
      issued: DateTime.formatIso(now)
    },
    tokenLifetime: job?.tokenLifetime ?? Duration.toSeconds(settings.tokenLifetime),
    connected: job?.connected ?? settings.connected,
    ...found,
    remaining: remaining(now)
  })
  yield* Documents.receipts.put(request.requestId, receipt)
  return receipt
})
