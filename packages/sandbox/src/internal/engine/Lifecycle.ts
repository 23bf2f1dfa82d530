/**
 * Starts, resets, seeds and restores the rooms of a sandbox.
 */
import * as Result from "effect/Result"
import type * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import * as RoomDeadlines from "./RoomDeadlines.ts"
import * as Roster from "./Roster.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as ScenarioSeeder from "./ScenarioSeeder.ts"
import type { Reading, StateReader } from "./StateReader.ts"
import type { Store } from "./Store.ts"
import * as Timeouts from "./Timeouts.ts"

type Applied = Result.Result<void, SandboxError.SandboxError>

export class Lifecycle {
  private readonly engine: RoomEngine
  private readonly scenario: Scenario.Scenario
  private readonly makeStore: (sids: number) => Store
  private isStarted = false

  /** `start` and `reset` seed `scenario`; `makeStore` makes an empty store that has already issued a number of SIDs. */
  constructor(engine: RoomEngine, scenario: Scenario.Scenario, makeStore: (sids: number) => Store) {
    this.engine = engine
    this.scenario = scenario
    this.makeStore = makeStore
  }

  /**
   * Seeds the sandbox's own scenario on the first call. Not done in the constructor: a Worker has no clock yet when it
   * makes its handler. Throws if the scenario is invalid.
   */
  start(now: number): void {
    if (!this.isStarted) this.reset(now)
  }

  /** Starts on the first call, and advances the time to now. */
  advance(now: number): void {
    this.start(now)
    Timeouts.advance(this.engine, now)
  }

  /** Seeds the sandbox's own scenario again. */
  reset(now: number): void {
    Result.getOrThrow(this.seed(this.scenario, now))
  }

  /** Replaces everything with a scenario. An invalid one changes nothing; a valid one neither if it is only tried. */
  seed(scenario: Scenario.Scenario, now: number, tried = false): Applied {
    const { engine, isStarted } = this
    const { store } = engine
    engine.store = this.makeStore(0)
    if (tried) for (const [name, room] of store.inProgress) engine.store.inProgress.set(name, room)
    this.isStarted = true
    let isSeeded = false
    try {
      const result = this.replay(() => ScenarioSeeder.seed(engine, scenario, now))
      isSeeded = !tried && Result.isSuccess(result)
      return result
    } finally {
      if (isSeeded) engine.onRestart?.()
      else {
        engine.store = store
        this.isStarted = isStarted
      }
    }
  }

  /** Adds the rooms of a scenario. If it's invalid, or has the unique name of a room in progress, nothing changes. */
  add(scenario: Scenario.Scenario, now: number): Applied {
    const { engine } = this
    const tried = this.seed(scenario, now, true)
    if (Result.isFailure(tried)) return tried
    const added = this.replay(() => ScenarioSeeder.seed(engine, scenario, now))
    engine.onRestart?.()
    return added
  }

  /**
   * Replaces everything with a state that was read, and applies the timeouts between its time and now. An invalid one
   * changes nothing.
   */
  restore(state: StateReader, reading: Reading): Applied {
    return Result.map(state.finish(this.makeStore, reading), ({ asOf, store }) =>
      this.replace(store, asOf, reading.now)
    )
  }

  private replace(store: Store, asOf: number, now: number): void {
    const { engine } = this
    for (const room of store.rooms.values()) {
      room.latest = asOf
      RoomDeadlines.roomAdded(store.deadlines, room, engine.assumptions)
      for (const participant of Roster.present(room)) RoomDeadlines.participantJoined(store.deadlines, participant)
    }
    engine.store = store
    this.isStarted = true
    this.replay(() => Timeouts.advance(engine, now))
    engine.onRestart?.()
  }

  private replay<A>(operation: () => A): A {
    this.engine.isReplaying = true
    try {
      return operation()
    } finally {
      this.engine.isReplaying = false
    }
  }
}
