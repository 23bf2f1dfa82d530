/**
 * The state that `Rooms`, `Participants`, `Tracks` and `Timeouts` change, and the listeners they report to. The current
 * time is the store's, which `Timeouts.advance` sets.
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
  /** True while a scenario or an imported state is replayed: its changes are in the past and send no callbacks. */
  isReplaying = false
  /** Called with every change; the store's time is the time of the change. */
  listener = ignore
  private recorder = ignore

  constructor(accountSid: string, assumptions: Assumptions.Assumptions, store: Store) {
    this.accountSid = accountSid
    this.assumptions = assumptions
    this.store = store
  }

  /** Runs a synchronous operation and also reports its changes to `recorder`. */
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

  /**
   * The time of a change in a room that is about to happen: never before its latest change, even if the clock was set
   * back.
   */
  timeIn(room: RoomRecord): number {
    this.store.aboutToChange()
    room.latest = Math.max(room.latest, this.store.now)
    return room.latest
  }
}
