/**
 * Fault rules of requests and of deliveries: a form for common ones, and all rules as JSON.
 */
import type { EventName } from "../../../../src/EventName.ts"
import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals"
import { Button, Failure, Form, useAction } from "../../Action.tsx"
import * as Api from "../../Api.ts"
import * as Store from "../../Store.ts"
import { Choice, Text } from "../Fields.tsx"
import { operations } from "../Operations.ts"

interface Rules {
  readonly title: string
  /** The path of the controls. */
  readonly path: string
  readonly counts: ReadonlySignal<ReadonlyArray<unknown>>
  /** The types of faults, each with the member that it needs. */
  readonly types: Readonly<Record<string, "status" | "millis" | undefined>>
  /** The member of a rule that says what it hits. */
  readonly scope: "operations" | "events"
  readonly scopes: ReadonlyArray<string>
}

const labels = { status: "Status", millis: "Milliseconds", operations: "Operation", events: "Event" }

interface Count {
  readonly rule: unknown
  readonly triggered: number
}

const countOf = (value: unknown): Count => value as Count // The server's own form.

const numberOf = (text: string): number | undefined => (text.trim() === "" ? undefined : Number(text))

const NewRule = ({ counts, path, scope, scopes, types }: Rules) => {
  const action = useAction()
  const type = useSignal(Object.keys(types)[0] ?? "")
  const target = useSignal("")
  const parameters = { status: useSignal("503"), millis: useSignal("1000") }
  const times = useSignal("1")
  const percent = useSignal("100")
  const add = () => {
    const name = types[type.value]
    const rule = {
      ...(target.value === "" ? {} : { [scope]: [target.value] }),
      rate: (numberOf(percent.value) ?? 100) / 100,
      times: numberOf(times.value),
      fault: { type: type.value, ...(name === undefined ? {} : { [name]: Number(parameters[name].value) }) }
    }
    return Api.run("PUT", path, [...counts.value.map((value) => countOf(value).rule), rule])
  }
  const parameter = types[type.value]
  return (
    <Form action={action} control={add} submit="Add">
      <Choice label="Fault" options={Object.keys(types)} value={type} />
      {parameter === undefined ? null : (
        <Text label={labels[parameter]} min={0} type="number" value={parameters[parameter]} />
      )}
      <Choice label={labels[scope]} none="all" options={scopes} value={target} />
      <Text label="Times" min={0} placeholder="no limit" type="number" value={times} />
      <Text label="Percent" min={0} step="any" type="number" value={percent} />
    </Form>
  )
}

const JsonRules = ({ counts, path, title }: Rules) => {
  const action = useAction()
  const current = useComputed(() =>
    JSON.stringify(
      counts.value.map((value) => countOf(value).rule),
      null,
      2
    )
  )
  /** What is typed; the rules in force until then. */
  const draft = useSignal<string | undefined>(undefined)
  const replace = async () => {
    await Api.run("PUT", path, JSON.parse(draft.value ?? current.value))
    draft.value = undefined
  }
  return (
    <Form action={action} control={replace} submit="Replace all rules">
      <label>
        {title} as JSON{" "}
        <textarea
          onInput={(event) => (draft.value = event.currentTarget.value)}
          rows={6}
          spellcheck={false}
          value={useComputed(() => draft.value ?? current.value)}
        />
      </label>
      <button onClick={() => (draft.value = undefined)} type="button">
        Show rules in force
      </button>
    </Form>
  )
}

const FaultTool = (rules: Rules) => {
  const { counts, path, title } = rules
  const action = useAction()
  const removed = useSignal<ReadonlyArray<unknown>>([])
  const turnOff = async () => {
    const before = counts.value.map((value) => countOf(value).rule)
    await Api.run("DELETE", path)
    if (before.length > 0) removed.value = before
  }
  return (
    <section class="tool" aria-labelledby={path}>
      <h2 id={path}>{title}</h2>
      {counts.value.length === 0 ? <p>Off: there are no rules.</p> : null}
      <ol>
        {counts.value.map((value, index) => (
          <li key={index}>
            <code>{JSON.stringify(countOf(value).rule)}</code> {countOf(value).triggered} hit
          </li>
        ))}
      </ol>
      <div class="bar">
        <Button action={action} control={turnOff}>
          Turn off
        </Button>
        {counts.value.length > 0 || removed.value.length === 0 ? null : (
          <Button action={action} control={() => Api.run("PUT", path, removed.value)}>
            Turn on again
          </Button>
        )}
        <Failure action={action} />
      </div>
      <NewRule {...rules} />
      <JsonRules {...rules} />
    </section>
  )
}

const events: ReadonlyArray<EventName> = [
  "room-created",
  "room-ended",
  "participant-connected",
  "participant-disconnected",
  "track-added",
  "track-removed",
  "track-enabled",
  "track-disabled"
]

export const RequestFaultTool = () => (
  <FaultTool
    counts={useComputed(() => Store.faults.value.faults)}
    path="faults"
    scope="operations"
    scopes={operations}
    title="Faults"
    types={{
      status: "status",
      delay: "millis",
      "late-response": "millis",
      reset: undefined,
      "lost-response": undefined,
      "truncated-body": undefined,
      html: undefined,
      "wrong-content-type": undefined
    }}
  />
)

export const DeliveryFaultTool = () => (
  <FaultTool
    counts={useComputed(() => Store.faults.value.deliveryFaults)}
    path="callbacks/faults"
    scope="events"
    scopes={events}
    title="Delivery faults"
    types={{
      lost: undefined,
      twice: undefined,
      late: "millis",
      "out-of-order": undefined,
      "wrong-signature": undefined
    }}
  />
)
