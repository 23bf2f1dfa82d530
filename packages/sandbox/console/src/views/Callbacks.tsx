/**
 * The deliveries of status callbacks, and one of them in detail.
 */
import { signal, useComputed } from "@preact/signals"
import type { CallbackDelivery } from "../../../src/CallbackDelivery.ts"
import type { CallbackSummary } from "../../../src/internal/served/ConsoleProtocol.ts"
import { Button, Failure, useAction } from "../Action.tsx"
import * as Api from "../Api.ts"
import { List } from "../List.tsx"
import * as Router from "../Router.ts"
import * as Store from "../Store.ts"
import * as Time from "../Time.ts"
import { Detail, Facts, milliseconds, Parameters, RoomLink, Split } from "./Detail.tsx"
import { Choice, Text } from "./Fields.tsx"
import { erasures, useLoaded } from "./Loading.ts"

const resultOf = ({ problem, status }: { readonly problem?: string; readonly status?: number }): string =>
  status === undefined ? (problem ?? "") : String(status)

const Cells = ({ id }: { readonly id: string }) => {
  const callback = Store.callbacks.get(id)?.value
  if (callback === undefined) return null
  const { attempts, deliveryStatus, event, faults = [], method, roomSid, url } = callback
  return (
    <>
      <div role="gridcell">{Time.time(Date.parse(callback.at))}</div>
      <div role="rowheader">{event}</div>
      <div role="gridcell">{Store.room(roomSid)?.value.uniqueName ?? roomSid}</div>
      <div role="gridcell">
        {method} {url}
      </div>
      <div role="gridcell">
        <span class={`badge ${deliveryStatus}`}>
          {[deliveryStatus, resultOf(callback), ...faults].filter((text) => text !== "").join(", ")}
        </span>
      </div>
      <div role="gridcell">{attempts}</div>
    </>
  )
}

const cells = (id: string) => <Cells id={id} />

const statuses: Readonly<Record<CallbackDelivery["deliveryStatus"], true>> = {
  pending: true,
  delivered: true,
  failed: true,
  "refused-host": true,
  dropped: true
}

const status = signal("")

const search = signal("")

const matches = (callback: CallbackSummary, text: string): boolean => {
  if (status.value !== "" && callback.deliveryStatus !== status.value) return false
  const name = Store.room(callback.roomSid)?.peek().uniqueName ?? ""
  return `${callback.event} ${callback.roomSid} ${name} ${callback.url} ${callback.id}`.toLowerCase().includes(text)
}

const Attempts = ({ attempts }: Pick<CallbackDelivery, "attempts">) => (
  <table>
    <caption>Attempts</caption>
    <thead>
      <tr>
        <th scope="col">Time (UTC)</th>
        <th scope="col">Result</th>
        <th scope="col">Duration</th>
        <th scope="col">Answer</th>
      </tr>
    </thead>
    <tbody>
      {attempts.map((attempt, index) => (
        <tr key={index}>
          <td>{Time.time(Date.parse(attempt.at))}</td>
          <td>{resultOf(attempt)}</td>
          <td>{milliseconds(attempt.duration)}</td>
          <td>
            <pre>{attempt.answer}</pre>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Callback = ({ id }: { readonly id: string }) => {
  const action = useAction()
  const summary = Store.callbacks.get(id)?.value
  const { failure, value: record } = useLoaded(
    () => Api.get<CallbackDelivery>(Api.path`callbacks/${id}`),
    [summary, erasures.value]
  ).value
  if (record === undefined) return <Detail failure={failure} title={id} view="callbacks" />
  return (
    <Detail failure={failure} title={record.event} view="callbacks">
      <div class="bar">
        <Button action={action} control={() => Api.run("POST", Api.path`callbacks/${id}/replay`)}>
          Replay
        </Button>
        <Failure action={action} />
      </div>
      <Facts
        facts={[
          ["Delivery", record.deliveryStatus],
          ["Problem", record.problem],
          ["Faults", record.faults?.join(", ")],
          ["Receiver", `${record.method} ${record.url}`],
          ["Room", <RoomLink room={record.roomSid} />],
          ["Sequence number", record.sequenceNumber],
          ["Time", record.at],
          ["Signature", record.signature],
          ["Id", record.id]
        ]}
      />
      <Parameters title="Parameters" values={record.parameters} />
      {record.attempts.length === 0 ? null : <Attempts attempts={record.attempts} />}
    </Detail>
  )
}

export const Callbacks = ({ id }: { readonly id: string | undefined }) => {
  const action = useAction()
  const keys = useComputed(() => {
    void Store.callbacks.version.value
    const text = search.value.trim().toLowerCase()
    return Store.callbacks.ids.value.filter((id) => {
      const callback = Store.callbacks.get(id)?.peek()
      return callback !== undefined && matches(callback, text)
    })
  })
  return (
    <>
      <h1>Callbacks</h1>
      <div class="bar" role="search">
        <Choice label="Status" none="all" options={Object.keys(statuses)} value={status} />
        <Text label="Text" placeholder="in event, room or URL" type="search" value={search} />
        <Button action={action} control={() => Api.run("DELETE", "callbacks")}>
          Clear
        </Button>
        <span>{useComputed(() => `${keys.value.length} of ${Store.callbacks.ids.value.length} callbacks`)}</span>
        <Failure action={action} />
      </div>
      <Split detail={id === undefined ? null : <Callback id={id} key={id} />}>
        <List
          cells={cells}
          columns={["Time (UTC)", "Event", "Room", "Receiver", "Status", "Attempts"]}
          empty="No callback. Rooms with a StatusCallback send them when something happens."
          follows
          id="callbacks"
          keys={keys}
          label="Callbacks"
          onOpen={(id) => Router.go("callbacks", id)}
          open={useComputed(() => Router.route.value.id)}
        />
      </Split>
    </>
  )
}
