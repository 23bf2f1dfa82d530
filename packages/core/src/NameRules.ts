/**
 * Twilio's rules for names and identities: not empty, well-formed Unicode, at most 128 characters.
 *
 * @since 0.1.0
 */

/**
 * The maximum length of a room's name, a track's name or an identity, in characters.
 *
 * Follows https://www.twilio.com/docs/api/errors/53105 and https://www.twilio.com/docs/api/errors/53200.
 *
 * @category constants
 * @since 0.1.0
 */
export const maximumLength = 128

/**
 * Why a name or an identity is invalid. `not-unicode`: it contains a lone surrogate.
 *
 * @category models
 * @since 0.1.0
 */
export type NameProblem = "empty" | "not-unicode" | "too-long"

// Twilio counts double-byte characters of an identity twice, but doesn't say which those are.
const doubleLength = (text: string): number => {
  let length = 0
  for (const character of text) length += (character.codePointAt(0) ?? 0) > 0xff ? 2 : 1
  return length
}

/**
 * Whether a text is well-formed Unicode, without lone surrogates. Not every runtime has `String.isWellFormed`.
 *
 * @example
 * ```ts
 * import * as NameRules from "@effect-twilio-video/core/NameRules"
 *
 * NameRules.isWellFormed("😀") // => true
 * NameRules.isWellFormed("😀".slice(1)) // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isWellFormed = (text: string): boolean =>
  // With the `u` flag, a surrogate pair is one character, so only lone surrogates match.
  !/\p{Surrogate}/u.test(text)

const problem = (text: string, length: (text: string) => number): NameProblem | undefined => {
  if (text === "") return "empty"
  if (!isWellFormed(text)) return "not-unicode"
  return length(text) > maximumLength ? "too-long" : undefined
}

/**
 * What's wrong with the name of a room or a track, or `undefined` if it's valid.
 *
 * @example
 * ```ts
 * import * as NameRules from "@effect-twilio-video/core/NameRules"
 *
 * NameRules.nameProblem("DailyStandup") // => undefined
 * NameRules.nameProblem("") // => "empty"
 * ```
 * @category guards
 * @since 0.1.0
 */
export const nameProblem = (name: string): NameProblem | undefined => problem(name, (text) => Array.from(text).length)

/**
 * What's wrong with a participant's identity, or `undefined` if it's valid. Characters beyond Latin-1 count twice.
 *
 * @example
 * ```ts
 * import * as NameRules from "@effect-twilio-video/core/NameRules"
 *
 * NameRules.identityProblem("ж".repeat(64)) // => undefined
 * NameRules.identityProblem("ж".repeat(65)) // => "too-long"
 * ```
 * @category guards
 * @since 0.1.0
 */
export const identityProblem = (identity: string): NameProblem | undefined => problem(identity, doubleLength)
