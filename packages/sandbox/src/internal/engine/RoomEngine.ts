/**
 * The state that `Rooms`, `Participants`, `Tracks` and `Timeouts` work on, and the reports of what they change. It has
 * no clock: they read the time from the store, so the engine runs under any clock.
 */
import type * as Assumptions from "../../Assumptions.ts"
import type * as Change from "./Change.ts"
import type { RoomRecord } from "./Records.ts"
import type { Store } from "./Store.ts"

const ignore: Change.Listener = () => {}

export class RoomEngine {
  readonly accountSid: string
  readonly assumptions: Assumptions.Assumptions
  store: Store
  /** True while a scenario or an imported state catches up with the present: its changes are in the past. */
  isReplaying = false
  /** Called with every change, at the store's time. */
  listener = ignore
  private recorder = ignore

  constructor(accountSid: string, assumptions: Assumptions.Assumptions, store: Store) {
    this.accountSid = accountSid
    this.assumptions = assumptions
    this.store = store
  }

  /** Runs a synchronous operation and reports its changes to `recorder`, too. */
  recordChanges<A>(recorder: Change.Listener, operation: () => A): A {
    this.recorder = recorder
    try {
      return operation()
    } finally {
      this.recorder = ignore
    }
  }

  report(change: Change.Change): void {
    this.listener(change)
    this.recorder(change)
  }

  /** The time of the next change in a room: never before its latest change, even if the clock was set back. */
  timeIn(room: RoomRecord): number {
    room.latest = Math.max(room.latest, this.store.now)
    return room.latest
  }
}
