/**
 * Checks of credentials that need no request.
 */
import * as Redacted from "effect/Redacted"
import * as InvalidCredentials from "../InvalidCredentials.ts"

/** What is wrong with a secret, if anything. Untyped programs may pass any value. */
export const secretProblem = (secret: Redacted.Redacted): string | undefined => {
  if (!Redacted.isRedacted(secret)) return "must be Redacted: wrap it in Redacted.make"
  const text: unknown = Redacted.value(secret)
  return typeof text === "string" && text !== "" ? undefined : "must be a non-empty string"
}

export const refuse = (
  argument: InvalidCredentials.InvalidCredentials["argument"],
  problem: string
): InvalidCredentials.InvalidCredentials =>
  new InvalidCredentials.InvalidCredentials({ argument, message: `The option "${argument}" ${problem}.` })
