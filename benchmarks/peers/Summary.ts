/**
 * Summarizes the samples of a job: minimums, medians, and each client's ratio to the job's first client. A ratio is the
 * median of the rounds' ratios, so a round that is slow for every client doesn't change it.
 */
import { median } from "../measure.ts"
import type * as Job from "./Job.ts"
import * as Targets from "./Targets.ts"

interface Time {
  readonly min: number
  readonly median: number
  readonly ratio: number
}

export interface Client {
  readonly name: string
  /** Microseconds of CPU time per unit. */
  readonly cpu: Time
  /** Microseconds per unit. */
  readonly wall: Time
  /** Megabytes. */
  readonly heap: number
  readonly requests: number
}

export interface Target extends Targets.Target {
  readonly value: number
  readonly isMet: boolean
}

export interface Summary extends Pick<Job.Measured, "group" | "name" | "unit"> {
  readonly rounds: number
  readonly clients: ReadonlyArray<Client>
  readonly targets: ReadonlyArray<Target>
}

type Rounds = ReadonlyArray<Job.Sample>

const medianOf = (rounds: Rounds, figure: keyof Job.Sample): number => median(rounds.map((sample) => sample[figure]))

const ratioOf = (rounds: Rounds, to: Rounds, figure: keyof Job.Sample): number =>
  median(rounds.map((sample, round) => sample[figure] / (to[round]?.[figure] ?? Number.NaN)))

const roundsOf = (samples: Job.Samples, client: string): Rounds => {
  const rounds = samples[client]
  if (rounds === undefined) throw new Error(`A target names the client "${client}", which the job doesn't have.`)
  return rounds
}

const targetOf = ({ samples }: Job.Measured, target: Targets.Target): Target => {
  const rounds = roundsOf(samples, target.client)
  const value = ratioOf(rounds, roundsOf(samples, target.to), target.figure)
  return { ...target, value, isMet: value <= target.limit }
}

export const make = (measured: Job.Measured): Summary => {
  const { group, name, samples, unit } = measured
  const [baseline = []] = Object.values(samples)
  const time = (rounds: Rounds, figure: "cpu" | "wall"): Time => ({
    min: Math.min(...rounds.map((sample) => sample[figure])),
    median: medianOf(rounds, figure),
    ratio: ratioOf(rounds, baseline, figure)
  })
  return {
    group,
    name,
    unit,
    rounds: baseline.length,
    clients: Object.entries(samples).map(([name, rounds]) => ({
      name,
      cpu: time(rounds, "cpu"),
      wall: time(rounds, "wall"),
      heap: medianOf(rounds, "heap"),
      requests: medianOf(rounds, "requests")
    })),
    targets: Targets.all.filter(({ job }) => job === name).map((target) => targetOf(measured, target))
  }
}
