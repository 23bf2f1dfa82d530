/**
 * Runs the backend as a Cloudflare Worker.
 */
import { env } from "cloudflare:workers"
import * as Backend from "../../backend/Backend.ts"

// At module scope: a backend that is created in a request would belong to it, and other requests could hang on it.
const backend = Backend.make(env)

export default { fetch: (request: Request): Promise<Response> => backend.handle(request) }
