/**
 * Runs controls for buttons and forms. Nothing is changed on the page before the server has answered; a refusal is shown
 * with the server's message.
 */
import { useSignal, type ReadonlySignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useRef } from "preact/hooks"

export interface Action {
  readonly failure: ReadonlySignal<string>
  /** Runs a control unless another one is running. Returns whether it succeeded. */
  readonly run: (control: () => Promise<unknown>) => Promise<boolean>
}

export const useAction = (): Action => {
  const isBusy = useRef(false)
  const failure = useSignal("")
  const run = async (control: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy.current) return false
    isBusy.current = true
    failure.value = ""
    try {
      await control()
      return true
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
      return false
    } finally {
      isBusy.current = false
    }
  }
  return { failure, run }
}

/** Shows the refusal of the latest control. */
export const Failure = ({ action }: { readonly action: Action }) => (
  <p class="failure" role="alert">
    {action.failure}
  </p>
)

interface ControlProps {
  readonly action: Action
  readonly control: () => Promise<unknown>
}

/** Whether a control of this button or form is running, and a function that runs it. */
const useControl = ({ action, control }: ControlProps) => {
  const isBusy = useSignal(false)
  const run = async (): Promise<void> => {
    isBusy.value = true
    await action.run(control)
    isBusy.value = false
  }
  return { isBusy, run }
}

interface ButtonProps extends ControlProps {
  readonly children: ComponentChildren
  /** Must be confirmed with this question. */
  readonly confirm?: string
  readonly class?: string
}

/** A button that runs a control. It keeps the focus while the control runs. */
export const Button = (props: ButtonProps) => {
  const { isBusy, run } = useControl(props)
  const { children, class: className, confirm } = props
  return (
    <button
      aria-disabled={isBusy}
      class={className}
      onClick={() => {
        if (confirm === undefined || window.confirm(confirm)) void run()
      }}
      type="button"
    >
      {children}
    </button>
  )
}

interface FormProps {
  readonly action: Action
  readonly control: () => Promise<unknown>
  readonly children?: ComponentChildren
  /** The text of its button. */
  readonly submit: string
  readonly label?: string | ReadonlySignal<string>
}

/** A form that runs a control, and shows its refusal. */
export const Form = (props: FormProps) => {
  const { isBusy, run } = useControl(props)
  const { action, children, label, submit } = props
  return (
    <form
      aria-label={label}
      class="bar"
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      {children}
      <button aria-disabled={isBusy} type="submit">
        {submit}
      </button>
      <Failure action={action} />
    </form>
  )
}
