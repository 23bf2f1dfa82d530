/**
 * Watches what a roster applies to its store, and compares it with the sandbox.
 */
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import type * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Effect from "effect/Effect"
import * as Membership from "../../../packages/roster/src/internal/Membership.ts"
import type { RoomRecord } from "../../../packages/sandbox/src/internal/engine/Records.ts"
import type { RoomEngine } from "../../../packages/sandbox/src/internal/engine/RoomEngine.ts"
import * as Truth from "./Truth.ts"

/** What a simulation has found so far. */
export interface Tally {
  readonly problems: Set<string>
  readonly ages: Array<number>
  /** The latest bound of ages, and the highest. */
  bound: number
  highestBound: number
  reads: number
  refused: number
  reconciliations: number
  undisturbed: number
  correcting: number
  corrections: number
  /** The participants who were shown as gone, or whose leaving was reported. */
  readonly gone: Set<string>
  /** When the last thing happened. */
  restsSince: number
  /** The rooms that were read since then: nothing may change there any more. */
  readonly atRest: Set<string>
}

export const makeTally = (): Tally => ({
  problems: new Set(),
  ages: [],
  bound: 0,
  highestBound: 0,
  reads: 0,
  refused: 0,
  reconciliations: 0,
  undisturbed: 0,
  correcting: 0,
  corrections: 0,
  gone: new Set(),
  restsSince: Infinity,
  atRest: new Set()
})

export const note = ({ problems }: Tally, found: ReadonlyArray<string>): void => {
  for (const problem of found) problems.add(problem)
}

/**
 * How long before a list everything has happened that callbacks after it can't change, in milliseconds. A callback of the
 * last seconds, by clocks that may differ, can be newer than the list.
 */
export const settling = 2 * Membership.clockSkew

interface Applied {
  readonly record: RoomRecord
  readonly facts: ReadonlyArray<RosterFact.RosterFact>
  readonly before: RosterStore.StoredRoom | undefined
  readonly after: RosterStore.StoredRoom
}

/** SIDs aren't used again: those who have left stay gone. */
const checkGone = ({ after, before, facts, record }: Applied, tally: Tally): void => {
  const present = Truth.presentIn(after.state)
  for (const fact of facts) {
    if (fact._tag !== "Callback" || fact.event !== "ParticipantDisconnected" || fact.participant === undefined) continue
    tally.gone.add(fact.participant.sid)
  }
  for (const sid of before === undefined ? [] : Truth.presentIn(before.state)) {
    if (!present.has(sid)) tally.gone.add(sid)
  }
  for (const { ended, sid } of record.participants) {
    if (ended !== undefined && present.has(sid) && tally.gone.has(sid)) {
      tally.problems.add(`${record.sid}: ${sid} has left, and is shown again`)
    }
  }
}

const checkList = (list: RosterFact.ParticipantsListed, { after, before, record }: Applied, tally: Tally): void => {
  const corrections = after.position - (before?.position ?? 0)
  tally.reconciliations += 1
  tally.undisturbed += Number(!Truth.hasChanged(record, list.readAt))
  tally.correcting += Number(corrections > 0)
  tally.corrections += corrections
  note(tally, Truth.differences(record, after.state, list))
  if (list.readAt > tally.restsSince + settling) tally.atRest.add(list.roomSid)
}

const check = (applied: Applied, tally: Tally): void => {
  const { after, facts, record } = applied
  for (const fact of facts) if (fact._tag === "ParticipantsListed") checkList(fact, applied, tally)
  checkGone(applied, tally)
  if (tally.atRest.has(record.sid)) note(tally, Truth.differences(record, after.state))
}

/** Checks each change of a store. */
export const watched = (store: RosterStore.Service, engine: RoomEngine, tally: Tally): RosterStore.Service => ({
  ...store,
  apply: Effect.fnUntraced(function* (room, facts) {
    const before = yield* store.read(room.roomSid)
    const after = yield* store.apply(room, facts)
    const record = engine.store.rooms.get(room.roomSid)
    if (record === undefined) tally.problems.add(`${room.roomSid} doesn't exist`)
    else check({ record, facts, before, after }, tally)
    return after
  })
})
