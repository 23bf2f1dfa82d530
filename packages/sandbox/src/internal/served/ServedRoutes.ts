/**
 * The controls that only a server has.
 */
import type * as HttpRouter from "effect/http/HttpRouter"
import type * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as ClockRoutes from "./ClockRoutes.ts"
import * as ConsoleRoutes from "./ConsoleRoutes.ts"
import { EventFeed } from "./EventFeed.ts"
import * as OpenApiRoute from "./OpenApiRoute.ts"
import * as OptionsRoutes from "./OptionsRoutes.ts"
import * as ScenarioRoutes from "./ScenarioRoutes.ts"
import type { ServedClock } from "./ServedClock.ts"

/** A sandbox with several servers has one feed. */
const feeds = new WeakMap<RoomEngine, EventFeed>()

const feedOf = ({ parts }: ControlEndpoint.Context, clock: ServedClock): EventFeed => {
  const feed = feeds.get(parts.engine) ?? new EventFeed(parts, clock)
  feeds.set(parts.engine, feed)
  return feed
}

export const make = (
  context: ControlEndpoint.Context,
  clock: ServedClock
): ReadonlyArray<HttpRouter.Route<never, never>> => [
  ...ClockRoutes.make(context, clock),
  ...OptionsRoutes.make(context),
  ...ScenarioRoutes.make(context),
  ...ConsoleRoutes.make(context, feedOf(context, clock)),
  OpenApiRoute.route
]
