/**
 * The backend as a Cloudflare Worker. Holds no route: see `examples/backend`.
 */
import * as Backend from "../../backend/Backend.ts"

// One for an isolate, made at its first request: at module scope a Worker has neither its environment nor a clock.
let backend: Backend.Backend | undefined

export default {
  fetch: (request: Request, env: Backend.Environment): Promise<Response> => {
    backend ??= Backend.make(env)
    return backend.handle(request)
  }
}
