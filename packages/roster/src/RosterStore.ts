/**
 * Where a roster keeps the states of rooms, and the logs of their changes. `RosterMemory`, `RosterSqlite`,
 * `RosterPostgres` and `RosterDurableObject` provide it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as RoomState from "./RoomState.ts"
import type * as RosterChange from "./RosterChange.ts"
import type * as RosterFact from "./RosterFact.ts"

/**
 * The store can't be reached, or can't do what was asked. The message says what to do, and contains no identity.
 *
 * @category errors
 * @since 0.1.0
 */
export class RosterUnavailable extends Data.TaggedError("RosterUnavailable")<{ readonly message: string }> {}

/**
 * A room's state, and the position of the latest change in its log. The first change has position 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredRoom {
  readonly state: RoomState.RoomState
  readonly position: number
}

/**
 * A change in a room's log.
 *
 * @category models
 * @since 0.1.0
 */
export interface LoggedChange {
  readonly position: number
  readonly change: RosterChange.StoredChange
}

/**
 * Which rooms to read: those whose rank is at most `rank` and that were verified before `verified`, the lowest rank first.
 * Nobody else gets them before `until`. Times are milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Claim {
  readonly now: number
  readonly rank: number
  readonly verified: number
  readonly until: number
  readonly limit: number
}

/**
 * The operations of a store. Each is atomic.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /**
   * Differs each time the store is empty again, if it isn't durable: positions of another epoch mean other changes. Missing
   * in a durable store.
   */
  readonly epoch?: () => string
  /**
   * Adds facts to a room's state, and the changes to its log: both or neither. Creates the room if it isn't known. The
   * facts are all about this room.
   */
  readonly apply: (
    room: RosterFact.InRoom,
    facts: ReadonlyArray<RosterFact.RosterFact>
  ) => Effect.Effect<StoredRoom, RosterUnavailable>
  /** The room with this SID. `undefined` if nothing is known of it. */
  readonly read: (roomSid: string) => Effect.Effect<StoredRoom | undefined, RosterUnavailable>
  /** The SID of the room with this name: the one in progress, or else the one that was created last. */
  readonly find: (roomName: string) => Effect.Effect<string | undefined, RosterUnavailable>
  /** The changes after a position, in their order. `undefined` if the room or some of them aren't kept any more. */
  readonly changes: (
    roomSid: string,
    after: number
  ) => Effect.Effect<ReadonlyArray<LoggedChange> | undefined, RosterUnavailable>
  /** Waits until there are changes after a position, or the room is dropped. May return early, so ask again. */
  readonly wait: (roomSid: string, after: number) => Effect.Effect<void, RosterUnavailable>
  /** The rooms that haven't ended. */
  readonly rooms: Effect.Effect<ReadonlyArray<RosterFact.InRoom>, RosterUnavailable>
  /** Claims rooms that haven't ended, to read them. */
  readonly claim: (claim: Claim) => Effect.Effect<ReadonlyArray<RosterFact.InRoom>, RosterUnavailable>
  /** Claims a task of which one process at a time is in charge. Returns false if another has it. */
  readonly lease: (task: string, now: number, until: number) => Effect.Effect<boolean, RosterUnavailable>
  /** Removes identities from states and logs. Returns how many participants had them. */
  readonly forget: (identities: ReadonlyArray<Redacted.Redacted>) => Effect.Effect<number, RosterUnavailable>
  /**
   * Drops rooms that ended before a time, and those of which nothing was heard for a day before it: Twilio ends rooms after
   * 24 hours. Returns how many.
   */
  readonly drop: (before: number) => Effect.Effect<number, RosterUnavailable>
}

/**
 * The service of a store.
 *
 * @category services
 * @since 0.1.0
 */
export class RosterStore extends Context.Service<RosterStore, Service>()("@effect-twilio-video/roster/RosterStore") {}
