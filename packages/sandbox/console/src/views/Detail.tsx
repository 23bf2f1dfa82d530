/**
 * One record of a log in full detail, beside the list.
 */
import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useRef } from "preact/hooks"
import * as Router from "../Router.ts"
import * as Store from "../Store.ts"

interface DetailProps {
  readonly view: Router.View
  readonly title: string
  readonly failure?: string | undefined
  readonly children?: ComponentChildren
}

export const Detail = ({ children, failure, title, view }: DetailProps) => (
  <section aria-label="Details" class="panel">
    <div class="bar">
      <h2>{title}</h2>
      <a href={Router.link(view)}>Close</a>
    </div>
    {failure === undefined ? null : (
      <p class="failure" role="alert">
        {failure}
      </p>
    )}
    {children}
  </section>
)

/** A list beside the record that is open. */
export const Split = ({
  children,
  detail
}: {
  readonly children: ComponentChildren
  readonly detail: ComponentChildren
}) => (
  <div class={detail == null ? "split" : "split open"}>
    <div class="master">{children}</div>
    {detail}
    <p class="hidden" role="status">
      {detail == null ? "" : "Details are shown after the list."}
    </p>
  </div>
)

/** How long a request took, such as `0.4 ms`. */
export const milliseconds = (millis: number | undefined): string =>
  millis === undefined ? "" : `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`

type Fact = readonly [name: string, value: ComponentChildren]

/** Names and values. Values that are missing aren't shown. */
export const Facts = ({ facts }: { readonly facts: ReadonlyArray<Fact> }) => (
  <dl class="facts">
    {facts
      .filter(([, value]) => value != null && value !== "")
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)

type Values = Readonly<Record<string, string | ReadonlyArray<string>>>

/** A table of parameters or headers; nothing if there are none. */
export const Parameters = ({
  title,
  values = {}
}: {
  readonly title: string
  readonly values?: Values | undefined
}) => {
  const rows = Object.entries(values).flatMap(([name, value]) => [value].flat().map((item) => [name, item] as const))
  if (rows.length === 0) return null
  return (
    <table>
      <caption>{title}</caption>
      <tbody>
        {rows.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A body: text, or JSON with one member per line. */
export const Body = ({ body, title }: { readonly title: string; readonly body: unknown }) => {
  if (body === undefined || body === "") return null
  return (
    <>
      <h3>{title}</h3>
      <pre tabIndex={0}>{typeof body === "string" ? body : JSON.stringify(body, null, 2)}</pre>
    </>
  )
}

/** A text to copy. Without access to the clipboard, the text is shown and selected. */
export const Copy = ({ name, text }: { readonly name: string; readonly text: string }) => {
  const note = useSignal("")
  const details = useRef<HTMLDetailsElement>(null)
  const shown = useRef<HTMLPreElement>(null)
  const select = () => {
    if (details.current === null || shown.current === null) return
    details.current.open = true
    getSelection()?.selectAllChildren(shown.current)
    note.value = "Selected. Press Ctrl+C."
  }
  const copied = () => {
    note.value = "Copied."
  }
  // Without TLS, only a page on loopback has a clipboard.
  const clipboard = navigator.clipboard as Clipboard | undefined
  return (
    <>
      <div class="bar">
        <button
          onClick={() => (clipboard === undefined ? select() : clipboard.writeText(text).then(copied, select))}
          type="button"
        >
          Copy as {name}
        </button>
        <span role="status">{note}</span>
      </div>
      <details ref={details}>
        <summary>{name}</summary>
        <pre ref={shown} tabIndex={0}>
          {text}
        </pre>
      </details>
    </>
  )
}

/** The SID of the latest room with this SID or unique name; undefined if the sandbox has none. */
const sidOf = (room: string): string | undefined =>
  Store.room(room) === undefined
    ? Store.roomSids.peek().findLast((sid) => Store.room(sid)?.peek().uniqueName === room)
    : room

/** A room's name or SID, as a link to the room if it exists. */
export const RoomLink = ({ room }: { readonly room: string }) => {
  const sid = sidOf(room)
  const name = Store.room(sid ?? "")?.value.uniqueName ?? room
  return sid === undefined ? <>{name}</> : <a href={Router.link("rooms", sid)}>{name}</a>
}
