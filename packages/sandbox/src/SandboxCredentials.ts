/**
 * The account that the sandbox knows: made up, the same everywhere, and no secret. Holds no checking.
 *
 * @since 0.1.0
 */

/**
 * An account and an API key of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SandboxCredentials {
  readonly accountSid: string
  readonly authToken: string
  readonly apiKeySid: string
  readonly apiKeySecret: string
  /** An OAuth access token, which counts only where the assumption `bearerAuth` says so. */
  readonly bearerToken?: string | undefined
}

/**
 * The credentials that a sandbox accepts unless it is given others. Letters and digits only: Twilio's Go package refuses
 * to send anything else.
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
