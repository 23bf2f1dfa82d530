/**
 * How old the states of rooms are, on a simulated clock: the roster's simulation with more rooms than a share of the quota
 * reads in half a minute.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Simulation from "../../tests/roster/support/Simulation.ts"

/** How often something happens in a room, in milliseconds. */
const every = 14_400

/** The rooms, and their part of the events: something has happened in each room at least some 250 times in the end. */
const sizes = [
  { rooms: 100, part: 1 / 40 },
  { rooms: 1000, part: 1 / 4 },
  { rooms: 2000, part: 1 }
]

export interface Ages extends Omit<Simulation.Result, "problems"> {
  readonly rooms: number
  readonly events: number
}

const seconds = (millis: number): string => (millis / 1000).toFixed(1).padStart(8)

const show = ({ ages, callbacks, corrections, events, reads, reconciliations, rooms }: Ages): void => {
  console.log(
    `${String(rooms).padStart(5)} rooms ${[ages.median, ages.p99, ages.most, ages.bound].map(seconds).join("")}   ` +
      `${events} events, ${callbacks.sent} callbacks (${callbacks.lost} lost, ${callbacks.doubled} doubled), ` +
      `${reads} reads, ${reconciliations.all} lists, ${corrections} corrections`
  )
}

/** Runs a simulation for each number of rooms, the last with this many events. Fails if a roster is wrong. */
export const measure = async (events: number): Promise<ReadonlyArray<Ages>> => {
  console.log("Age of states in seconds: half of them, 99 %, the oldest, and the bound")
  const measured: Array<Ages> = []
  for (const { part, rooms } of sizes) {
    const options = { rooms, events: Math.ceil(events * part), every, seed: `${rooms} rooms` }
    const { problems, ...result } = await Simulation.run(options).pipe(
      Effect.provide(TestClock.layer()),
      Effect.runPromise
    )
    if (problems.length > 0)
      throw new Error(`The roster of ${rooms} rooms is wrong. ${problems.slice(0, 10).join("; ")}`)
    const ages = { rooms, events: options.events, ...result }
    show(ages)
    measured.push(ages)
  }
  return measured
}
