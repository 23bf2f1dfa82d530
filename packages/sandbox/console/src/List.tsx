/**
 * A list of thousands of rows. Only the rows on the screen are in the DOM; each is keyed, so an event never rebuilds the
 * list. It has one tab stop: the arrow keys, Page Up, Page Down, Home and End move the active row, and Enter opens it.
 */
import { signal, useComputed, useSignal, type ReadonlySignal, type Signal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useMemo, useRef } from "preact/hooks"

export const rowHeight = 44

/** The rows above and below the screen that are in the DOM as well, so that scrolling shows no gap. */
const margin = 4

/** The active row of a list, and the element in it that assistive technology should read. */
export class ListState {
  readonly active: Signal<string | undefined> = signal(undefined)
  /** The id of an element in the active row. Default: the row. */
  readonly descendant: Signal<string | undefined> = signal(undefined)
}

export interface Props {
  /** The prefix of the rows' ids. */
  readonly id: string
  readonly label: string
  /** The names of the columns. Style them by `.ID > * > :nth-child(n)`. */
  readonly columns: ReadonlyArray<ComponentChildren>
  /** The keys of the rows, in order. */
  readonly keys: ReadonlySignal<ReadonlyArray<string>>
  /** The number of earlier rows that are gone: the first row comes after them. */
  readonly dropped?: ReadonlySignal<number>
  /** Returns a row's cells: elements with the role `gridcell` or `rowheader`. */
  readonly cells: (key: string) => ComponentChildren
  readonly onOpen?: (key: string) => void
  /** The row that is open. */
  readonly open?: ReadonlySignal<string | undefined>
  /** Stays at the end while rows are added there, unless the user scrolls away. */
  readonly follows?: boolean
  readonly height?: number
  readonly state?: ListState
  /** Returns true if it handled the key, which then doesn't move the active row. */
  readonly onKey?: (event: KeyboardEvent, active: string | undefined) => boolean
  /** Shown instead of rows if there are none. */
  readonly empty: string
}

const rowId = (id: string, key: string): string => `${id}-${key}`

/** The index of the row that a key moves to. */
const moved = (key: string, index: number, page: number, total: number): number | undefined => {
  switch (key) {
    case "ArrowDown":
      return index + 1
    case "ArrowUp":
      return index - 1
    case "PageDown":
      return index + page
    case "PageUp":
      return index - page
    case "Home":
      return 0
    case "End":
      return total - 1
    default:
      return undefined
  }
}

interface RowProps {
  readonly list: Props
  readonly itemKey: string
  readonly index: number
  readonly state: ListState
}

const Row = ({ index, itemKey, list, state }: RowProps) => {
  const classes = useComputed(() => {
    const active = state.active.value === itemKey ? " active" : ""
    return `row${active}${list.open?.value === itemKey ? " open" : ""}`
  })
  return (
    <div
      aria-rowindex={index}
      class={classes}
      id={rowId(list.id, itemKey)}
      onClick={() => {
        state.active.value = itemKey
        state.descendant.value = undefined
        list.onOpen?.(itemKey)
      }}
      role="row"
    >
      {useMemo(() => list.cells(itemKey), [list.cells, itemKey])}
    </div>
  )
}

/** Which rows are on the screen, and whether the list is scrolled to its end. */
const useWindow = (props: Props) => {
  const height = props.height ?? rowHeight
  const scroller = useRef<HTMLDivElement>(null)
  const first = useSignal(0)
  const visible = useSignal(20)
  const atEnd = useSignal(props.follows === true)
  const dropped = props.dropped?.value ?? 0
  const droppedBefore = useRef(dropped)

  const measure = () => {
    const element = scroller.current
    if (element === null) return
    first.value = Math.floor(element.scrollTop / height)
    visible.value = Math.ceil(element.clientHeight / height)
    atEnd.value = props.follows === true && element.scrollTop + element.clientHeight >= element.scrollHeight - 2
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => {
      if (atEnd.peek()) element.scrollTop = element.scrollHeight
      measure()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = scroller.current
    const gone = dropped - droppedBefore.current
    droppedBefore.current = dropped
    if (element === null) return
    if (atEnd.peek()) element.scrollTop = element.scrollHeight
    // The rows on the screen stay where they are.
    else if (gone > 0) element.scrollTop -= gone * height
  })

  return { atEnd, first, height, measure, scroller, visible }
}

/** Moves the active row by keys, and scrolls it onto the screen. */
const useKeys = (
  props: Props,
  state: ListState,
  { height, measure, scroller, visible }: ReturnType<typeof useWindow>
) => {
  const activate = (key: string | undefined, top: number, element: HTMLElement) => {
    state.active.value = key
    state.descendant.value = undefined
    // The header covers the first row's place.
    const space = element.clientHeight - height
    element.scrollTop = Math.max(Math.min(element.scrollTop, top), top + height - space)
    measure()
  }
  return (event: KeyboardEvent): void => {
    const all = props.keys.peek()
    const active = state.active.peek()
    const index = active === undefined ? -1 : all.indexOf(active)
    if (props.onKey?.(event, active) === true) event.preventDefault()
    else if (event.key === "Enter" && active !== undefined) props.onOpen?.(active)
    else {
      const next = moved(event.key, index, visible.peek() - 1, all.length)
      const element = scroller.current
      if (next === undefined || element === null || all.length === 0) return
      event.preventDefault()
      const target = Math.max(0, Math.min(next, all.length - 1))
      activate(all[target], target * height, element)
    }
  }
}

export const List = (props: Props) => {
  const own = useMemo(() => new ListState(), [])
  const { columns, dropped, empty, id, keys, label, state = own } = props
  const frame = useWindow(props)
  const { atEnd, first, height, measure, scroller, visible } = frame
  const all = keys.value
  const offset = dropped?.value ?? 0
  const shown = visible.value + 2 * margin
  const from = Math.max(0, Math.min(atEnd.value ? all.length : first.value - margin, all.length - shown))
  const rows = all.slice(from, from + shown)
  const descendant = useComputed(() => {
    const active = state.active.value
    return state.descendant.value ?? (active === undefined ? undefined : rowId(id, active))
  })
  return (
    <>
      <div
        aria-activedescendant={descendant}
        aria-label={label}
        aria-rowcount={offset + all.length + 1}
        class={`list ${id}`}
        onKeyDown={useKeys(props, state, frame)}
        onScroll={measure}
        ref={scroller}
        role="grid"
        style={{ "--row": `${height}px` }}
        tabIndex={0}
      >
        <div aria-rowindex={1} class="head" role="row">
          {columns.map((column, i) => (
            <div key={i} role="columnheader">
              {column}
            </div>
          ))}
        </div>
        <div
          class="rows"
          role="rowgroup"
          style={{ height: `${all.length * height}px`, "padding-top": `${from * height}px` }}
        >
          {rows.map((key, i) => (
            <Row index={offset + from + i + 2} itemKey={key} key={key} list={props} state={state} />
          ))}
        </div>
      </div>
      {all.length === 0 ? <p class="empty">{empty}</p> : null}
    </>
  )
}
