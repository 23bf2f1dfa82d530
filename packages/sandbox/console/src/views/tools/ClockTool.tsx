/**
 * The sandbox's clock: freeze it, change its speed, or move it forward.
 */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { Button, Failure, Form, useAction } from "../../Action.tsx"
import * as Api from "../../Api.ts"
import * as Store from "../../Store.ts"
import * as Time from "../../Time.ts"
import { Text } from "../Fields.tsx"

const put = (change: Readonly<Record<string, unknown>>) => Api.run("PUT", "clock", change)

const summary = (): string => {
  const { ahead, rate } = Store.clock.value
  const speed = rate === 0 ? "Frozen" : rate === 1 ? "Real speed" : `${rate} times as fast as real time`
  return ahead < 1000 ? `${speed}.` : `${speed}, ${Time.duration(ahead)} ahead of real time.`
}

/** The value of a field for a date and time. */
const fieldTime = (millis: number): string => new Date(millis).toISOString().slice(0, 19)

export const ClockTool = () => {
  const action = useAction()
  const advancing = useAction()
  const setting = useAction()
  const speeding = useAction()
  const amount = useSignal("5 minutes")
  const target = useSignal("")
  const rate = useSignal("60")
  useSignalEffect(() => {
    // A page that opens here doesn't know the time yet.
    if (Store.clock.value.received > 0 && target.peek() === "") target.value = fieldTime(Store.now() + 3_600_000)
  })
  return (
    <section class="tool" aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      <p>{useComputed(summary)}</p>
      <div class="bar">
        <Button action={action} control={() => put({ rate: 0 })}>
          Freeze
        </Button>
        <Button action={action} control={() => put({ rate: 1 })}>
          Resume at real speed
        </Button>
        <Failure action={action} />
      </div>
      <Form action={speeding} control={() => put({ rate: Number(rate.value) })} submit="Set speed">
        <Text label="Seconds per second" min={0} step="any" type="number" value={rate} />
      </Form>
      <Form action={advancing} control={() => put({ advance: amount.value })} submit="Advance">
        <Text label="Advance by" placeholder="5 minutes" value={amount} />
      </Form>
      <Form action={setting} control={() => put({ now: `${target.value}Z` })} submit="Set forward">
        <Text label="Set forward to (UTC)" step="1" type="datetime-local" value={target} />
      </Form>
    </section>
  )
}
