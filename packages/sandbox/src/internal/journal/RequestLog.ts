/**
 * The requests that came to Twilio's API last, up to so many. Holds no controls' requests, and not the form that a
 * request has outside (see `LoggedRequest`).
 */
import * as Context from "effect/Context"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import type * as Change from "../engine/Change.ts"
import * as OperationLookup from "../wire/OperationLookup.ts"
import { RingBuffer } from "./RingBuffer.ts"

// Nobody joins by a request, and tracks that go with their publisher are no change of their own.
const changeOf = (change: Change.Change): LoggedRequest.Change | undefined => {
  if ("room" in change) return { type: change.type, roomSid: change.room.sid }
  if ("track" in change || change.type === "participant-connected") return undefined
  return { type: change.type, roomSid: change.participant.room.sid, participantSid: change.participant.sid }
}

/** One request, from when it came in. */
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

  /** `target` is the path and query as sent; `path` is as the router takes it, where it can. */
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

  show(): LoggedRequest.LoggedRequest {
    // Not when it came in: nobody may ever read it.
    const operation = this.path === undefined ? undefined : OperationLookup.find(this.method, this.path)
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

/** The entry of the request that is being answered, for those who change something for it. */
export const Current = Context.Reference<Entry | undefined>("@effect-twilio-video/sandbox/RequestLog/Current", {
  defaultValue: () => undefined
})

export class RequestLog {
  private readonly entries: RingBuffer<Entry>
  private requests = 0

  constructor(capacity: number) {
    this.entries = new RingBuffer(capacity)
  }

  /** Adds an entry under a new request id. Ids are apart from SIDs, which don't depend on the number of requests. */
  add(at: number, method: string, target: string, path: string | undefined): Entry {
    this.requests += 1
    const id = `RQ${this.requests.toString(16).padStart(32, "0")}`
    const entry = new Entry(id, at, method, target, path)
    this.entries.add(entry)
    return entry
  }

  /** Oldest first. */
  read(): ReadonlyArray<LoggedRequest.LoggedRequest> {
    return this.entries.read().map((entry) => entry.show())
  }

  clear(): void {
    this.entries.clear()
  }
}
