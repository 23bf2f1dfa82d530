/**
 * Who receives whom in a room, as a matrix: a row for each subscriber, a column for each publisher.
 */
import { useSignal, type Signal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import type { Subscriptions } from "../../../src/internal/served/ConsoleProtocol.ts"
import * as Api from "../Api.ts"
import * as Router from "../Router.ts"
import * as Store from "../Store.ts"
import { RoomLink } from "./Detail.tsx"
import { useLoaded } from "./Loading.ts"

/** How many rows and columns are shown at once. One change of the room may change a row and a column. */
const pageRows = 10

const pageColumns = 6

/** How long a column stays after its publisher has gone. */
const lingerMillis = 3000

/** Changes that follow one another are shown at once. */
const quietMillis = 150

type Track = Subscriptions["tracks"][number]

/** The number of tracks of each kind. */
const kindsOf = (tracks: ReadonlyArray<Track>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { kind } of tracks) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** Kinds with their numbers, such as `audio, video ×2`, or `nothing`. */
const published = (tracks: ReadonlyArray<Track>): string =>
  tracks.length === 0
    ? "nothing"
    : Array.from(kindsOf(tracks), ([kind, count]) => (count === 1 ? kind : `${kind} ×${count}`)).join(", ")

/** The tracks with these SIDs in the same way, with `video 1 of 2` if others of the kind aren't received. */
const received = (tracks: ReadonlyArray<Track>, sids: ReadonlySet<string>): string => {
  const totals = kindsOf(tracks)
  const chosen = tracks.filter(({ sid }) => sids.has(sid))
  const texts = Array.from(kindsOf(chosen), ([kind, count]) => {
    const total = totals.get(kind) ?? count
    return count < total ? `${kind} ${count} of ${total}` : count === 1 ? kind : `${kind} ×${count}`
  })
  return texts.length === 0 ? "none" : texts.join(", ")
}

/** The SIDs of the participants with tracks, in order of joining. */
const publishersOf = ({ participants, tracks }: Subscriptions): ReadonlyArray<string> => {
  const publishers = new Set(tracks.map(({ publisherSid }) => publisherSid))
  return participants.map(({ sid }) => sid).filter((sid) => publishers.has(sid))
}

/**
 * The publishers of a page, by SID. Columns of publishers who have gone stay for a while, so that the others keep their
 * places and a change renders little.
 */
const useColumns = (publishers: ReadonlyArray<string>, first: number): ReadonlyArray<string> => {
  const shown = useRef<ReadonlyArray<string>>([])
  const shownFirst = useRef(first)
  const swept = useSignal(0)
  void swept.value
  if (shownFirst.current !== first) shown.current = []
  shownFirst.current = first
  const page = publishers.slice(first, first + pageColumns)
  shown.current = [...new Set([...shown.current, ...page])].slice(0, pageColumns)
  const isStale = shown.current.some((sid) => !publishers.includes(sid))
  useEffect(() => {
    if (!isStale) return undefined
    const timer = setTimeout(() => {
      shown.current = []
      swept.value++
    }, lingerMillis)
    return () => clearTimeout(timer)
  }, [isStale])
  return shown.current
}

const Pages = ({
  label,
  pageSize,
  start,
  total
}: {
  readonly label: string
  readonly pageSize: number
  readonly start: Signal<number>
  readonly total: number
}) => (
  <div aria-label={label} class="bar" role="group">
    <button
      aria-disabled={start.value === 0}
      onClick={() => (start.value = Math.max(0, start.value - pageSize))}
      type="button"
    >
      Previous {label}
    </button>
    <output>
      {Math.min(start.value + 1, total)} to {Math.min(start.value + pageSize, total)} of {total} {label}
    </output>
    <button
      aria-disabled={start.value + pageSize >= total}
      onClick={() => {
        if (start.value + pageSize < total) start.value += pageSize
      }}
      type="button"
    >
      Next {label}
    </button>
  </div>
)

interface MatrixProps {
  readonly subscriptions: Subscriptions
  readonly from: number
  readonly firstColumn: number
}

const Matrix = ({ firstColumn, from, subscriptions }: MatrixProps) => {
  const { participants, receives, tracks } = subscriptions
  const publishers = publishersOf(subscriptions)
  const columns = useColumns(publishers, firstColumn)
  const identities = new Map(participants.map(({ identity, sid }) => [sid, identity]))
  const byPublisher = Map.groupBy(tracks, ({ publisherSid }) => publisherSid)
  return (
    <div class="scroll" role="region" aria-label="Matrix" tabIndex={0}>
      <table aria-colcount={publishers.length + 1} aria-rowcount={participants.length + 1} class="matrix">
        <caption>Rows receive columns</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Subscriber</th>
            {columns.map((sid, index) => (
              <th aria-colindex={firstColumn + index + 2} key={sid} scope="col">
                {identities.get(sid) ?? "(left)"} <small>{published(byPublisher.get(sid) ?? [])}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {participants.slice(from, from + pageRows).map((subscriber, index) => {
            const sids = new Set(receives[subscriber.sid])
            return (
              <tr aria-rowindex={from + index + 2} key={subscriber.sid}>
                <th scope="row">{subscriber.identity}</th>
                {columns.map((sid) => (
                  <td key={sid}>{sid === subscriber.sid ? "self" : received(byPublisher.get(sid) ?? [], sids)}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Counts the changes of a room, snapshots included. Changes that follow one another count once. */
const useRevision = (room: string): number => {
  const revision = useSignal(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = Store.onChange((change) => {
      if (change.roomSid !== room || timer !== undefined) return
      timer = setTimeout(() => {
        timer = undefined
        revision.value++
      }, quietMillis)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [room])
  return revision.value + Store.snapshots.value
}

export const Receivers = ({ room }: { readonly room: string }) => {
  const from = useSignal(0)
  const firstColumn = useSignal(0)
  const revision = useRevision(room)
  const first = from.value
  const load = async () => {
    const path = `${Api.path`rooms/${room}/subscriptions`}?from=${first}&to=${first + pageRows}`
    const subscriptions = await Api.get<Subscriptions>(path)
    // The participants of the last page may have left.
    if (first >= subscriptions.participants.length) from.value = Math.max(0, first - pageRows)
    return { from: first, subscriptions }
  }
  const { failure, value } = useLoaded(load, [first, revision]).value
  return (
    <>
      <h1>
        Who receives whom in <RoomLink room={room} />
      </h1>
      <p>
        <a href={Router.link("rooms", room)}>Timeline</a>
      </p>
      <p class="failure" role="alert">
        {failure}
      </p>
      {value === undefined ? null : (
        <>
          <Matrix firstColumn={firstColumn.value} {...value} />
          <Pages label="subscribers" pageSize={pageRows} start={from} total={value.subscriptions.participants.length} />
          <Pages
            label="publishers"
            pageSize={pageColumns}
            start={firstColumn}
            total={publishersOf(value.subscriptions).length}
          />
        </>
      )}
    </>
  )
}
