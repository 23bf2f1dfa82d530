/**
 * Is a secret there at all? Holds no secret.
 */
import * as Redacted from "effect/Redacted"

/** What is wrong with a secret, if anything: programs without types hand over whatever they have. */
export const problem = (secret: Redacted.Redacted): string | undefined => {
  if (!Redacted.isRedacted(secret)) return "is not Redacted: wrap it in Redacted.make"
  const text: unknown = Redacted.value(secret)
  return typeof text === "string" && text !== "" ? undefined : "is empty"
}
