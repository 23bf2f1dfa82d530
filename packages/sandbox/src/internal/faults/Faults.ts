/**
 * Decides which requests get a fault.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fault from "../../Fault.ts"
import type * as OperationName from "../../OperationName.ts"
import * as SandboxError from "../../SandboxError.ts"
import { RuleCounts } from "./RuleCounts.ts"

const decode = Schema.decodeUnknownResult(Schema.Array(Fault.FaultRule), { onExcessProperty: "error" })

/** Decodes rules. An unknown member is an error, since it may be a typo. */
export const read = (rules: unknown): Result.Result<ReadonlyArray<Fault.FaultRule>, SandboxError.SandboxError> =>
  Result.mapError(decode(rules), (error) => SandboxError.make("invalid-fault", SandboxError.where(error)))

export class Faults extends RuleCounts<Fault.FaultRule> {
  /** Counts a request and returns its fault, if it gets one. */
  trigger(operation: OperationName.OperationName): Fault.Fault | undefined {
    for (const { fault } of this.hits(({ operations }) => operations === undefined || operations.includes(operation))) {
      return fault
    }
    return undefined
  }
}
