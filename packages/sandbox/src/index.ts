/**
 * All modules of the package as namespaces, except `SandboxServer`, which runs only on Node and has its own entry
 * point.
 *
 * @since 0.1.0
 */
export * as Assumptions from "./Assumptions.ts"
export * as CallbackDelivery from "./CallbackDelivery.ts"
export * as DeliveryFault from "./DeliveryFault.ts"
export * as EventName from "./EventName.ts"
export * as Fault from "./Fault.ts"
export * as LoggedRequest from "./LoggedRequest.ts"
export * as OperationName from "./OperationName.ts"
export * as Requests from "./Requests.ts"
export * as Sandbox from "./Sandbox.ts"
export * as SandboxConfig from "./SandboxConfig.ts"
export * as SandboxCredentials from "./SandboxCredentials.ts"
export * as SandboxError from "./SandboxError.ts"
export * as SandboxOptions from "./SandboxOptions.ts"
export * as SandboxService from "./SandboxService.ts"
export * as SandboxState from "./SandboxState.ts"
export * as Scenario from "./Scenario.ts"
