/**
 * The requests that came to Twilio's API last, up to so many. Holds no controls' requests, and not the form that a
 * request has outside (see `LoggedRequest`).
 */
import * as Context from "effect/Context"
import type * as LoggedRequest from "../LoggedRequest.ts"
import type * as Change from "./Change.ts"
import * as Operations from "./Operations.ts"

const changeOf = (change: Change.Change): LoggedRequest.Change =>
  "room" in change
    ? { type: change.type, roomSid: change.room.sid }
    : { type: change.type, roomSid: change.participant.room.sid, participantSid: change.participant.sid }

/** One request, from when it came in. */
export class Entry {
  readonly id: string
  private readonly at: number
  private readonly method: string
  private readonly target: string
  private readonly path: string | undefined
  status: number | undefined
  fault: LoggedRequest.LoggedRequest["fault"]
  private changes: Array<LoggedRequest.Change> | undefined

  /** `target` is the path and query as sent; `path` is as the router takes it, where it can. */
  constructor(id: string, at: number, method: string, target: string, path: string | undefined) {
    this.id = id
    this.at = at
    this.method = method
    this.target = target
    this.path = path
    this.status = undefined
    this.fault = undefined
    this.changes = undefined
  }

  tell(change: Change.Change): void {
    this.changes ??= []
    this.changes.push(changeOf(change))
  }

  show(): LoggedRequest.LoggedRequest {
    // Not when it came in: nobody may ever read it.
    const operation = this.path === undefined ? undefined : Operations.find(this.method, this.path)
    return {
      id: this.id,
      at: new Date(this.at).toISOString(),
      method: this.method,
      path: this.target,
      ...(operation === undefined ? {} : { operation }),
      ...(this.status === undefined ? {} : { status: this.status }),
      ...(this.fault === undefined ? {} : { fault: this.fault }),
      changes: this.changes ?? []
    }
  }
}

/** The entry of the request that is being answered, for those who change something for it. */
export const Current = Context.Reference<Entry | undefined>("@effect-twilio-video/sandbox/RequestLog/Current", {
  defaultValue: () => undefined
})

export class RequestLog {
  private readonly capacity: number
  private entries: Array<Entry> = []
  /** Where the oldest is, once there are as many as may be. */
  private oldest = 0

  constructor(capacity: number) {
    this.capacity = Math.floor(capacity)
  }

  add(entry: Entry): void {
    if (this.entries.length < this.capacity) {
      this.entries.push(entry)
    } else if (this.capacity > 0) {
      this.entries[this.oldest] = entry
      this.oldest = (this.oldest + 1) % this.capacity
    }
  }

  /** Oldest first. */
  read(): ReadonlyArray<LoggedRequest.LoggedRequest> {
    const { entries, oldest } = this
    return [...entries.slice(oldest), ...entries.slice(0, oldest)].map((entry) => entry.show())
  }

  clear(): void {
    this.entries = []
    this.oldest = 0
  }
}
