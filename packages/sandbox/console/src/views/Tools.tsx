/**
 * The clock, faults, the state as a whole, and options.
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
    <StateTool />
    <OptionsTool />
  </>
)
