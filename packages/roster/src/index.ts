/**
 * All modules that run on every runtime, as namespaces. If bundle size matters, import modules by their own paths instead.
 *
 * @since 0.1.0
 */
export * as RoomState from "./RoomState.ts"
export * as Roster from "./Roster.ts"
export * as RosterChange from "./RosterChange.ts"
export * as RosterDurableObject from "./RosterDurableObject.ts"
export * as RosterEvents from "./RosterEvents.ts"
export * as RosterFact from "./RosterFact.ts"
export * as RosterMemory from "./RosterMemory.ts"
export * as RosterSqlite from "./RosterSqlite.ts"
export * as RosterStore from "./RosterStore.ts"
