/**
 * Decides which requests get a fault: keeps the rules, their counts and the random draws.
 */
import type * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fault from "../../Fault.ts"
import type * as OperationName from "../../OperationName.ts"
import * as SandboxError from "../../SandboxError.ts"

interface Counted {
  readonly rule: Fault.FaultRule
  seen: number
  triggered: number
}

const decode = Schema.decodeUnknownResult(Schema.Array(Fault.FaultRule), { onExcessProperty: "error" })

/** Decodes rules. An unknown member is an error, since it may be a typo. */
export const read = (rules: unknown): Result.Result<ReadonlyArray<Fault.FaultRule>, SandboxError.SandboxError> =>
  Result.mapError(decode(rules), (error) => SandboxError.make("invalid-fault", SandboxError.where(error)))

export class Faults {
  /** A server's observer of the rules and their counts. */
  observer: (() => void) | undefined
  private readonly freshRandom: () => Random.Random
  private random: Random.Random
  private counted: ReadonlyArray<Counted> = []

  /** `freshRandom` makes a generator with the same sequence each time, separate from the one for SIDs. */
  constructor(freshRandom: () => Random.Random) {
    this.freshRandom = freshRandom
    this.random = freshRandom()
  }

  /** Replaces all rules, and restarts the counts and the random sequence. */
  set(rules: ReadonlyArray<Fault.FaultRule>): void {
    this.counted = rules.map((rule) => ({ rule, seen: 0, triggered: 0 }))
    this.random = this.freshRandom()
    this.observer?.()
  }

  /** Restarts the counts and the random sequence. */
  restart(): void {
    this.set(this.counted.map(({ rule }) => rule))
  }

  read(): ReadonlyArray<Fault.FaultCount> {
    return this.counted.map(({ rule, triggered }) => ({ rule, triggered }))
  }

  get any(): boolean {
    return this.counted.length > 0
  }

  /** Counts a request and returns its fault, if it gets one. */
  trigger(operation: OperationName.OperationName): Fault.Fault | undefined {
    for (const counted of this.counted) {
      const { fault, operations, rate = 1, skip = 0, times = Number.POSITIVE_INFINITY } = counted.rule
      if (operations !== undefined && !operations.includes(operation)) continue
      counted.seen += 1
      if (counted.seen <= skip || counted.triggered >= times) continue
      if (rate < 1 && this.random.nextDoubleUnsafe() >= rate) continue
      counted.triggered += 1
      this.observer?.()
      return fault
    }
    return undefined
  }
}
