/**
 * The stores that need no server.
 */
import * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterSqlite from "@effect-twilio-video/roster/RosterSqlite"
import * as Layer from "effect/Layer"
import { contract } from "./stores.ts"

contract("RosterMemory", RosterMemory.layer)

contract("RosterSqlite", Layer.provide(RosterSqlite.layer, SqliteClient.layer({ filename: ":memory:" })))
