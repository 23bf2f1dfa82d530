/**
 * Sends requests through the runtime's `fetch`, on every runtime.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"

/**
 * An `HttpClient` on `globalThis.fetch`: `FetchHttpClient.layer` of `effect`.
 *
 * In a browser, provide `FetchHttpClient.RequestInit` with `credentials: "omit"` for a proxy at the page's own origin:
 * otherwise, after a response with status 401, the browser asks the user for a password, and the request waits.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer
