/**
 * The state as a whole: scenarios and states as files, and the reset.
 */
import { useSignal, type Signal } from "@preact/signals"
import { Button, Failure, Form, useAction } from "../../Action.tsx"
import * as Api from "../../Api.ts"
import { Check } from "../Fields.tsx"

/** Downloads an answer as a file. */
const download = async (path: string, name: string): Promise<void> => {
  const url = URL.createObjectURL(await (await Api.send("GET", path)).blob())
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

interface FileProps {
  readonly label: string
  readonly file: Signal<File | undefined>
}

const FileField = ({ file, label }: FileProps) => (
  <label>
    {label}{" "}
    <input
      accept=".json,application/json"
      onChange={(event) => (file.value = event.currentTarget.files?.[0])}
      required
      type="file"
    />
  </label>
)

const Upload = ({
  flag,
  label,
  method,
  pathOf
}: {
  readonly flag: string
  readonly label: string
  readonly method: string
  readonly pathOf: (flag: boolean) => string
}) => {
  const action = useAction()
  const file = useSignal<File | undefined>(undefined)
  const isSet = useSignal(false)
  const done = useSignal("")
  const upload = async () => {
    done.value = ""
    if (file.value === undefined) return
    await Api.send(method, pathOf(isSet.value), { body: file.value })
    done.value = "Loaded."
  }
  return (
    <Form action={action} control={upload} submit={`Load ${label}`}>
      <FileField file={file} label={`File with a ${label}`} />
      <Check label={flag} value={isSet} />
      <span role="status">{done}</span>
    </Form>
  )
}

export const StateTool = () => {
  const action = useAction()
  return (
    <section class="tool" aria-labelledby="state">
      <h2 id="state">Scenario and state</h2>
      <div class="bar">
        <Button action={action} control={() => download("scenario", "scenario.json")}>
          Save as scenario
        </Button>
        <Button action={action} control={() => download("state", "state.json")}>
          Save state
        </Button>
        <Button
          action={action}
          confirm="Go back to the scenario of the start, and empty the logs?"
          control={() => Api.run("POST", "reset")}
        >
          Reset
        </Button>
        <Failure action={action} />
      </div>
      <Upload
        flag="Add to the rooms that exist"
        label="scenario"
        method="POST"
        pathOf={(adds) => (adds ? "add-rooms" : "seed")}
      />
      <Upload
        flag="Keep the times of the file"
        label="state"
        method="PUT"
        pathOf={(keeps) => (keeps ? "state?times=keep" : "state")}
      />
    </section>
  )
}
