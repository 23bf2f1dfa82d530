/**
 * Logs the latest requests to Twilio's API, up to a number and a size. Requests to the controls aren't logged.
 */
import * as Context from "effect/Context"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Schema from "effect/Schema"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import type * as OperationName from "../../OperationName.ts"
import type * as Change from "../engine/Change.ts"
import * as OperationLookup from "../wire/OperationLookup.ts"
import { BoundedLog, type Sized } from "./BoundedLog.ts"

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

/** What an entry takes besides its texts, in bytes. */
const overhead = 500

export const defaultMaximumBytes = 32 * 1024 * 1024

// A slice of a string keeps the whole string in memory.
const copyOf = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

// The user and password of a URL, and tokens as JSON Web Tokens.
const secrets = /(?<=\/\/|%2F%2F)(?:(?!%2F|%3F|%23)[^\s/?#"])+(?=@|%40)|eyJ[\w-]+\.[\w-]+\.[\w-]*/giu

const mask = (text: string): string => text.replace(secrets, "***")

type Values = Record<string, Array<string>>

const valuesOf = (text: string): Values => {
  const values: Values = {}
  for (const [name, value] of new URLSearchParams(text)) (values[name] ??= []).push(mask(value))
  return values
}

const answerOf = (text: string): Schema.Json => {
  try {
    return JSON.parse(text) as Schema.Json // Of JSON.
  } catch {
    return text
  }
}

const segment = (text: string): string => mask(decodeURIComponent(text))

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
  private readonly log: BoundedLog<Entry>
  private readonly at: number
  private readonly started = performance.now()
  private readonly method: string
  private readonly headers: Record<string, string> = {}
  private readonly target: string
  private readonly path: string | undefined
  private status: number | undefined
  private duration: number | undefined
  private form: string | undefined
  private answer: string | undefined
  private changes: Array<LoggedRequest.Change> | undefined

  /** `target` is the path and query as sent. `path` is the router's; undefined if the request can't be routed. */
  constructor(
    log: BoundedLog<Entry>,
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
      if (value !== undefined) this.headers[name] = value
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
    if (shown === undefined) return
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
    const kept = text.length > maximumText ? copyOf(text.slice(0, maximumText)) : text
    this.log.grow(this, kept.length)
    return kept
  }

  /** Everything but what was sent and answered in detail. */
  summary(): Summary {
    const { abandoned, duration, fault, operation, status } = this
    const [, room, participant] = /^\/v1\/Rooms\/([^/]+)(?:\/Participants\/([^/]+))?/u.exec(this.path ?? "") ?? []
    const summary: Mutable<Summary> = {
      id: this.id,
      at: new Date(this.at).toISOString(),
      method: this.method,
      path: mask(this.target)
    }
    // Without copies: a console with pages makes one for each request.
    if (operation !== undefined) summary.operation = operation
    if (room !== undefined) summary.room = segment(room)
    if (participant !== undefined) summary.participant = segment(participant)
    if (status !== undefined) summary.status = status
    if (duration !== undefined) summary.duration = duration
    if (fault !== undefined) summary.fault = fault
    if (abandoned !== undefined) summary.abandoned = abandoned
    return summary
  }

  show(): LoggedRequest.LoggedRequest {
    const { answer, changes = [], form, headers, target } = this
    const query = target.indexOf("?")
    return {
      ...this.summary(),
      ...defined({
        query: query === -1 ? undefined : valuesOf(target.slice(query + 1)),
        form: form === undefined ? undefined : valuesOf(form),
        answer: answer === undefined ? undefined : answerOf(mask(answer))
      }),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)])),
      changes
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
  readonly entries: BoundedLog<Entry>
  private requests = 0

  constructor(capacity: number, maximumBytes: number) {
    this.entries = new BoundedLog(capacity, maximumBytes)
  }

  /** Adds an entry with a new request id. Ids have a separate counter: SIDs don't depend on the number of requests. */
  add(at: number, request: HttpServerRequest.HttpServerRequest, target: string, path: string | undefined): Entry {
    this.requests += 1
    const id = `RQ${this.requests.toString(16).padStart(32, "0")}`
    const entry = new Entry(this.entries, id, at, request, target, path)
    this.entries.add(entry)
    this.observer?.(entry)
    return entry
  }

  addResponse(entry: Entry, response: HttpServerResponse.HttpServerResponse): void {
    entry.addResponse(response)
    this.observer?.(entry)
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
}
