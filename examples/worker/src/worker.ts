/**
 * The backend as a Cloudflare Worker.
 */
import { env } from "cloudflare:workers"
import * as Backend from "../../backend/Backend.ts"

// At module scope: built inside a request, the backend would belong to that request, and others might wait for it.
const backend = Backend.make(env)

export default { fetch: (request: Request): Promise<Response> => backend.handle(request) }
