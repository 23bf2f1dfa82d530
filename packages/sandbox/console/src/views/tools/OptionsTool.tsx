/**
 * The options in force. The choices of each come from the controls' OpenAPI document.
 */
import { useSignal, type Signal } from "@preact/signals"
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

interface Options {
  readonly assumptions: Readonly<Record<string, Value>>
  readonly quota: Quota | null
  readonly seed: string
  readonly requestLog: number
  readonly callbackLog: number
  readonly publicOrigin: string | null
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
const choicesOf = ({ anyOf, enum: values, type }: JsonSchema = {}): ReadonlyArray<Value> | undefined => {
  if (values !== undefined) return values
  if (type === "boolean") return [true, false]
  const members = anyOf?.map(choicesOf)
  return members?.some((member) => member === undefined) === false
    ? members.flatMap((member) => member ?? [])
    : undefined
}

interface AssumptionProps {
  readonly name: string
  readonly value: Value
  readonly choices: ReadonlyArray<Value> | undefined
  readonly change: (value: Value) => Promise<boolean>
}

/** A text as the value that it stands for: a number if the assumption has one. */
const valueOf = (text: string, value: Value): Value =>
  typeof value === "number" && /^\d+$/u.test(text) ? Number(text) : text

const Assumption = ({ change, choices, name, value }: AssumptionProps) => {
  // The server's value is shown until it accepts another.
  const submit = async (field: HTMLInputElement | HTMLSelectElement, wanted: Value) => {
    if (!(await change(wanted))) field.value = String(value)
  }
  return (
    <tr>
      <th scope="row">
        <label for={`assumption-${name}`}>{name}</label>
      </th>
      <td>
        {choices === undefined ? (
          <input
            id={`assumption-${name}`}
            onChange={(event) => void submit(event.currentTarget, valueOf(event.currentTarget.value, value))}
            value={String(value)}
          />
        ) : (
          <select
            id={`assumption-${name}`}
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

interface SettingsProps {
  readonly options: Options
  readonly patch: (values: Partial<Options>) => Promise<void>
}

const useText = (value: string): Signal<string> => {
  const text = useSignal(value)
  useEffect(() => {
    text.value = value
  }, [value])
  return text
}

const Settings = ({ options, patch }: SettingsProps) => {
  const action = useAction()
  const reads = useText(String(options.quota?.reads ?? ""))
  const writes = useText(String(options.quota?.writes ?? ""))
  const requestLog = useText(String(options.requestLog))
  const callbackLog = useText(String(options.callbackLog))
  const seed = useText(options.seed)
  const publicOrigin = useText(options.publicOrigin ?? "")
  const hasQuota = () => reads.value !== "" || writes.value !== ""
  return (
    <Form
      action={action}
      control={() =>
        patch({
          quota: hasQuota() ? { reads: Number(reads.value), writes: Number(writes.value) } : null,
          requestLog: Number(requestLog.value),
          callbackLog: Number(callbackLog.value),
          seed: seed.value,
          publicOrigin: publicOrigin.value === "" ? null : publicOrigin.value
        })
      }
      submit="Apply"
    >
      <Text label="Reads per second" min={0} placeholder="no limit" type="number" value={reads} />
      <Text label="Writes per second" min={0} placeholder="no limit" type="number" value={writes} />
      <Text label="Requests to keep" min={0} type="number" value={requestLog} />
      <Text label="Callbacks to keep" min={0} type="number" value={callbackLog} />
      <Text label="Seed" value={seed} />
      <Text label="Public origin" placeholder="of the request" value={publicOrigin} />
    </Form>
  )
}

/** The schema of each assumption, by name. */
const assumptionSchemas = ({ paths }: Document): JsonSchema["properties"] =>
  paths["/sandbox/options"].patch.requestBody.content["application/json"].schema.properties?.assumptions?.properties

const load = async () => {
  const [document, options] = await Promise.all([Api.get<Document>("openapi.json"), Api.get<Options>("options")])
  return { options, schemas: assumptionSchemas(document) }
}

export const OptionsTool = () => {
  const action = useAction()
  const loaded = useLoaded(load, [Store.snapshots.value])
  const { failure, value } = loaded.value
  const patch = async (values: Readonly<Record<string, unknown>>) => {
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
          <Settings options={value.options} patch={patch} />
          <Failure action={action} />
          <table>
            <caption>Assumptions: what the sandbox does where Twilio documents nothing</caption>
            <tbody>
              {Object.entries(value.options.assumptions).map(([name, assumption]) => (
                <Assumption
                  change={(wanted) => action.run(() => patch({ assumptions: { [name]: wanted } }))}
                  choices={choicesOf(value.schemas?.[name])}
                  key={name}
                  name={name}
                  value={assumption}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  )
}
