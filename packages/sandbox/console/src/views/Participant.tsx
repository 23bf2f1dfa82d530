/**
 * One participant of a room: the actions, the published tracks, the subscribe rules, and the events as text.
 */
import { useSignal } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import type { TimelineParticipant } from "../../../src/internal/served/ConsoleProtocol.ts"
import { Button, Failure, Form, useAction, type Action } from "../Action.tsx"
import * as Api from "../Api.ts"
import * as Router from "../Router.ts"
import type { RoomTimeline } from "../RoomTimeline.ts"
import * as TimelineItems from "../TimelineItems.ts"
import { Check, Choice, Text } from "./Fields.tsx"

const kinds = ["audio", "video", "data"]

/** The events shown as text. The timeline has more. */
const latest = 30

interface PartProps {
  readonly action: Action
  readonly base: string
  readonly participant: TimelineParticipant
}

const Actions = ({ action, base, participant }: PartProps) => {
  const button = (name: string, text: string) => (
    <Button action={action} control={() => Api.run("POST", `${base}/${name}`)}>
      {text}
    </Button>
  )
  return (
    <div class="bar">
      {button("leave", "Leave")}
      {participant.status === "reconnecting"
        ? button("regain-connection", "Regain connection")
        : button("lose-connection", "Lose connection")}
      {button("remove", "Remove")}
      {button("anonymize", "Anonymize")}
    </div>
  )
}

const Publish = ({ base }: Pick<PartProps, "base">) => {
  const action = useAction()
  const kind = useSignal("audio")
  const name = useSignal("")
  const muted = useSignal(false)
  const publish = async () => {
    const track = { kind: kind.value, enabled: !muted.value, ...(name.value === "" ? {} : { name: name.value }) }
    await Api.run("POST", `${base}/tracks`, track)
    name.value = ""
  }
  return (
    <Form action={action} control={publish} submit="Publish">
      <Choice label="Kind" options={kinds} value={kind} />
      <Text label="Name" placeholder="optional" value={name} />
      <Check label="muted" value={muted} />
    </Form>
  )
}

const Tracks = ({ action, base, participant }: PartProps) => {
  const { ended } = participant
  // Hidden at the end instead of removed, so that leaving changes few elements.
  const published = participant.tracks.filter(({ to }) => to === ended)
  return (
    <ul class="tracks" hidden={ended !== undefined}>
      {published.map(({ kind, muted, name, sid }) => {
        const isMuted = muted.at(-1) !== undefined && muted.at(-1)?.to === undefined
        const button = (step: string, text: string) => (
          <Button action={action} control={() => Api.run("POST", `${base}/tracks/${sid}/${step}`)}>
            {text} <span class="hidden">{name}</span>
          </Button>
        )
        return (
          <li key={sid}>
            <span>
              {kind} <b>{name}</b>
              {isMuted ? " (muted)" : ""}
            </span>
            {isMuted ? button("enable", "Unmute") : button("disable", "Mute")}
            {button("unpublish", "Unpublish")}
          </li>
        )
      })}
    </ul>
  )
}

const Events = ({ participant }: Pick<PartProps, "participant">) => {
  const items = TimelineItems.of(participant)
  return (
    <>
      <h3>Events</h3>
      <ol class="events">
        {items.slice(-latest).map(({ id, requestId, text }) => (
          <li key={id}>
            {text}
            {requestId === undefined ? null : (
              <>
                {" "}
                <a href={Router.link("journal", requestId)}>request</a>
              </>
            )}
          </li>
        ))}
      </ol>
      {items.length > latest ? <p>There are {items.length - latest} earlier events.</p> : null}
    </>
  )
}

interface Props {
  readonly room: string
  readonly sid: string
  readonly timeline: RoomTimeline
  readonly onClose: () => void
}

export const Participant = ({ onClose, room, sid, timeline }: Props) => {
  const action = useAction()
  const panel = useRef<HTMLElement>(null)
  // On a phone it's below the timeline.
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), [])
  const participant = timeline.participant(sid)?.value
  if (participant === undefined) return null
  const base = Api.path`rooms/${room}/participants/${sid}`
  return (
    <section aria-label="Participant" class="panel" ref={panel}>
      <div class="bar">
        <h2>{participant.identity}</h2>
        <button onClick={onClose} type="button">
          Close
        </button>
      </div>
      <p>
        <code>{sid}</code> <span class={`state ${participant.status}`}>{participant.status}</span>
      </p>
      <Actions action={action} base={base} participant={participant} />
      <Failure action={action} />
      <h3>Tracks</h3>
      <Tracks action={action} base={base} participant={participant} />
      <Publish base={base} />
      <h3>Subscribe rules</h3>
      <ul class="rules">
        {participant.rules.map((rule, i) => (
          <li key={i}>
            <code>{JSON.stringify(rule)}</code>
          </li>
        ))}
      </ul>
      <Events participant={participant} />
    </section>
  )
}
