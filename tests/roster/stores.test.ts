/**
 * The stores that need no server.
 */
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import { contract } from "./stores.ts"

contract("RosterMemory", RosterMemory.layer)
