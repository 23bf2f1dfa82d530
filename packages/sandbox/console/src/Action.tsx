/**
 * Runs controls for buttons and forms. Nothing is changed on the page before the server has answered; a refusal is shown
 * with the server's message.
 */
import { useSignal, type ReadonlySignal } from "@preact/signals"
import type { ComponentChildren } from "preact"

export interface Action {
  readonly isBusy: ReadonlySignal<boolean>
  readonly failure: ReadonlySignal<string>
  /** Runs a control unless another one is running. Returns whether it succeeded. */
  readonly run: (control: () => Promise<unknown>) => Promise<boolean>
}

export const useAction = (): Action => {
  const isBusy = useSignal(false)
  const failure = useSignal("")
  const run = async (control: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy.peek()) return false
    isBusy.value = true
    failure.value = ""
    try {
      await control()
      return true
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, failure, run }
}

/** Shows the refusal of the latest control. */
export const Failure = ({ action }: { readonly action: Action }) => (
  <p class="failure" role="alert">
    {action.failure}
  </p>
)

interface ButtonProps {
  readonly action: Action
  readonly control: () => Promise<unknown>
  readonly children: ComponentChildren
  /** Must be confirmed with this question. */
  readonly confirm?: string
  readonly class?: string
}

/** A button that runs a control. It keeps the focus while the control runs. */
export const Button = ({ action, children, class: className, confirm, control }: ButtonProps) => (
  <button
    aria-disabled={action.isBusy}
    class={className}
    onClick={() => {
      if (confirm === undefined || window.confirm(confirm)) void action.run(control)
    }}
    type="button"
  >
    {children}
  </button>
)
