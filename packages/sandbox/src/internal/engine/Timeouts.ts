/**
 * Applies what has become due: rooms end, participants are disconnected after their longest stay, and completed rooms
 * are removed.
 */
import type { Due } from "./Records.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as Rooms from "./Rooms.ts"

const apply = (engine: RoomEngine, due: Due): void => {
  if (due._tag === "TimeOver") Rooms.remove(engine, due.participant)
  else if (due._tag === "RoomForgotten") engine.store.forget(due.room)
  else Rooms.end(engine, due.room)
}

/** Advances the store's time to now. Everything that became due happens in order, each at its own time. */
export const advance = (engine: RoomEngine, now: number): void => {
  const { store } = engine
  for (let due = store.deadlines.take(now); due !== undefined; due = store.deadlines.take(now)) {
    store.now = due.at
    apply(engine, due.value)
  }
  store.now = now
}
