/**
 * Requests through the runtime's `fetch`: the default, on every runtime. Holds no fetch of its own.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"

/**
 * An `HttpClient` on `globalThis.fetch`. The same layer as `FetchHttpClient.layer` of `effect`, under one roof with
 * the other transports.
 *
 * A page that asks a proxy of its own origin provides `FetchHttpClient.RequestInit` with `credentials: "omit"`: after an
 * answer of 401, a browser else asks its user for a password, and the request waits.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer
