/**
 * Fields whose values are signals, for filters and controls.
 */
import type { Signal } from "@preact/signals"

interface TextProps {
  readonly label: string
  readonly value: Signal<string>
  readonly type?: "search" | "text" | "number" | "datetime-local"
  readonly placeholder?: string
  readonly min?: number
  readonly step?: string
}

export const Text = ({ label, type = "text", value, ...attributes }: TextProps) => (
  <label>
    {label}{" "}
    <input
      onInput={(event) => (value.value = event.currentTarget.value)}
      type={type as "text"} // Preact's types allow no union here.
      value={value}
      {...attributes}
    />
  </label>
)

interface ChoiceProps {
  readonly label: string
  readonly value: Signal<string>
  readonly options: ReadonlyArray<string>
  /** The option for an empty value. */
  readonly none?: string
}

export const Choice = ({ label, none, options, value }: ChoiceProps) => (
  <label>
    {label}{" "}
    <select onChange={(event) => (value.value = event.currentTarget.value)} value={value}>
      {none === undefined ? null : <option value="">{none}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  </label>
)

interface CheckProps {
  readonly label: string
  readonly value: Signal<boolean>
}

export const Check = ({ label, value }: CheckProps) => (
  <label>
    <input checked={value} onChange={(event) => (value.value = event.currentTarget.checked)} type="checkbox" /> {label}
  </label>
)
