/**
 * The control that saves the rooms of a served sandbox as a scenario.
 */
import * as HttpRouter from "effect/http/HttpRouter"
import * as Result from "effect/Result"
import * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import * as SavedScenario from "./SavedScenario.ts"

export const make = (context: ControlEndpoint.Context) =>
  [
    HttpRouter.route(
      "GET",
      "/sandbox/scenario",
      ControlEndpoint.make(
        context,
        ControlEndpoint.json(200, () => SavedScenario.of(context.parts.engine.store)),
        () => Result.void
      )
    )
  ] as const
