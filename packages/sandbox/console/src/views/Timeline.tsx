/**
 * The timeline of a room: one lane per participant, the sandbox's clock as the cursor, zoom, and a tooltip per event.
 */
import { signal, useComputed, type Signal } from "@preact/signals"
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks"
import { List, ListState } from "../List.tsx"
import type { RoomTimeline } from "../RoomTimeline.ts"
import * as Store from "../Store.ts"
import * as Time from "../Time.ts"
import * as TimelineItems from "../TimelineItems.ts"
import { TimeView, type Mode } from "../TimeView.ts"

const laneHeight = 52

const tickMillis = 250

interface LaneProps {
  readonly sid: string
  readonly timeline: RoomTimeline
  readonly view: TimeView
}

const Lane = ({ sid, timeline, view }: LaneProps) => {
  const participant = timeline.participant(sid)?.value
  if (participant === undefined) return null
  const { origin } = view
  return (
    <>
      <div class="who" role="rowheader">
        <b>{participant.identity}</b>
        <small class={`state ${participant.status}`}>{participant.status}</small>
      </div>
      <div class="lane" role="none">
        {TimelineItems.latest(participant).map(({ from, id, kind, line, text, to }) => (
          <div
            aria-label={text}
            class={`item ${kind}`}
            id={id}
            key={id}
            role="gridcell"
            style={{
              "--a": `${from - origin}`,
              "--b": to === undefined ? "var(--now)" : `${to - origin}`,
              "--line": `${line}`
            }}
          />
        ))}
      </div>
    </>
  )
}

interface TipState {
  readonly text: string
  readonly left: number
  readonly top: number
}

/** Shows the text of an item next to it. Assistive technology reads the item's label instead. */
const Tip = ({ tip }: { readonly tip: Signal<TipState | undefined> }) => {
  const shown = tip.value
  if (shown === undefined) return null
  return (
    <div aria-hidden="true" class="tip" style={{ left: `${shown.left}px`, top: `${shown.top}px` }}>
      {shown.text}
    </div>
  )
}

const tipOf = (element: Element | null): TipState | undefined => {
  const text = element?.getAttribute("aria-label")
  if (element === null || text == null) return undefined
  const { bottom, left, right } = element.getBoundingClientRect()
  const shown = Math.max(left, Math.min(right, 8))
  return { text, left: Math.max(8, Math.min(shown, innerWidth - 300)), top: Math.min(bottom + 6, innerHeight - 60) }
}

const Axis = ({ view }: { readonly view: TimeView }) => (
  <div class="axis">
    {view.ticks.value.map((tick) => (
      <span key={tick} style={{ "--a": `${tick - view.origin}` }}>
        {Time.time(tick).slice(0, 8)}
      </span>
    ))}
  </div>
)

const Zoom = ({ view }: { readonly view: TimeView }) => {
  const mode = view.mode.value
  const button = (symbol: string, name: string, change: () => void) => (
    <button onClick={change} title={name} type="button">
      <span aria-hidden="true">{symbol}</span>
      <span class="hidden">{name}</span>
    </button>
  )
  const choice = (choice: Mode, name: string) => (
    <button aria-pressed={mode === choice} onClick={() => view.choose(choice)} type="button">
      {name}
    </button>
  )
  return (
    <div aria-label="Zoom" class="bar" role="group">
      {button("+", "Zoom in", () => view.zoom(0.5))}
      {button("−", "Zoom out", () => view.zoom(2))}
      {button("←", "Earlier", () => view.pan(-0.5))}
      {button("→", "Later", () => view.pan(0.5))}
      {choice("whole", "Whole room")}
      {choice("follow", "Follow the clock")}
    </div>
  )
}

/** Handles the keys of the timeline: items by left and right, zoom by + and −, the whole room by 0. */
const keyHandler =
  (timeline: RoomTimeline, view: TimeView, state: ListState, tip: Signal<TipState | undefined>) =>
  (event: KeyboardEvent, active: string | undefined): boolean => {
    const { key } = event
    tip.value = undefined
    if (key === "+" || key === "=") view.zoom(0.5)
    else if (key === "-") view.zoom(2)
    else if (key === "0") view.choose("whole")
    else if (key === "Escape") state.descendant.value = undefined
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      const participant = active === undefined ? undefined : timeline.participant(active)?.peek()
      if (participant === undefined) return true
      const items = TimelineItems.latest(participant)
      const index = items.findIndex(({ id }) => id === state.descendant.peek())
      const item =
        items[Math.max(-1, index + (key === "ArrowLeft" ? -1 : 1))] ?? (key === "ArrowLeft" ? undefined : items.at(-1))
      state.descendant.value = item?.id
      if (item === undefined) return true
      view.reveal(item.from)
      tip.value = tipOf(document.getElementById(item.id))
    } else return false
    return true
  }

/** Moves the cursor with the sandbox's clock. */
const useClock = (timeline: RoomTimeline, view: TimeView, frame: { readonly current: HTMLElement | null }) => {
  const update = () => {
    const room = timeline.room.peek()
    if (room !== undefined) view.update(room.ended ?? Store.now())
  }
  useLayoutEffect(() => {
    view.attach(frame.current)
    update()
  })
  useEffect(() => {
    const timer = setInterval(update, tickMillis)
    return () => clearInterval(timer)
  }, [])
}

/** Zooms with the wheel and Ctrl, or by pinching; pans by dragging, or with a horizontal wheel. */
const usePointer = (view: TimeView, frame: { readonly current: HTMLElement | null }) => {
  const dragged = useRef<number | undefined>(undefined)
  const isDragging = useRef(false)
  const width = () => frame.current?.querySelector(".axis")?.clientWidth ?? 1
  useEffect(() => {
    const element = frame.current
    const onWheel = (event: WheelEvent) => {
      const axis = element?.querySelector(".axis")?.getBoundingClientRect()
      if (axis === undefined) return
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        view.zoom(Math.exp(event.deltaY / 200), view.start + ((event.clientX - axis.left) / axis.width) * view.span)
      } else if (event.deltaX !== 0) {
        event.preventDefault()
        view.pan(event.deltaX / axis.width)
      }
    }
    // Not passive: the browser would zoom the page.
    element?.addEventListener("wheel", onWheel, { passive: false })
    return () => element?.removeEventListener("wheel", onWheel)
  }, [])
  return {
    onPointerDown: (event: PointerEvent) => {
      dragged.current = event.clientX
      isDragging.current = false
    },
    // The end of a drag opens no participant.
    onClickCapture: (event: MouseEvent) => {
      if (isDragging.current) event.stopPropagation()
      isDragging.current = false
    },
    onPointerMove: (event: PointerEvent) => {
      if (dragged.current === undefined || event.buttons === 0) return
      const distance = event.clientX - dragged.current
      if (Math.abs(distance) < 3) return
      dragged.current = event.clientX
      isDragging.current = true
      view.pan(-distance / width())
    }
  }
}

const legend = [
  ["span connected", "connected"],
  ["span reconnecting", "reconnecting"],
  ["track audio", "audio"],
  ["track video", "video"],
  ["track data", "data"],
  ["track muted", "muted"],
  ["mark subscribe-rules-replaced", "subscribe rules"],
  ["mark participant-removed", "removed"],
  ["mark participant-anonymized", "anonymized"]
] as const

const Legend = () => (
  <ul class="legend">
    {legend.map(([kind, name]) => (
      <li key={kind}>
        <span class={`item ${kind}`} /> {name}
      </li>
    ))}
  </ul>
)

interface Props {
  readonly timeline: RoomTimeline
  readonly onOpen: (sid: string) => void
  readonly open: Signal<string | undefined>
}

export const Timeline = ({ onOpen, open, timeline }: Props) => {
  const view = useMemo(() => new TimeView(timeline.room.peek()?.created ?? 0), [])
  const state = useMemo(() => new ListState(), [])
  const tip = useMemo(() => signal<TipState | undefined>(undefined), [])
  const frame = useRef<HTMLDivElement>(null)
  const cells = useMemo(() => (sid: string) => <Lane sid={sid} timeline={timeline} view={view} />, [])
  const onKey = useMemo(() => keyHandler(timeline, view, state, tip), [])
  const columns = useMemo(() => ["Participant", <Axis view={view} />], [])
  const classes = useComputed(() => (timeline.room.value?.ended === undefined ? "timeline" : "timeline over"))
  useClock(timeline, view, frame)
  return (
    <div
      class={classes}
      onPointerLeave={() => (tip.value = undefined)}
      onPointerOver={({ target }) =>
        (tip.value = target instanceof Element ? tipOf(target.closest(".item")) : undefined)
      }
      ref={frame}
      {...usePointer(view, frame)}
    >
      <Zoom view={view} />
      <List
        cells={cells}
        columns={columns}
        empty="Nobody has joined this room."
        height={laneHeight}
        id="lanes"
        keys={timeline.sids}
        label="Participants over time. Left and right read the events of a participant, plus and minus zoom."
        onKey={onKey}
        onOpen={onOpen}
        open={open}
        state={state}
      />
      <Legend />
      <Tip tip={tip} />
    </div>
  )
}
