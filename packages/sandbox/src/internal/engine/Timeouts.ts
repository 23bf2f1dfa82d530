/**
 * Applies the deadlines that have passed: ends rooms, disconnects participants after their longest stay, and removes
 * completed rooms.
 */
import type { Due } from "./Records.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as Rooms from "./Rooms.ts"

const apply = (engine: RoomEngine, due: Due): void => {
  if (due._tag === "TimeOver") Rooms.remove(engine, due.participant)
  else if (due._tag === "RoomForgotten") {
    engine.store.forget(due.room)
    engine.onForget?.(due.room)
  } else Rooms.end(engine, due.room)
}

/** Advances the store's time to now. Deadlines apply in order, each at its own time. */
export const advance = (engine: RoomEngine, now: number): void => {
  const { store } = engine
  for (let due = store.deadlines.take(now); due !== undefined; due = store.deadlines.take(now)) {
    store.now = due.at
    engine.isTimeout = true
    apply(engine, due.value)
    engine.isTimeout = false
  }
  store.now = now
}
