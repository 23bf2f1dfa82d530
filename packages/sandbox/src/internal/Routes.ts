/**
 * All routes of one sandbox behind one front door. Holds no engine and no transport.
 */
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import type * as SandboxCredentials from "../SandboxCredentials.ts"
import * as ControlRoutes from "./ControlRoutes.ts"
import * as FrontDoor from "./FrontDoor.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as TwilioRoutes from "./TwilioRoutes.ts"

export interface Routes {
  readonly layer: Layer.Layer<never, never, HttpRouter.HttpRouter>
}

// The router's own limit on a parameter is 100 characters; an identity of 128 takes up to 1,536 when it is encoded. Two
// slashes are not one: what is between them would be an empty identity.
export const routerConfig = { caseSensitive: true, ignoreDuplicateSlashes: false, maxParamLength: 65_536 } as const

export const make = (
  engine: RoomEngine,
  credentials: SandboxCredentials.SandboxCredentials,
  publicOrigin: string | undefined
): Routes => ({
  layer: Layer.mergeAll(
    HttpRouter.addAll(TwilioRoutes.make(engine, publicOrigin)),
    HttpRouter.addAll(ControlRoutes.make(engine, publicOrigin)),
    FrontDoor.middleware(engine, credentials)
  )
})
