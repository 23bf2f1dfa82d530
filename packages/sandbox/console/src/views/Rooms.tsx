/**
 * All rooms with their counts and states, searchable.
 */
import { useComputed, useSignal } from "@preact/signals"
import { Form, useAction } from "../Action.tsx"
import * as Api from "../Api.ts"
import { List } from "../List.tsx"
import * as Router from "../Router.ts"
import * as Store from "../Store.ts"
import * as Time from "../Time.ts"
import { Choice, Text } from "./Fields.tsx"

const statuses = ["in-progress", "completed"]

const cells = (sid: string) => <Cells sid={sid} />

const Cells = ({ sid }: { readonly sid: string }) => {
  const room = Store.room(sid)?.value
  if (room === undefined) return null
  const present = room.connected + room.reconnecting
  return (
    <>
      <div role="rowheader">{room.uniqueName ?? room.sid}</div>
      <div role="gridcell">
        <span class={`badge ${room.status}`}>{room.status}</span>
      </div>
      <div role="gridcell">
        {present} of {room.total}
        {room.reconnecting === 0 ? "" : `, ${room.reconnecting} reconnecting`}
      </div>
      <div role="gridcell">{room.tracks}</div>
      <div role="gridcell">{Time.dateTime(room.created)}</div>
      <div role="gridcell">{room.sid}</div>
    </>
  )
}

const OpenRoom = () => {
  const action = useAction()
  const name = useSignal("")
  const open = async () => {
    const uniqueName = name.value.trim()
    const room = await Api.run<{ readonly sid: string }>("POST", "rooms", uniqueName === "" ? {} : { uniqueName })
    name.value = ""
    Router.go("rooms", room.sid)
  }
  return (
    <Form action={action} control={open} submit="Open">
      <Text label="New room" placeholder="unique name" value={name} />
    </Form>
  )
}

export const Rooms = () => {
  const search = useSignal("")
  const status = useSignal("")
  const keys = useComputed(() => {
    void Store.roomsVersion.value
    const text = search.value.trim().toLowerCase()
    return Store.roomSids.value.filter((sid) => {
      const room = Store.room(sid)?.peek()
      if (room === undefined || (status.value !== "" && room.status !== status.value)) return false
      return text === "" || sid.toLowerCase().includes(text) || room.uniqueName?.toLowerCase().includes(text) === true
    })
  })
  return (
    <>
      <h1>Rooms</h1>
      <div class="bar">
        <Text label="Search" type="search" value={search} />
        <Choice label="Status" none="all" options={statuses} value={status} />
        <output>{useComputed(() => `${keys.value.length} of ${Store.roomSids.value.length} rooms`)}</output>
      </div>
      <OpenRoom />
      <List
        cells={cells}
        columns={["Name", "Status", "Participants", "Tracks", "Created (UTC)", "SID"]}
        empty="No room. Open one above, or create one through the API."
        id="rooms"
        keys={keys}
        label="Rooms"
        onOpen={(sid) => Router.go("rooms", sid)}
      />
    </>
  )
}
