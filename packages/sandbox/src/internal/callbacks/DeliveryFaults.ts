/**
 * Decides which status callbacks get faults.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as DeliveryFault from "../../DeliveryFault.ts"
import type * as EventName from "../../EventName.ts"
import * as SandboxError from "../../SandboxError.ts"
import { RuleCounts } from "../faults/RuleCounts.ts"

const decode = Schema.decodeUnknownResult(Schema.Array(DeliveryFault.DeliveryFaultRule), { onExcessProperty: "error" })

/** Decodes rules. An unknown member is an error, since it may be a typo. */
export const read = (
  rules: unknown
): Result.Result<ReadonlyArray<DeliveryFault.DeliveryFaultRule>, SandboxError.SandboxError> =>
  Result.mapError(decode(rules), (error) => SandboxError.make("invalid-fault", SandboxError.where(error)))

/** What faults do to one callback. */
export interface Effects {
  readonly types: ReadonlySet<DeliveryFault.DeliveryFault["type"]>
  /** How late each copy is, in milliseconds. */
  readonly late: readonly [first: number, second: number]
}

type Late = Extract<DeliveryFault.DeliveryFault, { readonly type: "late" }>

export class DeliveryFaults extends RuleCounts<DeliveryFault.DeliveryFaultRule> {
  /** Counts a callback and returns what its faults do. */
  trigger(event: EventName.EventName): Effects {
    const types = new Set<DeliveryFault.DeliveryFault["type"]>()
    const late: [number, number] = [0, 0]
    for (const { fault } of this.hits(({ events }) => events === undefined || events.includes(event))) {
      types.add(fault.type)
      if (fault.type !== "late") continue
      late[0] += this.draw(fault)
      late[1] += this.draw(fault)
    }
    return { types, late }
  }

  private draw({ millis }: Late): number {
    if (typeof millis === "number") return millis
    return Math.round(millis.from + this.random() * (millis.to - millis.from))
  }
}
