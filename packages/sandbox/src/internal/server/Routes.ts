/**
 * The routes of a sandbox, with their middleware.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type * as Endpoint from "../api/Endpoint.ts"
import * as ParticipantRoutes from "../api/ParticipantRoutes.ts"
import * as RoomRoutes from "../api/RoomRoutes.ts"
import * as RuleRoutes from "../api/RuleRoutes.ts"
import * as TrackRoutes from "../api/TrackRoutes.ts"
import type * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import * as ControlRoutes from "../controls/ControlRoutes.ts"
import type * as Controls from "../controls/Controls.ts"
import type * as AccessControl from "./AccessControl.ts"
import * as Middleware from "./Middleware.ts"

/** What only a server has: controls, and the console's page. */
export interface Served {
  readonly controls: (context: ControlEndpoint.Context) => ReadonlyArray<HttpRouter.Route<never, never>>
  readonly page: Middleware.Page
}

/** The routes of Twilio's endpoints. */
export const api = (context: Endpoint.Context) => [
  ...RoomRoutes.make(context),
  ...ParticipantRoutes.make(context),
  ...TrackRoutes.make(context),
  ...RuleRoutes.make(context)
]

const layerOf = (
  parts: Controls.Parts,
  access: AccessControl.AccessControl,
  served: Served | undefined
): Layer.Layer<never, never, HttpRouter.HttpRouter> => {
  const controls = ControlRoutes.make({ parts, access }, served?.controls)
  return Layer.mergeAll(
    HttpRouter.addAll(api({ engine: parts.engine, access })),
    HttpRouter.addAll(controls),
    Layer.unwrap(
      Effect.map(Effect.scope, (scope) =>
        Middleware.make(parts, access, ControlRoutes.unknown(controls), scope, served?.page)
      )
    )
  )
}

const Parts: unique symbol = Symbol.for("@effect-twilio-video/sandbox/Routes/Parts")

/** Attaches the parts that the routes need to the service, hidden from its public type. */
export const attach = <S extends object>(service: S, parts: Controls.Parts): S => ({ ...service, [Parts]: parts })

const isParts = (value: unknown): value is Controls.Parts => Predicate.hasProperty(value, "engine")

/** The parts of a service made by `Sandbox.make`. Throws for any other service. */
export const partsOf = (service: object): Controls.Parts => {
  if (Predicate.hasProperty(service, Parts) && isParts(service[Parts])) return service[Parts]
  throw new Error(
    "This Sandbox service has no routes. Create it with Sandbox.make; a copy must include its symbol properties."
  )
}

/** The routes of a service made by `Sandbox.make`. Throws for any other service. */
export const layer = (
  service: object,
  access: AccessControl.AccessControl,
  served?: Served
): Layer.Layer<never, never, HttpRouter.HttpRouter> => layerOf(partsOf(service), access, served)
