/**
 * The frame of all views: navigation, the connection's status and the sandbox's clock.
 */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect, useRef } from "preact/hooks"
import * as Api from "./Api.ts"
import * as Connection from "./Connection.ts"
import * as Router from "./Router.ts"
import * as Store from "./Store.ts"
import * as Time from "./Time.ts"
import { Callbacks } from "./views/Callbacks.tsx"
import { Journal } from "./views/Journal.tsx"
import { Receivers } from "./views/Receivers.tsx"
import { Room } from "./views/Room.tsx"
import { Rooms } from "./views/Rooms.tsx"
import { Tools } from "./views/Tools.tsx"

const titles: Readonly<Record<Router.View, string>> = {
  rooms: "Rooms",
  journal: "Journal",
  callbacks: "Callbacks",
  tools: "Tools"
}

const Navigation = () => (
  <nav aria-label="Views">
    {(Object.keys(titles) as Array<Router.View>).map((view) => (
      <a aria-current={Router.route.value.view === view ? "page" : undefined} href={Router.link(view)} key={view}>
        {titles[view]}
      </a>
    ))}
  </nav>
)

const Clock = () => {
  const text = useSignal("")
  useEffect(() => {
    const show = () => {
      text.value = Store.clock.peek().received === 0 ? "" : Time.dateTime(Store.now())
    }
    const timer = setInterval(show, 250)
    return () => clearInterval(timer)
  }, [])
  const { rate } = Store.clock.value
  return (
    <span class="clock">
      <time>{text}</time> UTC{rate === 1 ? "" : rate === 0 ? ", frozen" : `, ${rate}×`}
    </span>
  )
}

const TokenForm = ({ message }: { readonly message: string }) => {
  const input = useRef<HTMLInputElement>(null)
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        Api.setToken(input.current?.value ?? "")
        Connection.retry()
      }}
    >
      <p>{message}</p>
      <label>
        Control token <input autocomplete="off" ref={input} required type="password" />
      </label>
      <button type="submit">Connect</button>
    </form>
  )
}

const Status = () => {
  const status = Connection.status.value
  return (
    <p class={`status ${status.state}`} role="status">
      {status.state === "live" ? "Live" : status.state === "connecting" ? "Connecting" : "Not connected"}
      {status.state === "lost" ? `: ${status.message} Trying again.` : ""}
    </p>
  )
}

const Main = () => {
  const { id, part, view } = Router.route.value
  if (view === "journal") return <Journal id={id} />
  if (view === "callbacks") return <Callbacks id={id} />
  if (view === "tools") return <Tools />
  if (id === undefined) return <Rooms />
  return part === "receivers" ? <Receivers key={id} room={id} /> : <Room key={id} room={id} />
}

export const App = () => {
  const main = useRef<HTMLElement>(null)
  const isStarted = useRef(false)
  // A record that's opened beside its list leaves the focus in the list.
  const shown = useComputed(() => {
    const { id, view } = Router.route.value
    return view === "rooms" ? `${view} ${id}` : view
  })
  useSignalEffect(() => {
    void shown.value
    // Screen readers and the keyboard continue at the new view.
    if (isStarted.current) main.current?.focus()
    isStarted.current = true
  })
  useSignalEffect(() => {
    document.title = `${titles[Router.route.value.view]} · Sandbox console`
  })
  const status = Connection.status.value
  return (
    <>
      <header>
        <strong>Sandbox</strong>
        <Navigation />
        <Clock />
        <Status />
      </header>
      <main ref={main} tabIndex={-1}>
        {status.state === "refused" ? <TokenForm message={status.message} /> : <Main />}
      </main>
    </>
  )
}
