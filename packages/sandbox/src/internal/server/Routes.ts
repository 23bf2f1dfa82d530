/**
 * All routes of one sandbox behind one front door. Holds no engine and no transport.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as ControlRoutes from "../controls/ControlRoutes.ts"
import type * as Controls from "../controls/Controls.ts"
import * as Endpoint from "../api/Endpoint.ts"
import type * as Entrance from "./Entrance.ts"
import * as FrontDoor from "./FrontDoor.ts"
import * as ParticipantRoutes from "../api/ParticipantRoutes.ts"
import * as RoomRoutes from "../api/RoomRoutes.ts"
import * as RuleRoutes from "../api/RuleRoutes.ts"
import * as TrackRoutes from "../api/TrackRoutes.ts"

export interface Routes {
  readonly layer: (entrance: Entrance.Entrance) => Layer.Layer<never, never, HttpRouter.HttpRouter>
}

// The router's own limit on a parameter is 100 characters; an identity of 128 takes up to 1,536 when it is encoded. Two
// slashes are not one: what is between them would be an empty identity.
export const routerConfig = { caseSensitive: true, ignoreDuplicateSlashes: false, maxParamLength: 65_536 } as const

export const make = (parts: Controls.Parts): Routes => ({
  layer: (entrance) => {
    const endpoints = Endpoint.make(parts.engine, entrance.publicOrigin)
    return Layer.mergeAll(
      HttpRouter.addAll([
        ...RoomRoutes.make(endpoints),
        ...ParticipantRoutes.make(endpoints),
        ...TrackRoutes.make(endpoints),
        ...RuleRoutes.make(endpoints)
      ]),
      HttpRouter.addAll(ControlRoutes.make(parts, entrance.publicOrigin)),
      Layer.unwrap(Effect.map(Effect.scope, (scope) => FrontDoor.middleware(parts, parts.quota.admit, entrance, scope)))
    )
  }
})
