/**
 * The options in force. The choices of each come from the controls' OpenAPI document.
 */
import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { Failure, Form, useAction } from "../../Action.tsx"
import * as Api from "../../Api.ts"
import * as Store from "../../Store.ts"
import { Text } from "../Fields.tsx"
import { useLoaded } from "../Loading.ts"

type Value = string | number | boolean | null

interface Quota {
  readonly reads: number
  readonly writes: number
}

/** Beside these, there are options with one value each. */
interface Options extends Readonly<Record<string, unknown>> {
  readonly assumptions: Readonly<Record<string, Value>>
  readonly quota: Quota | null
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: ReadonlyArray<Value>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

interface Document {
  readonly paths: Readonly<
    Record<
      "/sandbox/options",
      {
        readonly patch: {
          readonly requestBody: { readonly content: { readonly "application/json": { readonly schema: JsonSchema } } }
        }
      }
    >
  >
}

/** The values that a schema lists; undefined if it allows others too. */
const choicesOf = ({ anyOf, enum: values, type }: JsonSchema): ReadonlyArray<Value> | undefined => {
  if (values !== undefined) return values
  if (type === "boolean") return [true, false]
  const members = anyOf?.map(choicesOf)
  return members?.some((member) => member === undefined) === false
    ? members.flatMap((member) => member ?? [])
    : undefined
}

const allowsNull = ({ anyOf = [] }: JsonSchema): boolean => anyOf.some(({ type }) => type === "null")

/** The value that a text in a field stands for. */
const valueOf = (text: string, value: Value, schema: JsonSchema): Value => {
  if (text === "" && allowsNull(schema)) return null
  return typeof value === "number" && /^\d+$/u.test(text) ? Number(text) : text
}

interface OptionProps {
  readonly name: string
  readonly value: Value
  readonly schema: JsonSchema | undefined
  readonly change: (value: Value) => Promise<boolean>
}

const Option = ({ change, name, schema = {}, value }: OptionProps) => {
  const choices = choicesOf(schema)
  const id = `option-${name}`
  // What is typed stays while the answer to another change is shown.
  const typed = useSignal<string | undefined>(undefined)
  // The server's value is shown until it accepts another.
  const submit = async (field: HTMLInputElement | HTMLSelectElement, wanted: Value) => {
    if (!(await change(wanted))) field.value = String(value ?? "")
  }
  return (
    <tr>
      <th scope="row">
        <label for={id}>{name}</label>
      </th>
      <td>
        {choices === undefined ? (
          <input
            id={id}
            onChange={(event) => {
              typed.value = undefined
              void submit(event.currentTarget, valueOf(event.currentTarget.value, value, schema))
            }}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
            placeholder={allowsNull(schema) ? "none" : undefined}
            value={typed.value ?? String(value ?? "")}
          />
        ) : (
          <select
            id={id}
            onChange={(event) => {
              const wanted = choices[event.currentTarget.selectedIndex]
              if (wanted !== undefined) void submit(event.currentTarget, wanted)
            }}
            value={String(value)}
          >
            {choices.map((choice) => (
              <option key={String(choice)} value={String(choice)}>
                {String(choice)}
              </option>
            ))}
          </select>
        )}
      </td>
    </tr>
  )
}

type Patch = (values: Readonly<Record<string, unknown>>) => Promise<void>

interface TableProps {
  readonly caption: string
  readonly values: Readonly<Record<string, Value>>
  readonly schemas: JsonSchema["properties"]
  readonly change: (name: string, value: Value) => Promise<boolean>
}

const Table = ({ caption, change, schemas, values }: TableProps) => (
  <table>
    <caption>{caption}</caption>
    <tbody>
      {Object.entries(values).map(([name, value]) => (
        <Option
          change={(wanted) => change(name, wanted)}
          key={name}
          name={name}
          schema={schemas?.[name]}
          value={value}
        />
      ))}
    </tbody>
  </table>
)

const QuotaForm = ({ patch, quota }: { readonly quota: Quota | null; readonly patch: Patch }) => {
  const action = useAction()
  const reads = useSignal("")
  const writes = useSignal("")
  useEffect(() => {
    reads.value = String(quota?.reads ?? "")
    writes.value = String(quota?.writes ?? "")
  }, [quota])
  const isNone = () => reads.value === "" && writes.value === ""
  const values = () => ({ reads: Number(reads.value), writes: Number(writes.value) })
  return (
    <Form action={action} control={() => patch({ quota: isNone() ? null : values() })} submit="Set quota">
      <Text label="Reads per second" min={0} placeholder="no limit" type="number" value={reads} />
      <Text label="Writes per second" min={0} placeholder="no limit" type="number" value={writes} />
    </Form>
  )
}

/** The schema of a change, by option. */
const schemasOf = ({ paths }: Document): JsonSchema["properties"] =>
  paths["/sandbox/options"].patch.requestBody.content["application/json"].schema.properties

const load = async () => {
  const [document, options] = await Promise.all([Api.get<Document>("openapi.json"), Api.get<Options>("options")])
  return { options, schemas: schemasOf(document) }
}

/** The options with one value each. The quota has its own form. */
const settingsOf = (options: Options): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(options).filter(
      (entry): entry is [string, Value] => entry[0] !== "quota" && (entry[1] === null || typeof entry[1] !== "object")
    )
  )

export const OptionsTool = () => {
  const action = useAction()
  const loaded = useLoaded(load, [Store.snapshots.value])
  const { failure, value } = loaded.value
  const patch: Patch = async (values) => {
    const options = await Api.run<Options>("PATCH", "options", values)
    loaded.value = { value: { schemas: value?.schemas, options } }
  }
  return (
    <section class="tool" aria-labelledby="options">
      <h2 id="options">Options</h2>
      <p class="failure" role="alert">
        {failure}
      </p>
      {value === undefined ? null : (
        <>
          <QuotaForm patch={patch} quota={value.options.quota} />
          <Failure action={action} />
          <Table
            caption="Settings"
            change={(name, wanted) => action.run(() => patch({ [name]: wanted }))}
            schemas={value.schemas}
            values={settingsOf(value.options)}
          />
          <Table
            caption="Assumptions: what the sandbox does where Twilio documents nothing"
            change={(name, wanted) => action.run(() => patch({ assumptions: { [name]: wanted } }))}
            schemas={value.schemas?.assumptions?.properties}
            values={value.options.assumptions}
          />
        </>
      )}
    </section>
  )
}
