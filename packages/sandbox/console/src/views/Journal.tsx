/**
 * The request log: filters, and one request in detail.
 */
import { signal, useComputed, useSignal } from "@preact/signals"
import type { RequestSummary } from "../../../src/internal/served/ConsoleProtocol.ts"
import type { LoggedRequest } from "../../../src/LoggedRequest.ts"
import { Button, Failure, useAction } from "../Action.tsx"
import * as Api from "../Api.ts"
import { List } from "../List.tsx"
import * as Router from "../Router.ts"
import * as Store from "../Store.ts"
import * as Time from "../Time.ts"
import * as CopyAsCurl from "./CopyAsCurl.ts"
import * as CopyAsEffect from "./CopyAsEffect.ts"
import { Body, Copy, Detail, Facts, milliseconds, Parameters, RoomLink, Split } from "./Detail.tsx"
import { Check, Choice, Text } from "./Fields.tsx"
import { useLoaded } from "./Loading.ts"
import { operations } from "./Operations.ts"

const statusOf = ({ abandoned, fault, status }: RequestSummary): string => {
  const isCut = fault === "reset" || fault === "lost-response"
  const shown = status === undefined ? (isCut ? "no response" : "pending") : String(status)
  return abandoned === true ? `${shown}, abandoned` : shown
}

const Cells = ({ id }: { readonly id: string }) => {
  const request = Store.requests.get(id)?.value
  // A row of a paused list may be gone from the log.
  if (request === undefined) return <div role="rowheader">No longer kept</div>
  return (
    <>
      <div role="gridcell">{Time.time(Date.parse(request.at))}</div>
      <div role="rowheader">
        {request.method} {request.path}
      </div>
      <div role="gridcell">{request.operation}</div>
      <div role="gridcell">
        <span class={`badge status-${Math.floor((request.status ?? 0) / 100)}`}>{statusOf(request)}</span>
      </div>
      <div role="gridcell">{milliseconds(request.duration)}</div>
      <div role="gridcell">{request.fault}</div>
    </>
  )
}

const cells = (id: string) => <Cells id={id} />

/** The filters stay while other views are open. */
const filter = {
  operation: signal(""),
  room: signal(""),
  participant: signal(""),
  status: signal(""),
  text: signal(""),
  onlyFaults: signal(false)
}

const includes = (value: string | undefined, text: string): boolean =>
  text === "" || value?.toLowerCase().includes(text) === true

/** The SIDs and names of the rooms that have this SID or name: a request may use either. */
const namesOf = (text: string): ReadonlyArray<string> =>
  Store.roomSids.value.flatMap((sid) => {
    const name = Store.room(sid)?.peek().uniqueName
    return text !== "" && (sid.toLowerCase() === text || name?.toLowerCase() === text) ? [sid, name ?? sid] : []
  })

/** The filters as a predicate. */
const matcher = (): ((request: RequestSummary) => boolean) => {
  const operation = filter.operation.value
  const onlyFaults = filter.onlyFaults.value
  const room = filter.room.value.trim().toLowerCase()
  const participant = filter.participant.value.trim().toLowerCase()
  const text = filter.text.value.trim().toLowerCase()
  const status = filter.status.value.trim().replace(/x+$/iu, "")
  const names = namesOf(room)
  return (request) =>
    (operation === "" || request.operation === operation) &&
    (!onlyFaults || request.fault !== undefined) &&
    (includes(request.room, room) || names.includes(request.room ?? "")) &&
    includes(request.participant, participant) &&
    (status === "" || String(request.status ?? "").startsWith(status)) &&
    includes(`${request.method} ${request.path} ${request.operation ?? ""} ${request.id}`, text)
}

const isFiltered = (): boolean => Object.values(filter).some(({ value }) => value !== "" && value !== false)

const Filters = () => (
  <div class="bar" role="search">
    <Choice label="Operation" none="all" options={operations} value={filter.operation} />
    <Text label="Room" placeholder="SID or name" type="search" value={filter.room} />
    <Text label="Participant" placeholder="SID or identity" type="search" value={filter.participant} />
    <Text label="Status" placeholder="404 or 4xx" type="search" value={filter.status} />
    <Text label="Text" placeholder="in path or id" type="search" value={filter.text} />
    <Check label="Only faults" value={filter.onlyFaults} />
  </div>
)

const parametersOf = (values: LoggedRequest["form"] = {}): ReadonlyArray<readonly [string, string]> =>
  Object.entries(values).flatMap(([name, all]) => all.map((value) => [name, value] as const))

/** How many changes are shown. A room that's completed has one for each participant. */
const maximumChanges = 20

const Changes = ({ changes }: Pick<LoggedRequest, "changes">) => {
  if (changes.length === 0) return null
  return (
    <>
      <h3>Changes</h3>
      <ul>
        {changes.slice(0, maximumChanges).map(({ participantSid, roomSid, type }, index) => (
          <li key={index}>
            {type} in <RoomLink room={roomSid} /> {participantSid}
          </li>
        ))}
      </ul>
      {changes.length > maximumChanges ? <p>and {changes.length - maximumChanges} more</p> : null}
    </>
  )
}

const Request = ({ id }: { readonly id: string }) => {
  const summary = Store.requests.get(id)?.value
  const { failure, value: record } = useLoaded(() => Api.get<LoggedRequest>(Api.path`requests/${id}`), [summary]).value
  if (record === undefined) return <Detail failure={failure} title={id} view="journal" />
  const { changes, form, headers, method, operation, path, query } = record
  const copied = { method, path, form: parametersOf(form) }
  const effect = CopyAsEffect.toEffect(operation === undefined ? copied : { ...copied, operation })
  return (
    <Detail failure={failure} title={`${method} ${path}`} view="journal">
      <Facts
        facts={[
          ["Operation", operation],
          ["Status", statusOf(record)],
          ["Fault", record.fault],
          ["Time", record.at],
          ["Duration", milliseconds(record.duration)],
          ["Room", record.room === undefined ? undefined : <RoomLink room={record.room} />],
          ["Participant", record.participant],
          ["Id", record.id]
        ]}
      />
      <Copy name="curl" text={CopyAsCurl.toCurl(location.origin, copied)} />
      {effect === undefined ? null : <Copy name="Effect" text={effect} />}
      <Parameters title="Query" values={query} />
      <Parameters title="Form" values={form} />
      <Parameters title="Headers" values={headers} />
      <Changes changes={changes} />
      <Body body={record.answer} title="Answer" />
    </Detail>
  )
}

export const Journal = ({ id }: { readonly id: string | undefined }) => {
  const action = useAction()
  const paused = useSignal<{ readonly ids: ReadonlyArray<string>; readonly dropped: number } | undefined>(undefined)
  const open = useComputed(() => Router.route.value.id)
  const keys = useComputed(() => {
    const ids = paused.value?.ids ?? Store.requests.ids.value
    if (!isFiltered()) return ids
    void Store.requests.version.value
    const matches = matcher()
    return ids.filter((id) => {
      const request = Store.requests.get(id)?.peek()
      return request !== undefined && matches(request)
    })
  })
  const dropped = useComputed(() => (isFiltered() ? 0 : (paused.value?.dropped ?? Store.requests.dropped.value)))
  const counts = useComputed(() => {
    const gone = Store.requests.dropped.value
    const total = Store.requests.ids.value.length
    return `${keys.value.length} of ${total} requests${gone === 0 ? "" : `, ${gone} earlier ones dropped`}`
  })
  const pause = () => {
    const { dropped, ids } = Store.requests
    paused.value = paused.value === undefined ? { ids: ids.peek(), dropped: dropped.peek() } : undefined
  }
  const clear = async () => {
    await Api.run("DELETE", "requests")
    paused.value = undefined
  }
  return (
    <>
      <h1>Journal</h1>
      <Filters />
      <div class="bar">
        <button aria-pressed={useComputed(() => paused.value !== undefined)} onClick={pause} type="button">
          Pause
        </button>
        <Button action={action} control={clear}>
          Clear
        </Button>
        <span>{counts}</span>
        <Failure action={action} />
      </div>
      <Split detail={id === undefined ? null : <Request id={id} key={id} />}>
        <List
          cells={cells}
          columns={["Time (UTC)", "Request", "Operation", "Status", "Duration", "Fault"]}
          dropped={dropped}
          empty="No request. Requests to Twilio's API appear here."
          follows
          id="journal"
          keys={keys}
          label="Requests"
          onOpen={(id) => Router.go("journal", id)}
          open={open}
        />
      </Split>
    </>
  )
}
