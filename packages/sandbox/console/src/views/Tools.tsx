/**
 * The clock, faults, options, and the state as a whole.
 */
import { ClockTool } from "./tools/ClockTool.tsx"
import { DeliveryFaultTool, RequestFaultTool } from "./tools/FaultTool.tsx"
import { OptionsTool } from "./tools/OptionsTool.tsx"
import { StateTool } from "./tools/StateTool.tsx"

export const Tools = () => (
  <>
    <h1>Tools</h1>
    <ClockTool />
    <RequestFaultTool />
    <DeliveryFaultTool />
    <OptionsTool />
    <StateTool />
  </>
)
