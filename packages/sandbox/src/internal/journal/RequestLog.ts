/**
 * Logs the latest requests to Twilio's API, up to a number and a size. Requests to the controls aren't logged.
 */
import * as Context from "effect/Context"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import type * as OperationName from "../../OperationName.ts"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"
import type * as Change from "../engine/Change.ts"
import * as OperationLookup from "../wire/OperationLookup.ts"
import { BoundedLog, type Sized } from "./BoundedLog.ts"
import { Secrets } from "./Secrets.ts"

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

/** The headers that are kept. None of them has credentials. */
const keptHeaders = ["accept", "content-type", "user-agent", "traceparent"]

/** How much of a form or an answer is kept, in characters. */
const maximumText = 65_536

/** What an entry takes besides its texts and changes, in bytes. */
const overhead = 500

/** What a change takes, in bytes. */
const changeBytes = 100

/** How much memory the log takes for each entry it keeps, if no limit is set, in bytes. */
const bytesEach = 8192

const isCut = ({ length }: string): boolean => length >= maximumText

// A slice of a string keeps the whole string in memory.
const copyOf = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

type Values = Record<string, Array<string>>

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

type Summary = Omit<LoggedRequest.LoggedRequest, "query" | "form" | "answer" | "headers" | "changes">

/** Leaves out members that are undefined. */
const defined = <A extends object>(members: A): { [K in keyof A]: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never // Without undefined.

/** The log entry of one request, from its arrival. */
export class Entry implements Sized {
  readonly id: string
  bytes: number
  fault: LoggedRequest.LoggedRequest["fault"]
  abandoned: true | undefined
  status: number | undefined
  private readonly log: RequestLog
  private readonly at: number
  private readonly started = performance.now()
  private readonly method: string
  private readonly headers: Record<string, string> = {}
  private readonly target: string
  private readonly path: string | undefined
  private duration: number | undefined
  private form: string | undefined
  private answer: string | undefined
  private changes: Array<LoggedRequest.Change> | undefined

  /** `target` is the path and query as sent. `path` is the router's; undefined if the request can't be routed. */
  constructor(
    log: RequestLog,
    id: string,
    at: number,
    request: HttpServerRequest.HttpServerRequest,
    target: string,
    path: string | undefined
  ) {
    this.log = log
    this.id = id
    this.bytes = overhead + target.length
    this.at = at
    this.method = request.method
    for (const name of keptHeaders) {
      const value = request.headers[name]
      if (value === undefined) continue
      this.headers[name] = value
      this.bytes += value.length
    }
    this.target = target
    this.path = path
  }

  // Not in the constructor: most entries are never read.
  get operation(): OperationName.OperationName | undefined {
    return this.path === undefined ? undefined : OperationLookup.find(this.method, this.path)
  }

  addChange(change: Change.Change): void {
    const shown = changeOf(change)
    if (shown === undefined || this.bytes === 0) return
    this.log.entries.grow(this, changeBytes)
    this.changes ??= []
    this.changes.push(shown)
  }

  /** Keeps the form of a POST. */
  addForm(text: string): void {
    this.form = this.kept(text)
  }

  /** Keeps a response. */
  addResponse({ body, status }: HttpServerResponse.HttpServerResponse): void {
    this.status = status
    this.duration = Math.round((performance.now() - this.started) * 10) / 10
    if ("text" in body && body.text !== undefined) this.answer = this.kept(body.text)
  }

  /** What the entry keeps of a text. An entry that was dropped keeps nothing. */
  private kept(text: string): string | undefined {
    if (this.bytes === 0) return undefined
    const kept = isCut(text) ? copyOf(text.slice(0, maximumText)) : text
    this.log.entries.grow(this, kept.length)
    return kept
  }

  /** A part of the path, which has no secret if the whole path has none. */
  private segment(text: string, isMasked: boolean): string {
    return text.includes("%") || isMasked ? this.log.secrets.mask(decodeURIComponent(text)) : text
  }

  /** The parameters of a query or form by name. */
  private valuesOf(text: string): Values {
    const { secrets } = this.log
    const pairs = [...new URLSearchParams(text)]
    const last = isCut(text) ? pairs.length - 1 : -1
    const values = new Map<string, Array<string>>()
    for (const [index, [name, value]] of pairs.entries()) {
      const key = secrets.mask(name, index === last)
      const others = values.get(key) ?? []
      others.push(secrets.mask(value, index === last))
      values.set(key, others)
    }
    // Defines members: names may be those of an object's own members, such as __proto__.
    return Object.fromEntries(values)
  }

  /** Everything but what was sent and answered in detail. */
  summary(): Summary {
    const { abandoned, duration, fault, operation, status } = this
    const [, room, participant] = /^\/v1\/Rooms\/([^/]+)(?:\/Participants\/([^/]+))?/u.exec(this.path ?? "") ?? []
    const path = this.log.secrets.mask(this.target)
    const isMasked = path !== this.target
    const summary: Mutable<Summary> = { id: this.id, at: new Date(this.at).toISOString(), method: this.method, path }
    // Without copies: a console with pages makes one for each request.
    if (operation !== undefined) summary.operation = operation
    if (room !== undefined) summary.room = this.segment(room, isMasked)
    if (participant !== undefined) summary.participant = this.segment(participant, isMasked)
    if (status !== undefined) summary.status = status
    if (duration !== undefined) summary.duration = duration
    if (fault !== undefined) summary.fault = fault
    if (abandoned !== undefined) summary.abandoned = abandoned
    return summary
  }

  /** What filters need. Doesn't parse what was sent and answered. */
  facts() {
    return { ...this.summary(), changes: this.changes ?? [] }
  }

  show(): LoggedRequest.LoggedRequest {
    const { answer, form, headers, target } = this
    const { secrets } = this.log
    const query = /\?([^#]*)/u.exec(target)?.[1]
    return {
      ...this.facts(),
      ...defined({
        query: query === undefined ? undefined : this.valuesOf(query),
        form: form === undefined ? undefined : this.valuesOf(form),
        answer: answer === undefined ? undefined : isCut(answer) ? secrets.maskCut(answer) : secrets.parse(answer)
      }),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secrets.mask(value)]))
    }
  }
}

/** The entry of the current request, which collects its changes. */
export const Current = Context.Reference<Entry | undefined>("@effect-twilio-video/sandbox/RequestLog/Current", {
  defaultValue: () => undefined
})

export class RequestLog {
  /** A server's observer of kept entries: new ones, and those with a response. Undefined if the log was cleared. */
  observer: ((entry: Entry | undefined) => void) | undefined
  readonly entries: BoundedLog<Entry>
  readonly secrets: Secrets
  private requests = 0

  constructor(capacity: number, maximumBytes: number | undefined, credentials: SandboxCredentials.SandboxCredentials) {
    this.entries = new BoundedLog(capacity, maximumBytes, bytesEach)
    this.secrets = new Secrets(credentials)
  }

  /** Adds an entry with a new request id. Ids have a separate counter: SIDs don't depend on the number of requests. */
  add(at: number, request: HttpServerRequest.HttpServerRequest, target: string, path: string | undefined): Entry {
    this.requests += 1
    const id = `RQ${this.requests.toString(16).padStart(32, "0")}`
    const entry = new Entry(this, id, at, request, target, path)
    this.entries.add(entry)
    this.observe(entry)
    return entry
  }

  addResponse(entry: Entry, response: HttpServerResponse.HttpServerResponse): void {
    entry.addResponse(response)
    this.observe(entry)
  }

  find(id: string | undefined): Entry | undefined {
    return this.entries.read().find((entry) => entry.id === id)
  }

  /** Oldest first. */
  read(): ReadonlyArray<LoggedRequest.LoggedRequest> {
    return this.entries.read().map((entry) => entry.show())
  }

  clear(): void {
    this.entries.clear()
    this.observer?.(undefined)
  }

  private observe(entry: Entry): void {
    // Another request, or a reset, may have dropped the entry before its response.
    if (entry.bytes > 0) this.observer?.(entry)
  }
}
