/**
 * The state that `Rooms`, `Participants`, `Tracks` and `Timeouts` change, and the listeners they report to. The current
 * time is the store's, which `Timeouts.advance` sets.
 */
import type * as Clock from "effect/Clock"
import type * as Assumptions from "../../Assumptions.ts"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"
import type * as Change from "./Change.ts"
import type { RoomRecord } from "./Records.ts"
import type { Store } from "./Store.ts"

const ignore: Change.Listener = () => {}

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** A clock that a reset sets back to the time of the process, which it returns. */
export interface MovableClock extends Clock.Clock {
  readonly reset: () => number
}

export class RoomEngine {
  /** The controls of a server can change it. */
  readonly credentials: Mutable<SandboxCredentials.SandboxCredentials>
  /** The controls of a server can change them. */
  readonly assumptions: Mutable<Assumptions.Assumptions>
  store: Store
  /** A server's clock, which its controls can move. Default: Effect's `Clock`. */
  clock: MovableClock | undefined
  /** Called when all rooms have been replaced, and when rooms with a past were added. */
  onRestart: (() => void) | undefined
  /** True while a scenario or an imported state is replayed: its changes are in the past and send no callbacks. */
  isReplaying = false
  /** True while a deadline that has passed is applied. */
  isTimeout = false
  /** Called with every change; the store's time is the time of the change. */
  listener = ignore
  /** A server's observer of all changes, replayed ones included. `recorder` is of the request that made the change. */
  observer: ((change: Change.Change, recorder: Change.Recorder | undefined) => void) | undefined
  /** Called when a room has been removed. */
  onForget: ((room: RoomRecord) => void) | undefined
  private recorder: Change.Recorder | undefined

  constructor(credentials: SandboxCredentials.SandboxCredentials, assumptions: Assumptions.Assumptions, store: Store) {
    this.credentials = { ...credentials }
    this.assumptions = { ...assumptions }
    this.store = store
  }

  get accountSid(): string {
    return this.credentials.accountSid
  }

  /** Runs a synchronous operation and also reports its changes to `recorder`. */
  recordChanges<A>(recorder: Change.Recorder, operation: () => A): A {
    this.recorder = recorder
    try {
      return operation()
    } finally {
      this.recorder = undefined
    }
  }

  report(change: Change.Change): void {
    this.listener(change)
    this.recorder?.addChange(change)
    this.observer?.(change, this.recorder)
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
