/** What the Worker finds in its environment. `npx wrangler types` writes this file anew, with all of a Worker's types. */
declare module "cloudflare:workers" {
  export const env: Readonly<Record<string, string>>
}
