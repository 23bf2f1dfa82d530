/**
 * The made-up account of a sandbox. Its default credentials are public and the same everywhere.
 *
 * @since 0.1.0
 */

/**
 * An account with its Auth Token and one of its API keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface SandboxCredentials {
  readonly accountSid: string
  readonly authToken: string
  readonly apiKeySid: string
  readonly apiKeySecret: string
  /** An OAuth access token; accepted only if the assumption `bearerAuth` is `accept`. */
  readonly bearerToken?: string | undefined
}

/**
 * The credentials that a sandbox accepts by default. They have only letters and digits, since Twilio's Go package
 * refuses to send anything else.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: SandboxCredentials = {
  accountSid: "AC5a9db0c5a9db0c5a9db0c5a9db0c5a9d",
  authToken: "sandboxAuthToken",
  apiKeySid: "SK5a9db0c5a9db0c5a9db0c5a9db0c5a9d",
  apiKeySecret: "sandboxApiKeySecret",
  bearerToken: "sandboxBearerToken"
}
