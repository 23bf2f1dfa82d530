/**
 * What the console knows of the sandbox, as signals. `apply` updates them from the server's events.
 */
import { batch, signal, type Signal } from "@preact/signals"
import type {
  CallbackSummary,
  Clock,
  Event,
  Faults,
  RequestSummary,
  RoomSummary,
  Snapshot,
  TimelineEvent
} from "../../src/internal/served/ConsoleProtocol.ts"
import { Log } from "./Log.ts"

/** How many requests and callbacks the page keeps. */
const maximum = 10_000

export const requests = new Log<RequestSummary>(maximum)

export const callbacks = new Log<CallbackSummary>(maximum)

export const faults = signal<Faults>({ faults: [], deliveryFaults: [] })

/** The SIDs of the rooms, in order of creation. */
export const roomSids = signal<ReadonlyArray<string>>([])

/** Changes with each change of a room. Filters depend on it instead of on all rooms. */
export const roomsVersion = signal(0)

const rooms = new Map<string, Signal<RoomSummary>>()

/** A room of the list, or undefined if it's gone. */
export const room = (sid: string): Signal<RoomSummary> | undefined => rooms.get(sid)

/** The sandbox's clock, with its time in milliseconds, and when that was received on the browser's monotonic clock. */
export const clock = signal({ now: 0, rate: 0, ahead: 0, received: 0 })

/** The time on the sandbox's clock. Reads no signal that changes with time: call it again for a later time. */
export const now = (): number => {
  const { now, rate, received } = clock.value
  return now + (performance.now() - received) * rate
}

/** Counts snapshots: what a view has loaded before the latest one may be outdated. */
export const snapshots = signal(0)

type ChangeListener = (change: TimelineEvent) => void

const listeners = new Set<ChangeListener>()

/** Calls the listener with each change of every room, until the returned function is called. */
export const onChange = (listener: ChangeListener): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const putRoom = (summary: RoomSummary): void => {
  const known = rooms.get(summary.sid)
  if (known !== undefined) known.value = summary
  else rooms.set(summary.sid, signal(summary))
}

const setClock = (value: Clock): void => {
  clock.value = { ...value, now: Date.parse(value.now), received: performance.now() }
}

const replace = (snapshot: Snapshot): void => {
  const sids = new Set(snapshot.rooms.map(({ sid }) => sid))
  for (const sid of rooms.keys()) if (!sids.has(sid)) rooms.delete(sid)
  for (const room of snapshot.rooms) putRoom(room)
  requests.replace(snapshot.requests, snapshot.requestsDropped)
  callbacks.replace(snapshot.callbacks, 0)
  faults.value = { faults: snapshot.faults, deliveryFaults: snapshot.deliveryFaults }
  setClock(snapshot.clock)
  snapshots.value++
}

const applyOne = (event: Event): void => {
  switch (event.type) {
    case "snapshot":
      return replace(event)
    case "room":
      return putRoom(event.room)
    case "room-removed":
      rooms.delete(event.sid)
      return
    case "change":
      for (const listener of listeners) listener(event.change)
      return
    case "request":
      return requests.put(event.request)
    case "requests-cleared":
      return requests.clear()
    case "callback":
      return callbacks.put(event.callback)
    case "callbacks-cleared":
      return callbacks.clear()
    case "clock":
      return setClock(event.clock)
    case "faults":
      faults.value = { faults: event.faults, deliveryFaults: event.deliveryFaults }
  }
}

const isRoomEvent = ({ type }: Event): boolean => type === "room" || type === "room-removed" || type === "snapshot"

/** Applies events in order, and renders once. An event of an unknown type changes nothing. */
export const apply = (events: ReadonlyArray<Event>): void =>
  batch(() => {
    for (const event of events) applyOne(event)
    requests.flush()
    callbacks.flush()
    if (!events.some(isRoomEvent)) return
    roomsVersion.value++
    const sids = [...rooms.keys()]
    const same = sids.length === roomSids.value.length && sids.every((sid, i) => sid === roomSids.value[i])
    if (!same) roomSids.value = sids
  })
