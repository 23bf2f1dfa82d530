/**
 * Logs the latest requests to Twilio's API, up to a capacity. Requests to the controls aren't logged.
 */
import * as Context from "effect/Context"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import type * as OperationName from "../../OperationName.ts"
import type * as Change from "../engine/Change.ts"
import * as OperationLookup from "../wire/OperationLookup.ts"
import { RingBuffer } from "./RingBuffer.ts"

// No request lets a participant join or lose the connection, and removing a participant's tracks isn't a change of its
// own.
const changeOf = (change: Change.Change): LoggedRequest.Change | undefined => {
  if ("room" in change) return { type: change.type, roomSid: change.room.sid }
  if ("track" in change) return undefined
  switch (change.type) {
    case "participant-connected":
    case "participant-reconnecting":
    case "participant-reconnected":
      return undefined
  }
  return { type: change.type, roomSid: change.participant.room.sid, participantSid: change.participant.sid }
}

/** The log entry of one request, from its arrival. */
export class Entry {
  readonly id: string
  private readonly at: number
  private readonly method: string
  private readonly target: string
  private readonly path: string | undefined
  status: number | undefined
  fault: LoggedRequest.LoggedRequest["fault"]
  abandoned: boolean
  private changes: Array<LoggedRequest.Change> | undefined

  /** `target` is the path and query as sent. `path` is the router's; undefined if the request can't be routed. */
  constructor(id: string, at: number, method: string, target: string, path: string | undefined) {
    this.id = id
    this.at = at
    this.method = method
    this.target = target
    this.path = path
    this.status = undefined
    this.fault = undefined
    this.abandoned = false
    this.changes = undefined
  }

  addChange(change: Change.Change): void {
    const shown = changeOf(change)
    if (shown === undefined) return
    this.changes ??= []
    this.changes.push(shown)
  }

  // Not in the constructor: most entries are never read.
  get operation(): OperationName.OperationName | undefined {
    return this.path === undefined ? undefined : OperationLookup.find(this.method, this.path)
  }

  show(): LoggedRequest.LoggedRequest {
    const { operation } = this
    return {
      id: this.id,
      at: new Date(this.at).toISOString(),
      method: this.method,
      path: this.target,
      ...(operation === undefined ? {} : { operation }),
      ...(this.status === undefined ? {} : { status: this.status }),
      ...(this.fault === undefined ? {} : { fault: this.fault }),
      ...(this.abandoned ? { abandoned: true } : {}),
      changes: this.changes ?? []
    }
  }
}

/** The entry of the current request, which collects its changes. */
export const Current = Context.Reference<Entry | undefined>("@effect-twilio-video/sandbox/RequestLog/Current", {
  defaultValue: () => undefined
})

export class RequestLog {
  /** A server's observer of entries: new ones, and those with a response. Undefined if the log was cleared. */
  observer: ((entry: Entry | undefined) => void) | undefined
  private readonly entries: RingBuffer<Entry>
  private requests = 0

  constructor(capacity: number) {
    this.entries = new RingBuffer(capacity)
  }

  /** Adds an entry with a new request id. Ids have a separate counter: SIDs don't depend on the number of requests. */
  add(at: number, method: string, target: string, path: string | undefined): Entry {
    this.requests += 1
    const id = `RQ${this.requests.toString(16).padStart(32, "0")}`
    const entry = new Entry(id, at, method, target, path)
    this.entries.add(entry)
    this.observer?.(entry)
    return entry
  }

  /** Latest first. */
  entriesLatestFirst(): ReadonlyArray<Entry> {
    return this.entries.read().toReversed()
  }

  /** Oldest first. */
  read(): ReadonlyArray<LoggedRequest.LoggedRequest> {
    return this.entries.read().map((entry) => entry.show())
  }

  get capacity(): number {
    return this.entries.capacity
  }

  /** Keeps this many entries from now on. */
  resize(capacity: number): void {
    this.entries.resize(capacity)
  }

  clear(): void {
    this.entries.clear()
    this.observer?.(undefined)
  }
}
