/**
 * Builds a layer once for many requests. Requests share the finished services, never the work of building them: on
 * workerd, a request that waits for work of another request hangs.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"

/**
 * The layer's services. Until one build has finished, each request builds the layer itself. The first to finish
 * provides the services from then on; the others close what they built. A failed build is closed, and the next request
 * tries again.
 */
export const services = <R, E>(layer: Layer.Layer<R, E>): Effect.Effect<Context.Context<R>, E> => {
  let built: Context.Context<R> | undefined
  const build = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const services = yield* Layer.buildWithScope(layer, scope).pipe(
      Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
    )
    if (built !== undefined) yield* Scope.close(scope, Exit.void)
    return (built ??= services)
  })
  return Effect.suspend(() => (built === undefined ? build : Effect.succeed(built)))
}
