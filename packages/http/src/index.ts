/**
 * All modules that run on every runtime, as namespaces; `TwilioNode` and `UndiciTransport` run on Node only. For smaller bundles, import
 * modules by their paths.
 *
 * @since 0.1.0
 */
export * as CircuitBreakerTransport from "./CircuitBreakerTransport.ts"
export * as FetchTransport from "./FetchTransport.ts"
export * as Quota from "./Quota.ts"
export * as RequestPolicy from "./RequestPolicy.ts"
export * as SharedQuota from "./SharedQuota.ts"
export * as StatusCallbackHandler from "./StatusCallbackHandler.ts"
export * as StatusCallbackRoute from "./StatusCallbackRoute.ts"
export * as Telemetry from "./Telemetry.ts"
export * as TwilioConnection from "./TwilioConnection.ts"
export * as TwilioHttpClient from "./TwilioHttpClient.ts"
export * as TwilioVideo from "./TwilioVideo.ts"
export * as VideoWire from "./VideoWire.ts"
export * as WebHandlerTransport from "./WebHandlerTransport.ts"
