/**
 * The events of the console: what changes in a sandbox, numbered, kept for a while and sent in batches. Without a reader
 * only the history of the rooms is kept.
 */
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Stream from "effect/Stream"
import type { Delivery } from "../callbacks/Delivery.ts"
import type * as Controls from "../controls/Controls.ts"
import type * as Change from "../engine/Change.ts"
import type { RoomRecord } from "../engine/Records.ts"
import type { Sized } from "../journal/BoundedLog.ts"
import type * as RequestLog from "../journal/RequestLog.ts"
import * as ClockRoutes from "./ClockRoutes.ts"
import type * as Protocol from "./ConsoleProtocol.ts"
import { RoomHistory } from "./RoomHistory.ts"
import * as RoomTimeline from "./RoomTimeline.ts"
import type { ServedClock } from "./ServedClock.ts"
import * as Summaries from "./Summaries.ts"

/** How long events are collected before they're sent. */
const batchMillis = 50

/** How long events are kept for a reader that lost its connection. */
const absenceMillis = 60_000

/** How often a reader without events gets a comment, so that it notices a lost connection. */
const silenceMillis = 15_000

/** How many events and characters are kept. A reader that is further behind gets a new snapshot. */
const maximumEvents = 20_000
const maximumCharacters = 8_000_000

/** How many changes are sent in one batch. More are replaced by a new snapshot. */
const maximumChanges = 5000

const encoder = new TextEncoder()

const beat = encoder.encode(":\n\n")

// A request may end, and a callback arrive, after its log was cleared.
const isLogged = ({ bytes }: Sized): boolean => bytes > 0

interface PendingChange {
  readonly change: Change.Change
  readonly room: RoomRecord
  readonly at: number
  readonly type: Protocol.ChangeType
  readonly by: Protocol.Cause
  readonly requestId: string | undefined
  /** Whether the published track was enabled. It may be muted before the event is sent. */
  readonly enabled: boolean
}

/** What has changed since the last batch. */
class Batch {
  readonly changes: Array<PendingChange> = []
  readonly rooms = new Set<RoomRecord>()
  readonly forgotten: Array<string> = []
  readonly requests = new Set<RequestLog.Entry>()
  readonly callbacks = new Set<Delivery>()
  readonly cleared = new Set<"requests-cleared" | "callbacks-cleared">()
  clock = false
  faults = false
  restarted = false
}

interface Reader {
  /** The position of its next event. */
  next: number
}

export class EventFeed {
  readonly history = new RoomHistory()
  /** Whether disconnected participants are being removed by a control. */
  isRemoving = false
  /** Differs in each run, since positions start again. */
  private readonly epoch = crypto.randomUUID()
  private readonly parts: Controls.Parts
  private readonly clock: ServedClock
  /** The position of the latest event. */
  private position = 0
  /** The latest events; the first has the position `first`. */
  private kept: Array<string> = []
  private first = 1
  private characters = 0
  private isRecording = false
  private readers = 0
  private batch = new Batch()
  private batchTimer: ReturnType<typeof setTimeout> | undefined
  private absenceTimer: ReturnType<typeof setTimeout> | undefined
  private readonly waiting = new Set<() => void>()
  /** The bytes of the latest events, for all readers that are up to the same event. */
  private chunk: { readonly next: number; readonly position: number; readonly bytes: Uint8Array } | undefined

  constructor(parts: Controls.Parts, clock: ServedClock) {
    this.parts = parts
    this.clock = clock
    const { callbacks, engine, faults, log } = parts
    engine.observer = (change, recorder) => this.observe(change, recorder)
    engine.onRestart = () => this.note((batch) => (batch.restarted = true))
    engine.onForget = ({ sid }) => this.note((batch) => batch.forgotten.push(sid))
    log.observer = (entry) =>
      this.note((batch) => {
        if (entry !== undefined) return batch.requests.add(entry)
        batch.requests.clear()
        return batch.cleared.add("requests-cleared")
      })
    callbacks.observer = (delivery) =>
      this.note((batch) => {
        if (delivery !== undefined) return batch.callbacks.add(delivery)
        batch.callbacks.clear()
        return batch.cleared.add("callbacks-cleared")
      })
    callbacks.faults.observer = () => this.note((batch) => (batch.faults = true))
    faults.observer = () => this.note((batch) => (batch.faults = true))
    clock.onChange = () => this.note((batch) => (batch.clock = true))
  }

  /** The timeline of a room, up to the returned position. */
  timeline(room: RoomRecord): Protocol.Timeline {
    this.flush()
    return RoomTimeline.make(room, this.history, this.position)
  }

  /** The events after the one with this id, or a snapshot and the events after it. */
  read(lastEventId: string | undefined): Stream.Stream<Uint8Array> {
    return Stream.suspend(() => {
      this.open()
      const reader: Reader = { next: this.nextAfter(lastEventId) }
      return Stream.ensuring(
        Stream.unfold(undefined, () => Effect.map(this.next(reader), (chunk) => [chunk, undefined] as const)),
        Effect.sync(() => this.close())
      )
    })
  }

  private nextAfter(lastEventId: string | undefined): number {
    const [, epoch, position] = /^(.*)-(\d+)$/u.exec(lastEventId ?? "") ?? []
    const next = Number(position) + 1
    return epoch === this.epoch && next >= this.first && next <= this.position + 1 ? next : 0
  }

  private open(): void {
    this.readers += 1
    clearTimeout(this.absenceTimer)
    if (this.isRecording) return
    this.isRecording = true
    this.forget()
  }

  private close(): void {
    this.readers -= 1
    if (this.readers > 0) return
    this.absenceTimer = setTimeout(() => {
      this.isRecording = false
      this.batch = new Batch()
      this.forget()
    }, absenceMillis)
    // Some runtimes' timers are numbers, which keep nothing alive.
    if (typeof this.absenceTimer === "object") this.absenceTimer.unref()
  }

  /** Makes every reader start again from a snapshot. */
  private forget(): void {
    this.position += 1
    this.drop()
  }

  /** Drops the kept events: readers that haven't had them get a snapshot. */
  private drop(): void {
    this.kept = []
    this.chunk = undefined
    this.characters = 0
    this.first = this.position + 1
  }

  private observe(change: Change.Change, recorder: Change.Recorder | undefined): void {
    const { engine } = this.parts
    const room = Summaries.roomOf(change)
    const removed =
      change.type === "participant-disconnected" && (this.isRemoving || recorder?.operation === "UpdateRoomParticipant")
    const event = {
      at: room.latest,
      type: removed ? ("participant-removed" as const) : change.type,
      by: Summaries.causeOf(engine, recorder),
      requestId: recorder?.id
    }
    this.history.add(room, change, event)
    // The past of a scenario is in the snapshot that follows.
    if (!this.isRecording || engine.isReplaying) return
    // Earlier events have the erased identity. Those of this batch are made from the records.
    if (change.type === "participant-anonymized") this.drop()
    this.note((batch) => {
      batch.rooms.add(room)
      if (batch.changes.length < maximumChanges)
        batch.changes.push({ change, room, enabled: "track" in change && change.track.enabled, ...event })
      else batch.restarted = true
    })
  }

  private note(add: (batch: Batch) => unknown): void {
    if (!this.isRecording) return
    add(this.batch)
    this.batchTimer ??= setTimeout(() => this.send(), batchMillis)
  }

  private send(): void {
    this.batchTimer = undefined
    this.flush()
    for (const wake of Array.from(this.waiting)) wake()
  }

  /** Numbers the events of the batch. Its timer still wakes the readers. */
  private flush(): void {
    const { batch } = this
    this.batch = new Batch()
    if (batch.restarted) this.forget()
    else for (const event of this.eventsOf(batch)) this.keep(event)
  }

  private *eventsOf(batch: Batch): Generator<Protocol.Event> {
    for (const type of batch.cleared) yield { type }
    for (const room of batch.rooms) yield { type: "room", room: RoomTimeline.summaryOf(room) }
    for (const sid of batch.forgotten) yield { type: "room-removed", sid }
    for (const pending of batch.changes) yield this.changeOf(pending)
    for (const entry of batch.requests) {
      if (isLogged(entry)) yield { type: "request", request: entry.summary() }
    }
    for (const delivery of batch.callbacks) {
      if (isLogged(delivery)) yield { type: "callback", callback: Summaries.callbackOf(delivery) }
    }
    if (batch.faults) yield { type: "faults", ...this.faults() }
    if (batch.clock) yield { type: "clock", clock: ClockRoutes.stateOf(this.clock) }
  }

  private changeOf({ at, by, change, enabled, requestId, room, type }: PendingChange): Protocol.Event {
    const head = {
      position: this.position + 1,
      at,
      type,
      roomSid: room.sid,
      by,
      ...(requestId === undefined ? {} : { requestId })
    }
    if ("room" in change) return { type: "change", change: head }
    return { type: "change", change: { ...head, ...Summaries.detailsOf(change, enabled) } }
  }

  private keep(event: Protocol.Event): void {
    this.position += 1
    const text = this.textOf(event)
    this.kept.push(text)
    this.characters += text.length
    if (this.kept.length > maximumEvents || this.characters > maximumCharacters) {
      const dropped = this.kept.splice(0, Math.ceil(this.kept.length / 2))
      this.first += dropped.length
      for (const { length } of dropped) this.characters -= length
    }
  }

  private textOf(event: Protocol.Event): string {
    const id = `${this.epoch}-${this.position}`
    return Sse.encoder.write({ _tag: "Event", event: "message", id, data: JSON.stringify(event) })
  }

  private faults(): Protocol.Faults {
    const { callbacks, faults } = this.parts
    return { faults: faults.read(), deliveryFaults: callbacks.faults.read() }
  }

  private snapshot(): Protocol.Snapshot {
    const { callbacks, engine, log } = this.parts
    return {
      type: "snapshot",
      position: this.position,
      clock: ClockRoutes.stateOf(this.clock),
      rooms: Array.from(engine.store.rooms.values(), RoomTimeline.summaryOf),
      requests: log.entries
        .read()
        .toReversed()
        .map((entry) => entry.summary()),
      requestsDropped: log.entries.dropped,
      callbacks: callbacks.log.read().toReversed().map(Summaries.callbackOf),
      ...this.faults()
    }
  }

  /** The reader's next bytes, if there are any. */
  private take(reader: Reader): Uint8Array | undefined {
    if (reader.next < this.first) {
      this.flush()
      reader.next = this.position + 1
      return encoder.encode(this.textOf(this.snapshot()))
    }
    if (reader.next > this.position) return undefined
    const bytes = this.bytesFrom(reader.next)
    reader.next = this.position + 1
    return bytes
  }

  private bytesFrom(next: number): Uint8Array {
    const { chunk, position } = this
    if (chunk?.next === next && chunk.position === position) return chunk.bytes
    const bytes = encoder.encode(this.kept.slice(next - this.first).join(""))
    this.chunk = { next, position, bytes }
    return bytes
  }

  /** Waits for the reader's next bytes. */
  private next(reader: Reader): Effect.Effect<Uint8Array> {
    return Effect.callback((resume) => {
      const found = this.take(reader)
      if (found !== undefined) return resume(Effect.succeed(found))
      const silence = setTimeout(() => end(beat), silenceMillis)
      const wake = () => {
        const chunk = this.take(reader)
        if (chunk !== undefined) end(chunk)
      }
      const stop = () => {
        clearTimeout(silence)
        this.waiting.delete(wake)
      }
      const end = (chunk: Uint8Array) => {
        stop()
        resume(Effect.succeed(chunk))
      }
      this.waiting.add(wake)
      return Effect.sync(stop)
    })
  }
}
