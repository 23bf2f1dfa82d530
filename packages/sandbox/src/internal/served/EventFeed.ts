/**
 * The events of the console: what changes in a sandbox, numbered, kept for a while and sent in batches. Without a reader
 * only the history of the rooms is kept.
 */
import * as Effect from "effect/Effect"
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

/** How many bytes of events are kept. A reader that is further behind gets a new snapshot. */
const maximumBytes = 8_000_000

/** How many changes are sent in one batch. More are replaced by a new snapshot. */
const maximumChanges = 5000

const encoder = new TextEncoder()

const decoder = new TextDecoder()

const noBytes = new Uint8Array()

const concat = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

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

/** The events of a batch, as they are sent to all readers. Kept as bytes, since many strings are work for the collector. */
interface Sent {
  readonly first: number
  readonly last: number
  readonly bytes: Uint8Array
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
  private readonly epoch = crypto.randomUUID().slice(0, 8)
  private readonly parts: Controls.Parts
  private readonly clock: ServedClock
  /** The position of the latest event. */
  private position = 0
  /** The latest events; the first has the position `first`. */
  private kept: Array<Sent> = []
  private first = 1
  private bytes = 0
  private isRecording = false
  private readers = 0
  private batch = new Batch()
  private batchTimer: ReturnType<typeof setTimeout> | undefined
  private absenceTimer: ReturnType<typeof setTimeout> | undefined
  private readonly waiting = new Set<() => void>()

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
    this.bytes = 0
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
    if (batch.restarted) return this.forget()
    const first = this.position + 1
    const texts: Array<string> = []
    for (const event of this.eventsOf(batch)) {
      this.position += 1
      texts.push(this.textOf(event))
    }
    if (texts.length > 0) this.keep({ first, last: this.position, bytes: encoder.encode(texts.join("")) })
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

  private keep(sent: Sent): void {
    this.kept.push(sent)
    this.bytes += sent.bytes.length
    while (this.bytes > maximumBytes) {
      const { bytes = noBytes, last = this.position } = this.kept.shift() ?? {}
      this.bytes -= bytes.length
      this.first = last + 1
    }
  }

  private textOf(event: Protocol.Event): string {
    return `id: ${this.epoch}-${this.position}\ndata: ${JSON.stringify(event)}\n\n`
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
    const pieces = this.kept
      .slice(this.kept.findLastIndex(({ first }) => first <= next))
      .map((sent) => this.cut(sent, next))
    return pieces.length === 1 ? (pieces[0] ?? noBytes) : concat(pieces)
  }

  /** The events from `next`. A reader that lost its connection may have had some of a batch. */
  private cut({ bytes, first }: Sent, next: number): Uint8Array {
    if (first >= next) return bytes
    const text = decoder.decode(bytes)
    return encoder.encode(text.slice(text.indexOf(`\n\nid: ${this.epoch}-${next}\n`) + 2))
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
