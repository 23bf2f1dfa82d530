/** What the Worker finds in its environment. `npx wrangler types` writes this file anew, with all of a Worker's types. */
declare module "cloudflare:workers" {
  import type { Environment } from "../backend/Backend.ts"
  import type { Namespace } from "@effect-twilio-video/roster/RosterDurableObject"

  export const env: Environment & { readonly ROSTER: Namespace }
}
