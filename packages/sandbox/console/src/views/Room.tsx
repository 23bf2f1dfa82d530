/**
 * A room: its timeline, and the actions on it and on its participants.
 */
import { useSignal } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import { Button, Form, useAction, type Action } from "../Action.tsx"
import * as Api from "../Api.ts"
import * as Router from "../Router.ts"
import { RoomTimeline } from "../RoomTimeline.ts"
import * as Store from "../Store.ts"
import * as Time from "../Time.ts"
import { Check } from "./Fields.tsx"
import { Participant } from "./Participant.tsx"
import { Timeline } from "./Timeline.tsx"

interface RoomProps {
  readonly room: string
}

const Join = ({ action, room }: RoomProps & { readonly action: Action }) => {
  const identities = useSignal("")
  const subscribes = useSignal(true)
  const join = async () => {
    await Api.run("POST", Api.path`rooms/${room}/participants`, {
      identities: identities.value.split("\n").filter((line) => line !== ""),
      automaticSubscription: subscribes.value
    })
    identities.value = ""
  }
  return (
    <Form action={action} control={join} submit="Join">
      <label>
        Join{" "}
        <textarea
          onInput={(event) => (identities.value = event.currentTarget.value)}
          placeholder="one identity per line"
          required
          rows={1}
          value={identities}
        />
      </label>
      <Check label="subscribe to all" value={subscribes} />
    </Form>
  )
}

const Summary = ({ room }: RoomProps) => {
  const summary = Store.room(room)?.value
  if (summary === undefined) return <p>The sandbox no longer has this room.</p>
  const { connected, created, ended, maxParticipants, reconnecting, status, total, tracks } = summary
  return (
    <p class="summary">
      <span class={`badge ${status}`}>{status}</span>{" "}
      <span>
        {connected} connected, {reconnecting} reconnecting, {total} in all, at most {maxParticipants} · {tracks} tracks
      </span>{" "}
      <span>
        · created {Time.dateTime(created)}
        {ended === undefined ? "" : `, ended ${Time.dateTime(ended)}`} UTC
      </span>
    </p>
  )
}

export const Room = ({ room }: RoomProps) => {
  const timeline = useMemo(() => new RoomTimeline(room), [])
  const open = useSignal<string | undefined>(undefined)
  const action = useAction()
  useEffect(() => timeline.start(), [])
  // Read for the list, which may not have had the room before.
  void Store.roomSids.value
  const summary = timeline.room.value
  return (
    <>
      <div class="bar">
        <h1>{summary?.uniqueName ?? room}</h1>
        <code>{room}</code>
        <a href={Router.link("rooms", room, "receivers")}>Who receives whom</a>
        <Button action={action} control={() => Api.run("POST", Api.path`rooms/${room}/complete`)}>
          Complete
        </Button>
      </div>
      <Summary room={room} />
      <Join action={action} room={room} />
      {timeline.failure.value === "" ? null : (
        <p class="failure" role="alert">
          {timeline.failure}{" "}
          <button onClick={() => void timeline.load()} type="button">
            Try again
          </button>
        </p>
      )}
      {timeline.dropped.value === 0 ? null : (
        <p>{timeline.dropped} earlier parts of the history were dropped, since it is bounded.</p>
      )}
      {summary === undefined ? null : (
        <div class="split">
          <Timeline onOpen={(sid) => (open.value = sid)} open={open} timeline={timeline} />
          {open.value === undefined ? null : (
            <Participant
              key={open.value}
              onClose={() => (open.value = undefined)}
              room={room}
              sid={open.value}
              timeline={timeline}
            />
          )}
        </div>
      )}
    </>
  )
}
