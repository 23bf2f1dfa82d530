/**
 * What Twilio takes for a name or an identity: not empty, well-formed Unicode, not too long. Holds no record, and no
 * rule of a particular operation.
 *
 * @since 0.1.0
 */

/**
 * How many characters a room's name, a track's name or an identity may have.
 *
 * Follows https://www.twilio.com/docs/api/errors/53105 and https://www.twilio.com/docs/api/errors/53200.
 *
 * @category constants
 * @since 0.1.0
 */
export const maximumLength = 128

/**
 * What is wrong with a name or an identity: `not-unicode` has half of a surrogate pair.
 *
 * @category models
 * @since 0.1.0
 */
export type NameProblem = "empty" | "not-unicode" | "too-long"

// Twilio counts double-byte characters of an identity as two; which those are, it does not say.
const doubleLength = (text: string): number => {
  let length = 0
  for (const character of text) length += (character.codePointAt(0) ?? 0) > 0xff ? 2 : 1
  return length
}

/**
 * Is a text well-formed Unicode, without half of a surrogate pair? `String.isWellFormed` is too new to rely on.
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
  // A pair is one character to this pattern, so what it finds is half of one.
  !/\p{Surrogate}/u.test(text)

const problem = (text: string, length: (text: string) => number): NameProblem | undefined => {
  if (text === "") return "empty"
  if (!isWellFormed(text)) return "not-unicode"
  return length(text) > maximumLength ? "too-long" : undefined
}

/**
 * What is wrong with the name of a room or a track, if anything. Its length is in characters.
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
 * What is wrong with the identity of a participant, if anything. Characters beyond Latin-1 count twice, as Twilio
 * counts double-byte characters.
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
