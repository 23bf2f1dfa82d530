/**
 * Requests through undici on Node: connection pooling and pipelining below `fetch`. A Node-only entry point; needs
 * `@effect/platform-node` beside `effect`.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"

/**
 * An `HttpClient` on an undici `Agent` of its own, which closes with the layer. For another dispatcher, use
 * `NodeHttpClient.layerUndiciNoDispatcher` of `@effect/platform-node`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici
