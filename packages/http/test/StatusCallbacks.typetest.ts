/**
 * Type tests of the receivers of callbacks. Compiled by `pnpm check`, never run.
 */
import type * as AuthToken from "@effect-twilio-video/core/AuthToken"
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as StatusCallbackRoute from "@effect-twilio-video/http/StatusCallbackRoute"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as HttpRouter from "effect/http/HttpRouter"
import type * as Layer from "effect/Layer"
import { expectTypeOf } from "vitest"

class Roster extends Context.Service<Roster, { readonly size: number }>()("test/Roster") {}

declare const request: Request
declare const token: Layer.Layer<AuthToken.AuthToken>
declare const both: Layer.Layer<AuthToken.AuthToken | Roster, string>
declare const onEvent: (
  event: StatusCallbackEvent.StatusCallbackEvent,
  delivery: StatusCallbackHandler.Delivery
) => Effect.Effect<number, "failed", Roster>

expectTypeOf(StatusCallbackHandler.handle(request, onEvent, { url: "/events" })).toEqualTypeOf<
  Effect.Effect<Response, never, AuthToken.AuthToken | Roster>
>()
expectTypeOf(StatusCallbackHandler.toWebHandler(onEvent, { url: "/events", layer: both })).toEqualTypeOf<
  (request: Request) => Promise<Response>
>()
expectTypeOf(StatusCallbackRoute.layer("/events", onEvent)).toEqualTypeOf<
  Layer.Layer<never, never, HttpRouter.HttpRouter | AuthToken.AuthToken | Roster>
>()

export const invalid = [
  // @ts-expect-error: the layer lacks a service that onEvent needs.
  StatusCallbackHandler.toWebHandler(onEvent, { url: "/events", layer: token }),
  // @ts-expect-error: the URL is required.
  StatusCallbackHandler.handle(request, onEvent, {})
]
